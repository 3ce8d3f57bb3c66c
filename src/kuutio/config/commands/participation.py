"""`./kuutio participation import`: hearings, proposals and conversations of other systems."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from kuutio.config.console import answer
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid, NotFound

MOST_PAGES = 1000
HELP = (
    "Bring in hearings, proposals or conversations from another system: what it answered or exported, saved as files."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The system, the file, the city."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    bring = acts.add_parser("import", help="bring hearings or a conversation in; run again, it adds what is new")
    bring.add_argument("system", choices=list(SYSTEMS), metavar="SYSTEM", help=", ".join(SYSTEMS))
    bring.add_argument(
        "file",
        metavar="FILE",
        help="kerrokantasi: JSON, a hearing with its comments, or a list of them, or the address of a hearing or of a list "
        "in its interface; polis, decidim: the folder of an export",
    )
    bring.add_argument("--city", required=True, metavar="CITY", help="whose they are, such as helsinki")
    bring.add_argument("--title", default="", help="polis: what the conversation is about (the export's topic)")
    bring.add_argument("--language", default="fi", choices=list(LANGUAGES), help="polis: of the statements (fi)")
    witness = acts.add_parser("witness", help="let a city witness further votes with a key that it keeps itself")
    witness.add_argument("public", metavar="KEY", help="its public key, as `./kuutio witness --make` printed it there")
    witness.add_argument("--city", required=True, metavar="CITY", help="whose it is, such as espoo")


def run(options: argparse.Namespace) -> None:
    """Bring them in, and tell what was made of each."""
    from kuutio.cities.models import City

    city = City.objects.filter(pk=options.city).first()
    if city is None:
        raise NotFound(f"There is no city {options.city} here.")
    answer(_witness(options, city) if options.act == "witness" else SYSTEMS[options.system](options, city))


def _witness(options: argparse.Namespace, city: Any) -> dict[str, str]:
    from django.utils import timezone

    from kuutio.participation.actions.witnessing import name_witness

    row = name_witness(city, options.public, by=None, at=timezone.now())
    return {"city": city.pk, "witness": row.name}


def _hearings(options: argparse.Namespace, city: Any) -> list[dict[str, Any]]:
    from django.utils import timezone

    from kuutio.participation import kerrokantasi
    from kuutio.participation.actions.importing import bring_hearing

    try:
        text = asked(options.file) if "://" in options.file else Path(options.file).read_text("utf-8")
        hearings = kerrokantasi.read(text)
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"The file can't be read: {options.file}") from error
    except kerrokantasi.NotKerrokantasi as error:
        raise Invalid(str(error)) from error
    return [asdict(bring_hearing(hearing, city, at=timezone.now())) for hearing in hearings]


def asked(address: str) -> str:
    """Hearings with all their comments from Kerrokantasi's interface: of one hearing, or of a list and its further pages.

    Raises:
        Invalid: an address gives no JSON of that kind, or leads to another host.
        FetchProblem: an address isn't asked, or doesn't answer.
    """
    from kuutio.federation.fetching import fetcher

    with fetcher() as visitor:

        def told(url: str) -> Any:
            try:
                return json.loads(visitor.get(url).body)
            except (ValueError, RecursionError) as error:
                raise Invalid(f"{url} doesn't answer with JSON.") from error

        def pages(url: str) -> Iterator[Any]:
            for _page in range(MOST_PAGES):
                found = told(url)
                if not isinstance(found, dict) or not isinstance(found.get("results"), list):
                    raise Invalid(f"{url} doesn't answer with a list of results.")
                yield from found["results"]
                following = urljoin(url, str(found.get("next") or ""))
                if not found.get("next"):
                    return
                if urlsplit(following).netloc != urlsplit(url).netloc:
                    raise Invalid(f"{url} leads to another host.")
                url = following
            raise Invalid(f"{address} has too many pages.")

        root, _slash, rest = address.partition("/hearing")
        one = rest.partition("?")[0].strip("/")
        names = [one] if one else [str(row.get("id", "")) for row in pages(address) if isinstance(row, dict)]
        hearings = []
        for name in names:
            hearing = told(f"{root}/hearing/{quote(name, safe='')}/")
            if not isinstance(hearing, dict):
                raise Invalid(f"{root}/hearing/{name}/ is no hearing.")
            number = quote(str(hearing.get("id", name)), safe="")
            hearings.append(hearing | {"comments": list(pages(f"{root}/comment/?hearing={number}&limit=100"))})
    return json.dumps(hearings)


def _conversation(options: argparse.Namespace, city: Any) -> dict[str, Any]:
    from django.utils import timezone

    from kuutio.core.opinions import BadExport, read_polis
    from kuutio.core.opinions.polis import COMMENTS, VOTES
    from kuutio.participation.actions.opinion_maps import make_map
    from kuutio.participation.actions.polis import bring_conversation
    from kuutio.participation.models import Stage

    texts = {}
    for name in (VOTES, COMMENTS):
        try:
            texts[name] = (Path(options.file) / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotFound(f"The file can't be read: {Path(options.file) / name}") from error
    try:
        conversation = read_polis(texts[VOTES], texts[COMMENTS])
    except BadExport as error:
        raise Invalid(str(error)) from error
    folder, at = Path(options.file).resolve().name, timezone.now()
    told = bring_conversation(
        conversation,
        city,
        folder,
        title=options.title or _topic(Path(options.file)) or folder,
        language=options.language,
        at=at,
    )
    made = make_map(Stage.objects.get(process__slug=told.process, kind="opinions"), at=at)
    return asdict(told) | {"map": made.digest, "stability": made.stability}


def _topic(folder: Path) -> str:
    """The topic of an export, where its summary tells it."""
    import csv

    try:
        with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
            return next((row[1].strip() for row in csv.reader(file) if len(row) > 1 and row[0] == "topic"), "")
    except (OSError, UnicodeDecodeError, csv.Error):
        return ""


def _proposals(options: argparse.Namespace, city: Any) -> dict[str, Any]:
    from django.utils import timezone

    from kuutio.participation.importing import decidim

    return asdict(decidim.bring(Path(options.file), city, at=timezone.now()))


SYSTEMS = {"decidim": _proposals, "kerrokantasi": _hearings, "polis": _conversation}
