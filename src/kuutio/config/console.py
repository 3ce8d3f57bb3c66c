"""The command line: finds the command, gives it the data folder and the database, keeps stdout for JSON.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from kuutio.core.problems import Problem

#: Commands by name; each module has HELP, `arguments(parser)`, `run(options) -> int | None`, and NEEDS_DATABASE
#: (or a function of the options that says it) where it can do without one.
COMMANDS = {
    "up": "up",
    "test": "testing",
    "check": "checking",
    "people": "people",
    "load": "load",
    "locate": "locate",
    "verify": "verify",
    "heads": "heads",
    "witness": "witness",
    "opinions": "opinions",
    "promise": "promise",
    "harvest": "harvest",
    "api-key": "api_key",
    "role": "role",
    "conformance": "conformance",
    "settings": "settings",
    "parse-mail": "parse_mail",
    "lmtp": "lmtp",
    "mail": "mail",
    "worker": "worker",
    "manage": "manage",
    "load-borders": "load_borders",
    "load-layer": "load_layer",
    "load-area": "load_area",
    "load-catalogue": "load_catalogue",
    "load-rules": "load_rules",
    "publish": "publish",
    "import-units": "import_units",
    "count": "count",
    "programme": "programme",
    "participation": "participation",
    "tour": "tour",
}


def say(text: str) -> None:
    """Progress for a person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def answer(value: Any) -> None:
    """A command's result, as JSON on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
    sys.stdout.flush()


def start_django() -> None:
    """Make the models usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")
    import django

    django.setup()


def _refused(problem: Problem) -> int:
    say(f"kuutio: {problem.detail}")
    for error in problem.errors:
        say(f"  {error.get('pointer', '')}: {error.get('detail', '')}")
    return 1


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if words is None else words)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="the data folder (default: KUUTIO_DATA, else var/)")
    parser = argparse.ArgumentParser(
        prog="./kuutio", description="The open platform that a group of cities runs together."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules = {name: importlib.import_module(f"kuutio.config.commands.{file}") for name, file in COMMANDS.items()}
    for name, module in modules.items():
        own = commands.add_parser(name, help=module.HELP, description=module.HELP, parents=[common])
        module.arguments(own)
    rest: list[str] = []
    if words and words[0] in {"test", "manage"}:  # their words are another program's
        words, rest = words[:1], words[1:]
    options = parser.parse_args(words)
    options.rest = rest
    if options.data:
        os.environ["KUUTIO_DATA"] = str(Path(options.data).resolve())
    module = modules[options.command]
    try:
        needs = getattr(module, "NEEDS_DATABASE", True)
        if not (needs(options) if callable(needs) else needs):
            return module.run(options) or 0
        from kuutio.config.database import database

        with database():
            start_django()
            from django.utils import translation

            from kuutio.config import installation

            installation.migrate()
            # The command line speaks English, refusals too; jobs keep the installation's own language.
            with nullcontext() if options.command == "worker" else translation.override("en"):
                try:
                    return module.run(options) or 0
                except Problem as problem:  # here, since a refusal is translated as it is said
                    return _refused(problem)
    except Problem as problem:
        return _refused(problem)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        say("kuutio: stopped")
        return 1
