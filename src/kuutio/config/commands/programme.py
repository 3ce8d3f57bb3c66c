"""`./kuutio programme`: the rules of joint projects, asked about cases in a file; and official lists of projects, brought in."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kuutio.config.console import answer, say
from kuutio.core.problems import Invalid

HELP = (
    "Ask the programme's rules about cases (who may apply, budgets, scores, reviewers, claims); bring in a list of projects;"
    " compute how the promises stand."
)
MOST_BYTES = 64 * 1024 * 1024
MOST_CASES = 10_000
RULES = {
    "eligibility": "E1-E12: whether an application may be made, and each rule that it breaks",
    "budget": "M1-M8: what costs add up to, partner by partner, and who pays it",
    "score": "V1-V8, V13: exact scores, ranks, advice on reviewers' bias, who is funded",
    "assign": "V6: who can review what, and the largest sum of affinities",
    "claims": "C1-C7: what each claim and advance pays",
}


def NEEDS_DATABASE(options: argparse.Namespace) -> bool:  # noqa: N802 - what the command line asks every command
    """Only what stores something needs one: the rules are pure."""
    return options.rules in {"import", "promises"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, and the file."""
    rules = parser.add_subparsers(dest="rules", metavar="RULES", required=True)
    for name, words in RULES.items():
        own = rules.add_parser(name, help=words, description=words)
        own.add_argument("file", metavar="FILE.json", help="a case or a list of cases; - for stdin")
        own.add_argument("--details", action="store_true", help="everything that the rules say, not the answer alone")
    words = "bring in an authority's list of funded projects; again and again with the same result"
    own = rules.add_parser("import", help=words, description=words)
    own.add_argument("file", metavar="FILE.csv", help="the list as the authority published it")
    own.add_argument(
        "--map", required=True, metavar="MAPPING.yaml", help="what is in which column, and how it is written"
    )
    words = "compute the figures that show how the promises stand, anew from what lies in the database"
    own = rules.add_parser("promises", help=words, description=words)
    own.add_argument(
        "keys", nargs="*", metavar="KEY", help="figures to compute, such as opendata-cities; none: all of them"
    )


def run(options: argparse.Namespace) -> int:
    """Print a list of `{"id", …}`, one for each case; or what came of an import.

    Raises:
        Invalid: the file is no JSON, or cases can't be understood; nothing is printed then.
    """
    if options.rules == "import":
        return _import(options.file, options.map)
    if options.rules == "promises":
        return _promises(options.keys)
    from kuutio.core.grants.reading import Node, Unreadable

    document = _json(options.file)
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
    return 0


def _import(name: str, mapping: str) -> int:
    """Bring in a list. Returns 1 where rows weren't taken."""
    import yaml
    from django.utils import timezone

    from kuutio.core.grants.project_lists import NoList, read_layout, read_list
    from kuutio.core.grants.reading import Node, Unreadable
    from kuutio.programme.actions.lists import take_in_list

    try:
        layout = read_layout(Node(yaml.safe_load(_raw(mapping))))
        read = read_list(_raw(name), layout)
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise Invalid(f"{mapping} is no YAML: {str(error)[:200]}") from error
    except Unreadable as error:
        raise Invalid(f"{mapping}: {error}") from error
    except NoList as error:
        raise Invalid(f"{name}: {error}") from error
    taken = take_in_list(layout.list, read, by=None, at=timezone.now())
    for one in read.rejected:
        say(f"kuutio: line {one.line}, {one.code or 'no code'}: {one.why}")
    answer(
        {
            "list": layout.list,
            "made": taken.made,
            "changed": taken.changed,
            "same": taken.same,
            "rejected": [{"line": one.line, "code": one.code, "why": one.why} for one in read.rejected],
            "odd": [{"line": one.line, "code": one.code, "why": one.why} for one in read.odd],
        }
    )
    return 1 if read.rejected else 0


def _promises(keys: list[str]) -> int:
    """Compute figures now, keep them and print them; without keys the verdicts of all promises too."""
    from django.utils import timezone

    from kuutio.programme import evidence, queries
    from kuutio.programme.actions.measuring import measure_all

    figures = [
        {
            "key": figure.key,
            "promise": figure.promise,
            "value": figure.value,
            "of": figure.of,
            "standing": figure.standing or None,
            "as_of": figure.as_of,
            "measured_at": figure.measured_at.isoformat(timespec="seconds"),
        }
        for figure in measure_all(at=timezone.now(), keys=keys)
    ]
    programme = queries.current_programme()
    verdicts = {row.promise.key: row.standing for row in evidence.judged(programme)} if programme and not keys else None
    answer({"figures": figures} | ({"promises": verdicts} if verdicts is not None else {}))
    return 0


def _rule(name: str) -> Callable[..., dict[str, Any]]:
    from kuutio.core.choosing import cases as choosing
    from kuutio.core.grants import cases as grants
    from kuutio.core.grants import claim_cases

    return {
        "eligibility": grants.eligibility,
        "budget": grants.budget,
        "score": choosing.score,
        "assign": choosing.assignment,
        "claims": claim_cases.claims,
    }[name]


def _case(node: Any, at: int) -> tuple[str, Any]:
    """A case's name and what is asked: it stands alone, or under `input` as in a list of worked examples; nameless, it is its place."""
    inner = node.at("input") if node.has("input") else node
    named = next((one for one in (node, inner) if one.has("id")), None)
    return named.at("id").name() if named else str(at), inner


def _json(name: str) -> Any:
    from kuutio.core.grants.reading import load

    raw = _raw(name)
    try:
        return load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is no UTF-8.") from error
    except ValueError as error:
        raise Invalid(f"{name} is no JSON: {str(error)[:200]}") from error


def _raw(name: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else _bytes(Path(name))
    except (OSError, ValueError) as error:
        raise Invalid(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error
    if len(raw) > MOST_BYTES:
        raise Invalid(f"{name} is larger than {MOST_BYTES} bytes.")
    return raw


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
