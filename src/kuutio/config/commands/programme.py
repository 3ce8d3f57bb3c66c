"""`./kuutio programme`: the rules of joint projects, asked about cases in a file; the same functions as on the pages."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kuutio.config.console import answer
from kuutio.core.problems import Invalid

HELP = "Ask the programme's rules about cases: who may apply, what a budget adds up to, scores, who reviews what, what claims pay."
NEEDS_DATABASE = False
MOST_BYTES = 64 * 1024 * 1024
MOST_CASES = 10_000
RULES = {
    "eligibility": "E1-E12: whether an application may be made, and each rule that it breaks",
    "budget": "M1-M8: what costs add up to, partner by partner, and who pays it",
    "score": "V1-V8, V13: exact scores, ranks, advice on reviewers' bias, who is funded",
    "assign": "V6: who can review what, and the largest sum of affinities",
    "claims": "C1-C7: what each claim and advance pays",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, and the file."""
    rules = parser.add_subparsers(dest="rules", metavar="RULES", required=True)
    for name, words in RULES.items():
        own = rules.add_parser(name, help=words, description=words)
        own.add_argument("file", metavar="FILE.json", help="a case or a list of cases; - for stdin")
        own.add_argument("--details", action="store_true", help="everything that the rules say, not the answer alone")


def run(options: argparse.Namespace) -> None:
    """Print a list of `{"id", …}`, one for each case.

    Raises:
        Invalid: the file is no JSON, or cases can't be understood; nothing is printed then.
    """
    from kuutio.core.grants.reading import Node, Unreadable

    document = _read(options.file)
    whole = Node(document)
    cases = whole.rows(MOST_CASES) if isinstance(document, list) else [whole]
    rule, told, wrong = _rule(options.rules), [], []
    for at, case in enumerate(cases, 1):
        try:
            name, node = _case(case, at)
            told.append({"id": name, **rule(node, details=options.details)})
        except Unreadable as error:
            wrong.append({"pointer": error.pointer, "detail": error.detail})
    if wrong:
        raise Invalid(f"{len(wrong)} of {len(cases)} cases can't be understood:", errors=wrong)
    answer(told)


def _rule(name: str) -> Callable[..., dict[str, Any]]:
    from kuutio.core.choosing import cases as choosing
    from kuutio.core.grants import cases as grants

    return {
        "eligibility": grants.eligibility,
        "budget": grants.budget,
        "score": choosing.score,
        "assign": choosing.assignment,
        "claims": grants.claims,
    }[name]


def _case(node: Any, at: int) -> tuple[str, Any]:
    """A case's name and what is asked: it stands alone, or under `input` as in a list of worked examples; nameless, it is its place."""
    inner = node.at("input") if node.has("input") else node
    named = next((one for one in (node, inner) if one.has("id")), None)
    return named.at("id").name() if named else str(at), inner


def _read(name: str) -> Any:
    from kuutio.core.grants.reading import load

    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else _bytes(Path(name))
    except (OSError, ValueError) as error:
        raise Invalid(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error
    if len(raw) > MOST_BYTES:
        raise Invalid(f"{name} is larger than {MOST_BYTES} bytes.")
    try:
        return load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is no UTF-8.") from error
    except ValueError as error:
        raise Invalid(f"{name} is no JSON: {str(error)[:200]}") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
