"""The reference says what the program says."""

import pytest

from kuutio.config import console
from kuutio.config.environment import ROOT, SETTINGS, Setting

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_stands_in_the_reference(setting: Setting) -> None:
    default = f"`{setting.default}`" if setting.default else ""
    if setting.name == "KUUTIO_DATA":
        default = "`var` in the project's folder"
    row = f"| `{setting.name}` | {default} | {setting.help} |"
    assert row in (REFERENCE / "settings.md").read_text("utf-8").splitlines()


def test_every_command_stands_in_the_reference() -> None:
    text = (REFERENCE / "commands.md").read_text("utf-8")
    missing = [word for word in console.COMMANDS if f"`./kuutio {word}" not in text]
    assert not missing
