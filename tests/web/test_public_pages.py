"""What the law and good manners ask: statements, security.txt, robots, status, problems, the demonstration's outbox, health."""

import importlib
import pkgutil
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

import kuutio
from kuutio.core.problems import Problem
from kuutio.notices.outbox import OutboxBackend
from kuutio.web import health, legal, problems

pytestmark = pytest.mark.django_db
LEGAL = Path(legal.__file__).parent / "templates" / "web" / "legal"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fi/accessibility/", "laki digitaalisten palvelujen tarjoamisesta (306/2019)"),
        ("/sv/accessibility/", "lagen om tillhandahållande av digitala tjänster (306/2019)"),
        ("/en/accessibility/", "Act on the Provision of Digital Services (306/2019)"),
        ("/fi/privacy/", "yhteisrekisterinpitäjiä"),
        ("/sv/privacy/", "gemensamt personuppgiftsansvariga"),
        ("/en/privacy/", "joint controllers"),
    ],
)
def test_statements_stand_in_three_languages_with_their_contact(client, six, settings, path, words):
    settings.CONTACT = "kuutio@example.org"
    response = client.get(path)
    assertContains(response, words)
    assertContains(response, 'href="mailto:kuutio@example.org"')
    if "privacy" in path:
        assertContains(response, "0201256-6")


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_the_three_languages_say_the_same_things(name):
    shapes = {
        language: re.findall(r"<(h2|h3|li|code|a )", (LEGAL / name / f"{language}.html").read_text())
        for language in ("fi", "sv", "en")
    }
    assert shapes["fi"] == shapes["sv"] == shapes["en"]


def test_the_privacy_notice_names_every_cookie(client, six, settings):
    text = client.get("/en/privacy/").content.decode()
    for cookie in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "city", "messages"):
        assert f"<code>{cookie}</code>" in text


def test_the_demonstration_says_that_its_statements_are_none(client, six, settings):
    settings.DEMO = True
    assertContains(client.get("/en/privacy/"), "No city answers for this one")
    settings.DEMO = False
    assertNotContains(client.get("/en/privacy/"), "No city answers for this one")


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("security@example.org", "Contact: mailto:security@example.org"),
        ("https://example.org/report", "Contact: https://example.org/report"),
        ("", "Contact: mailto:kuutio@localhost"),
    ],
)
def test_security_txt_is_by_rfc_9116(client, settings, contact, line):
    settings.CONTACT = contact
    settings.SITE_URL = "https://kuutio.example.org"
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert line in lines
    assert "Canonical: https://kuutio.example.org/.well-known/security.txt" in lines
    assert "Preferred-Languages: fi, sv, en" in lines
    expires = [row for row in lines if row.startswith("Expires: ")]
    assert len(expires) == 1
    until = datetime.fromisoformat(expires[0].removeprefix("Expires: "))
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)


