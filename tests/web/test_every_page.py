"""Every public page has a link to share and tells of when it is."""

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
#: A form that stands alone: what is written there is nobody else's.
FORMS = {"en/report/chat/"}
MATRIX = Path(__file__).parents[1] / "matrix"


def public_pages():
    """The addresses without parameters that everybody may read, by the table of doors."""
    for file in sorted(MATRIX.glob("*.toml")):
        for path, row in tomllib.loads(file.read_text("utf-8")).items():
            if path.startswith("<lang>/") and "<" not in path[6:] and row.get("get", "").startswith("200"):
                yield path.replace("<lang>", "en")


@pytest.mark.parametrize("path", sorted(set(public_pages())))
def test_it_can_be_shared_and_tells_its_time(client, six, path):
    page = client.get(f"/{path}")
    if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
        return  # a file, or a page that is not there in an empty house
    text = page.content.decode()
    if path in FORMS or 'name="robots" content="noindex"' in text:
        return  # a form or a person's own page: nobody shares it
    foot = re.search(r'<div class="page-foot">(.*?)</main>', text, re.DOTALL)
    assert foot, "no foot"
    assert "data-share" in foot[1]
    assert re.sub(r"<[^>]+>", "", foot[1].partition("</span>")[0]).strip(), "no time"
