"""How a journey's reader acts on a page: with a pointer, or with the keyboard alone."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TooLate

MOST_TABS = 150


class Pointer:
    """A reader with a mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: str) -> None:
        """Press a button or follow a link; the last one where there are several."""
        self.page.locator(what).last.click()

    def write(self, where: str, text: str) -> None:
        """Write into a field."""
        self.page.fill(where, text)

    def select(self, where: str, value: str) -> None:
        """Choose from a list that opens."""
        self.page.select_option(where, value)

    def choose(self, radio: str) -> None:
        """Choose one of several, by its label."""
        self.page.locator(f"label[for={self.page.locator(radio).get_attribute('id')}]").click()

    def attach(self, where: str, name: str, data: bytes) -> None:
        """Give a picture."""
        self.page.set_input_files(where, {"name": name, "mimeType": "image/jpeg", "buffer": data})


class Keyboard(Pointer):
    """A reader who has only keys: everything is reached by Tab, and where the focus is can be seen."""

    def press(self, what: str) -> None:
        self._reach(self.page.locator(what).last)
        self.page.keyboard.press("Enter")

    def write(self, where: str, text: str) -> None:
        self._reach(self.page.locator(where))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def select(self, where: str, value: str) -> None:
        field = self.page.locator(where)
        self._reach(field)
        self.page.keyboard.type(field.locator(f"option[value={value}]").inner_text()[:4])
        assert field.input_value() == value

    def choose(self, radio: str) -> None:
        wanted = self.page.locator(radio)
        name = wanted.get_attribute("name")
        self._reach_any(f"input[name={name}]")
        self.page.keyboard.press("Space")
        for _each in range(self.page.locator(f"input[name={name}]").count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key leads to {radio}")

    def attach(self, where: str, name: str, data: bytes) -> None:
        for patience in (5_000, 5_000, 30_000):  # a busy Chromium loses a key that comes while it still paints
            self._reach(self.page.locator(where))
            with suppress(TooLate):
                with self.page.expect_file_chooser(timeout=patience) as chooser:
                    self.page.keyboard.press("Enter")
                chooser.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
                return
        raise AssertionError("Enter opens no choice of a file")

    def _reach(self, wanted: Locator) -> None:
        wanted.wait_for()
        for _tab in range(MOST_TABS):
            if wanted.evaluate("e => e === document.activeElement"):
                self._assert_seen()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab doesn't lead to {wanted}")

    def _reach_any(self, selector: str) -> None:
        self.page.locator(selector).first.wait_for()
        for _tab in range(MOST_TABS):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab doesn't lead to {selector}")

    def _assert_seen(self) -> None:
        """What has the focus is on the screen, and not under something that stays there."""
        assert self.page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
            }"""
        ), "the focus is out of sight"