def test_robots_keep_off_the_pages_of_persons(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /fi/me/", "Disallow: /sv/account/", "Disallow: /en/work/"} <= set(lines)
    assert "Disallow: /" not in lines


#: Kinds that no `Problem` class has: what the middlewares answer.
WITHOUT_CLASS = {"bad-request": {400}, "internal-error": {500}, "method-not-allowed": {405}, "too-many-requests": {429}}


@pytest.fixture(scope="module")
def raised():
    """Every kind of problem in the sources with its statuses: all modules are imported to find them."""
    for module in pkgutil.walk_packages(kuutio.__path__, "kuutio."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found = dict(WITHOUT_CLASS)
    waiting = [Problem]
    while waiting:
        problem = waiting.pop()
        found.setdefault(problem.kind, set()).add(problem.status)
        waiting += problem.__subclasses__()
    return {kind: statuses for kind, statuses in found.items() if not kind.startswith("test-")}


def test_every_kind_of_problem_has_its_words_on_the_page(client, raised):
    told = {kind.name: set(kind.statuses) for kind in problems.KINDS}
    assert told == raised, "each kind of problem needs its line in web/problems.py, and none may be left over"
    assert [kind.name for kind in problems.KINDS] == sorted(told)
    text = client.get("/problems?lang=en").content.decode()
    assert all(f'id="{name}"' in text for name in told)


def test_every_kind_of_problem_is_in_the_reference():
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "problems.md").read_text()
    with translation.override("en"):
        for kind in problems.KINDS:
            row = f"| `{kind.name}` | {', '.join(map(str, kind.statuses))} | {kind.text} |"
            assert row in reference, "add this row to docs/reference/problems.md"


def test_the_address_of_a_problem_leads_to_its_words(client):
    body = client.get("/api/nowhere").json()
    path, _hash, kind = body["type"].partition("#")
    assert path.endswith("/problems")
    assert f'id="{kind}"' in client.get("/problems").content.decode()


def test_the_status_page_tells_what_works(client, six, monkeypatch):
    monkeypatch.setattr(health, "workers", lambda now: (1, 0))
    assertContains(client.get("/en/status/"), "Everything is working")
    monkeypatch.setattr(health, "workers", lambda now: (0, 12))
    response = client.get("/en/status/")
    assertContains(response, "Something is not working")
    assertContains(response, "12 jobs wait for their turn.")


def test_a_worker_that_is_silent_is_taken_for_dead():
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now - timedelta(minutes=5)])
        assert health.workers(now)[0] == 0
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now - timedelta(seconds=5)])
    assert health.workers(now)[0] == 1


def test_health_and_readiness(client, settings, tmp_path):
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]) == (200, {"database": True, "borders": True, "data": True})
    settings.DATA = tmp_path / "gone"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": True, "borders": True, "data": False}}
    assert response["Cache-Control"] == "no-store"


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True


def send(*messages):
    OutboxBackend().send_messages(list(messages))


def test_the_outbox_shows_the_newest_first_as_plain_text(client, demonstration):
    send(EmailMessage("First", "Hello", "kuutio@example.org", ["a@example.org"]))
    send(
        EmailMessage(
            "Ääni <script>", "See https://example.org/?a=1&b=2\n<b>bold</b>", "k@example.org", ["b@example.org"]
        )
    )
    page = client.get("/en/outbox/").content.decode()
    assert page.index("Ääni &lt;script&gt;") < page.index("First")
    address = re.search(r'href="(/en/outbox/\d+-\w+/)"', page)[1]
    letter = client.get(address).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in letter
    assert 'href="https://example.org/?a=1&amp;b=2"' in letter
    assert "<script>" not in letter.split("<main", 1)[1].split("</main>")[0]


def test_the_outbox_shows_only_the_text_of_a_message_with_html(client, demonstration):
    message = EmailMultiAlternatives("Both", "Plain words", "k@example.org", ["a@example.org"])
    message.attach_alternative("<img src=x onerror=alert(1)>", "text/html")
    send(message)
    address = re.search(r'href="(/en/outbox/\d+-\w+/)"', client.get("/en/outbox/").content.decode())[1]
    assertContains(client.get(address), "Plain words")
    assertNotContains(client.get(address), "onerror")


def test_the_outbox_is_not_there_outside_the_demonstration(client, settings):
    send(EmailMessage("Secret", "code", "k@example.org", ["a@example.org"]))
    assert client.get("/fi/outbox/").status_code == 404
    name = next(Path(settings.OUTBOX).glob("*.eml")).stem
    assert client.get(f"/fi/outbox/{name}/").status_code == 404
    settings.DEMO = True
    assert client.get(f"/fi/outbox/{name}/").status_code == 200


@pytest.mark.parametrize("name", ["..", "secret", "1-abcdef01", "12345678901-zzzzzzzz", "12345678901-abcdef01"])
def test_the_outbox_opens_nothing_but_its_messages(client, demonstration, settings, name):
    Path(settings.OUTBOX).mkdir(parents=True, exist_ok=True)
    (Path(settings.OUTBOX) / "secret.eml").write_text("Subject: no\n\nno")
    assert client.get(f"/fi/outbox/{name}/").status_code == 404


def test_an_empty_outbox_says_so(client, demonstration):
    assertContains(client.get("/en/outbox/"), "No messages yet")
