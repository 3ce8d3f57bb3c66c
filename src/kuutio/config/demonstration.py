"""The demonstration: its people, and the steps that fill each domain through the doors that users have."""

import json
import os
from collections.abc import Callable
from pathlib import Path


def _file(data: Path) -> Path:
    return data / "people.json"


def begin(data: Path) -> None:
    """Make the cities and the people of a new installation and keep their passwords, readable by its owner alone."""
    from kuutio.cities import demo

    people = demo.begin()
    data.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(_file(data), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(people, file, indent=1)


def sign_ins(data: Path) -> list[dict[str, str]]:
    """The people and passwords of this installation; none where there is no demonstration."""
    try:
        people: list[dict[str, str]] = json.loads(_file(data).read_text())
    except FileNotFoundError:
        return []
    return people


def go_on(say: Callable[[str], None]) -> None:
    """Do each step that is not yet done; a step that was cut off is done again from its beginning."""
    from kuutio.config.demonstration_steps import STEPS

    for step in STEPS:
        step(say)
