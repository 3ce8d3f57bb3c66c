"""A real browser for the journeys: the fixtures that open pages, and what every page has to keep.

A journey asks for `page` (run at 390 and at 1280 pixels), `phone` or `desk`. Each watches, and fails its test at the end for:
what the Content-Security-Policy refused, an error in a script, a file that could not be had. `assert_sound(page)` asks axe
for violations and looks for what sticks out sideways; call it in each state worth having.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": 390, "desk": 1280}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What passes is neither described nor brought over, and of a long table the first rows are judged: that would be most of axe's time.
#: Style sheets aren't fetched a second time: the one rule that asks for them is an experiment, and none of these.
_AXE_RUN = """
    async ([within, rules]) => (await axe.run(
        {include: [[within || "html"]], exclude: [["tbody > tr:nth-child(n+9)"]]},
        {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"], preload: {assets: ["media"]}})).violations
"""
#: What axe judges by, of a page: how it is drawn, its elements and their attributes, and that there is text, not which. A page in
#: another language is the same page then, except for the language switch: where a form or a question leads isn't looked at, nor what
#: a script may come to say; a word of `data-` that a style may go by is.
_SHAPE = """
    () => {
        const said = new Set(["action", "alt", "aria-label", "content", "datetime", "formaction", "href", "hreflang", "nonce",
            "placeholder", "src", "title", "value"])
        const known = ({ name, value }) =>
            said.has(name) || name.startsWith("hx-") || (name.startsWith("data-") && !/^[a-z-]*$/.test(value)) ? Boolean(value) : value
        const shape = (element) => {
            if (element.matches("head, script, .languages")) return ""
            const attributes = [...element.attributes]
                .filter(({ name }) => !(element === document.documentElement && name === "lang"))
                .map((attribute) => `${attribute.name}=${known(attribute)}`)
            const within = [...element.childNodes].map((node) =>
                node.nodeType === 1 ? shape(node) : node.nodeType === 3 && node.data.trim() ? "t" : "")
            return `<${element.localName} ${attributes.sort().join(" ")}>${within.join("")}</>`
        }
        const drawn = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((one) => matchMedia(one).matches)
        return `${innerWidth} ${drawn} ${shape(document.documentElement)}`
    }
"""
_judged: set[int] = set()
_REPORT_REFUSALS = """
    addEventListener("securitypolicyviolation", (event) =>
        console.error(`CSP refused ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
#: Resolves when the letters are there and two frames have been drawn: what is measured then is what a reader sees.
_SETTLED = """
    () => document.fonts.ready.then(() =>
        new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once for all the journeys; it draws maps without a graphics card."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("KUUTIO_CHROMIUM") or None,
            args=["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the house, served in a thread just as in production: hashed files by WhiteNoise, ranges and all.

    (pytest-django's `live_server` serves files by Django's own finders, which know no ranges: maps need them.)
    """
    thread = LiveServerThread("localhost", static_handler=lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


_LEFT = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says of a question that was still open when the page was left; what failed is told by its answer too."""


class Watched:
    """A page and what went wrong on it."""

    def __init__(self, browser: Browser, site: str, width: int, **options: Any) -> None:
        self.site = site
        self.troubles: list[str] = []
        self.expected: set[int] = set()
        self.context: BrowserContext = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            locale=options.pop("locale", "fi-FI"),
            timezone_id="Europe/Helsinki",
            reduced_motion="reduce",
            **options,
        )
        self.context.add_init_script(_REPORT_REFUSALS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._broke)

    def _said(self, message: ConsoleMessage) -> None:
        # A missing file is told with its address by `_answered`.
        if message.type == "error" and not message.text.startswith(("Failed to load resource", *_LEFT)):
            self.troubles.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected and response.url.startswith(self.site):
            self.troubles.append(f"{response.status} {response.url}")

    def _broke(self, request: Request) -> None:
        # What the page or the reader gave up, or left behind on leaving, is no trouble.
        if request.url.startswith(self.site) and request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"{request.failure} {request.url}")

    def close(self) -> None:
        """Close the page; fail when something went wrong on it."""
        self.context.close()
        assert not self.troubles, "\n".join(self.troubles)


def _open(browser: Browser, site: str, width: int) -> Iterator[Page]:
    watched = Watched(browser, site, width)
    watched.page.watched = watched  # type: ignore[attr-defined]  # for `expect_status`
    yield watched.page
    watched.close()


@pytest.fixture(params=list(WIDTHS))
def page(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    """A page, once as on a phone and once as on a desk; `page.goto("/fi/")` finds the site by itself."""
    yield from _open(chromium, site, WIDTHS[request.param])


#: For a test of `page` and `language`: every language on a phone, where room is short, and one on a desk.
in_every_language = pytest.mark.parametrize(
    ("page", "language"), [("phone", "fi"), ("phone", "sv"), ("phone", "en"), ("desk", "fi")], indirect=["page"]
)


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    """A page 390 pixels wide."""
    yield from _open(chromium, site, WIDTHS["phone"])


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator[Page]:
    """A page 1280 pixels wide."""
    yield from _open(chromium, site, WIDTHS["desk"])


@pytest.fixture
def no_script(chromium: Browser, site: str) -> Iterator[Page]:
    """A page on a phone where no script runs."""
    watched = Watched(chromium, site, WIDTHS["phone"], java_script_enabled=False)
    watched.page.watched = watched  # type: ignore[attr-defined]  # for `sign_in`
    yield watched.page
    watched.close()


def expect_status(page: Page, *statuses: int) -> None:
    """From here on these statuses are no trouble: the journey is about them."""
    page.watched.expected |= set(statuses)  # type: ignore[attr-defined]


def sign_in(page: Page, person: Any) -> None:
    """Be signed in as a person from here on, without walking through the sign-in pages."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": page.watched.site}])  # type: ignore[attr-defined]


def axe(page: Page, within: str | None = None) -> list[str]:
    """The violations of accessibility rules that axe finds, one line each."""
    # Evaluated, not put in as an element: the page's own policy stays as it is.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_AXE_RUN, [within, _RULES])
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} ({node['failureSummary'][:600]})"
        for violation in found
        for node in violation["nodes"]
    ]


def sticking_out(page: Page) -> list[str]:
    """The elements because of which a page scrolls sideways; none when it doesn't."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
            [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                .map((e) => e.outerHTML.slice(0, 120))"""
        )
    )


def assert_sound(page: Page) -> None:
    """What every page keeps: a title, one main heading, its language, nothing sticking out, no violation.

    A page that differs from one found sound only in its words isn't judged by axe again.
    """
    expect(page).to_have_title(re.compile(r"[^\s–]"))  # waits: a click returns before its page has come
    page.wait_for_load_state()
    page.evaluate(_SETTLED)
    assert page.locator("h1").count() == 1, "a page has one main heading"
    assert page.locator("html").get_attribute("lang") in {"fi", "sv", "en"}
    out = sticking_out(page)
    assert not out, "sticks out sideways:\n" + "\n".join(out)
    shape = hash(page.evaluate(_SHAPE))
    if shape not in _judged:
        found = axe(page)
        assert not found, "\n".join(found)
        _judged.add(shape)
