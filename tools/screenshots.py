"""Take the pictures of the documents from a running Kuutio: `python tools/screenshots.py [--address http://localhost:8000]`.

Needs the demonstration (`./kuutio up`), chromium (KUUTIO_CHROMIUM, else Debian's) and the project's `.venv`.
"""

import argparse
import json
import os
import subprocess
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PICTURES = {
    "front": "/en/",
    "strategy": "/en/strategy/",
    "catalogue": "/en/data/?q=leikkipuisto",
    "dataset": "/en/data/kuutio-leikkipuistot/",
    "playground": "/en/data/sql/",
}
WORKSPACE = "/en/work/"
PUBLISHER = "publisher-helsinki"


def password() -> str:
    """The demonstration's publisher's, as `./kuutio people --json` tells it."""
    told = subprocess.run([ROOT / "kuutio", "people", "--json"], capture_output=True, check=True).stdout
    return next(one["password"] for one in json.loads(told)["people"] if one["email"].startswith(PUBLISHER))


def picture(page: Page, path: str, name: str) -> None:
    """One page at rest, as wide as a desk's."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # maps fade in
    page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description="Take the pictures of the documents from a running Kuutio.")
    parser.add_argument("--address", default="http://localhost:8000")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("KUUTIO_CHROMIUM") or "/usr/bin/chromium",
            args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        )
        page = browser.new_page(base_url=options.address, viewport={"width": 1280, "height": 900}, locale="en-GB")
        for name, path in PICTURES.items():
            picture(page, path, name)
        page.goto("/en/account/login/")
        page.fill("#id_login", f"{PUBLISHER}@example.org")
        page.fill("#id_password", password())
        page.keyboard.press("Enter")
        page.wait_for_url("**/me/")
        picture(page, WORKSPACE, "workspace")
        browser.close()


if __name__ == "__main__":
    main()
