"""What a reader sees of a page."""

import re
from html import unescape


def text_of(response):
    """The words of a page's main part, spaces made one."""
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
