"""Whatever is asked, the answer is no failure of ours, and has the format that was asked for."""

import json
import random

import pytest
from django.test import Client

from tests.contact.making import ESPOO, bring
from tests.contact.open311.asking import BASE, key, tree

pytestmark = pytest.mark.django_db

NAMES = (
    *("jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status", "lat", "long"),
    *("radius", "bbox", "page", "page_size", "updated_after", "updated_before", "extensions", "locale", "api_key"),
    *("service_object_id", "service_object_type", "description", "email", "phone", "media_url", "attribute[danger]"),
    *("attribute[danger][]", "title", "lang", "f", "address_string", "first_name"),
)
VALUES = (
    *(
        "",
        " ",
        "\0",
        "x",
        "helsinki",
        "fi",
        "pothole",
        "open",
        "closed",
        "true",
        "-1",
        "0",
        "1",
        "1e308",
        "-1e308",
        "nan",
    ),
    *(
        "inf",
        "1_0",
        "٣",
        "60.17",
        "24,94",
        "90",
        "180",
        "-90",
        "-180",
        "24,60,25,61",
        "-180,-90,180,90",
        ",,,",
        "1,2,3",
    ),
    *(
        "2026-11-24",
        "2026-11-24T08:00:00",
        "2026-11-24T08:00:00 02:00",
        "2026-11-24T08:00:00Z",
        "2026-W48-2",
        "20261124",
    ),
    *("0001-01-01", "9999-12-31T23:59:59Z", "2026-02-30", "KU-2222-2222", "ku 2222 2222", "%", "'; DROP TABLE x; --"),
    *(
        "\ud7ff",
        "\U0001f573",
        "\ufffe",
        "\x01",
        "a" * 5000,
        "<![CDATA[",
        "]]>",
        "&amp;",
        "../..",
        "\r\nSet-Cookie: a=b",
    ),
    *("999999999999999999999", "2147483648", "9" * 400, "٠٢", "espoo.fi", "http://example.org/x.jpg", "+358401234567"),
)
PATHS = (
    *(
        "services",
        "services/pothole",
        "services/%00",
        "services/%FF",
        "requests",
        "requests/KU-2222-2222",
        "requests/%00",
    ),
    *("tokens/x", "tokens/%0A", "discovery", "nothing", "requests/a%2Fb", "services/" + "x" * 400),
)


def test_six_hundred_strange_questions(group):
    chance, own = random.Random(2026), key()
    for _number in range(5):
        bring(place=ESPOO)
    client = Client()
    for number in range(600):
        form = chance.choice(["xml", "json"])
        words = {chance.choice(NAMES): chance.choice(VALUES) for _word in range(chance.randrange(6))}
        path = f"{BASE}{chance.choice(PATHS)}.{form}"
        if number % 4:
            answer = client.get(path, words)
        else:
            usual = {"service_code": "pothole", "lat": "60.17", "long": "24.94", "attribute[danger]": "no"}
            answer = client.post(f"{BASE}requests.{form}", usual | words | {"api_key": own})
        assert answer.status_code < 500, (path, words, answer.content)
        if form == "json":
            told = json.loads(answer.content)
            assert answer["Content-Type"] == "application/json; charset=utf-8"
        else:
            assert answer["Content-Type"] == "text/xml; charset=utf-8"
            told = tree(answer)
        if answer.status_code >= 400:
            assert (told.tag == "errors") if form == "xml" else isinstance(told, list), (path, words)
