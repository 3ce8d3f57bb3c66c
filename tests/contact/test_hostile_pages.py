"""Whatever stands in an address or a field is answered, never with a failure of ours."""

import pytest
from django.test import Client

from tests.contact.making import bring

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query", ["from=\u00b2", "from=99999999999999999999", "q=%00", "q=a%00b", "view=%00", "from=-1"]
)
def test_the_queue_answers_whatever_is_asked(group, agents, query):
    client = Client()
    client.force_login(agents["helsinki"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/fi/work/cases/?{query}").status_code == 200


def test_a_form_with_nothing_that_exists_is_shown_again(group):
    client = Client()
    assert client.post("/fi/report/", {"category": "no\0such"}).status_code == 200
    draft = client.post("/fi/report/", {"category": "pothole"}).url
    sent = {"city": "", "chosen": "\0", "lon": "24.94", "lat": "60.17", "address": "x"}
    assert client.post(draft, sent).status_code == 302


def test_a_text_with_nothing_readable_between_becomes_a_case(group):
    assert bring("Kuoppa\0 tässä").case.title == "Kuoppa tässä"
