import pytest


@pytest.mark.parametrize("path", ["promises/", "money/", "projects/", "projects/A70202/", "projects/S20501/", "", "open-data-and-interfaces/"])
def test_pages(client, strategy, path):
    response = client.get(f"/fi/strategy/{path}")
    assert response.status_code == 200
    pass


@pytest.mark.parametrize("path", ["promises.json","promises.csv","promise-figures.csv","strategy-projects.csv","strategy-projects.geojson","strategy-money.csv","contact-roles.csv","funded-projects.csv","operations.csv"])
def test_doors(client, strategy, path):
    response = client.get(f"/api/{path}")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200, body
    print(body.decode()[:1500])
