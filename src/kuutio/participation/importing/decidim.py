"""A Decidim site's open data, brought in: proposals with their comments and the number of their supporters.

Decidim publishes one file for each kind of thing, as CSV with semicolons or as JSON with the same columns nested:
`...proposals.csv` and `...proposal_comments.csv` (older versions: `...comments.csv`). Of both, the CSV is read. A comment in favour becomes an argument for, one against an argument against, another one stays
a comment. Who wrote it isn't read. Each row has a key that is made of its number and its site, so that reading again changes nothing.

Source: https://docs.decidim.org/en/develop/admin/features/open_data.html and the serializers of decidim-proposals and
decidim-comments 0.27 to 0.30, whose columns are `id`, `title/LANG`, `body/LANG`, `category/...`, `address`, `latitude`, `longitude`,
`state`, `votes` or `supports`, `published_at`, `created_at`, `url`; `commentable_id`, `commentable_type`, `alignment`, `locale`, `body`.
"""

from __future__ import annotations

import csv
import html
import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify

from kuutio.audit.actions import record
from kuutio.cities.drawn import locator
from kuutio.cities.models import City, Municipality
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid
from kuutio.core.when import HELSINKI
from kuutio.participation import findable, shapes
from kuutio.participation.actions import processes, stages
from kuutio.participation.kinds import CONTRIBUTIONS
from kuutio.participation.models import Contribution, Process, Proposal, Stage, StatusChange, Version
from kuutio.participation.texts import plain_text

_NAMES = uuid.UUID("0f6f1d39-64a5-4b52-8a2e-8f2f6a0c7c55")
_TAG = re.compile(r"<(?:br|/p|/li|/div)[^>]*>", re.IGNORECASE)
_SPACE = re.compile(r"/(?:processes|assemblies|initiatives)/([\w-]+)")
_ANY_TAG = re.compile(r"<[^>]*>")
_KINDS = {"1": "argument_for", "-1": "argument_against", "0": "comment", "": "comment"}
_STATES = {
    "accepted": Proposal.Status.CHOSEN,
    "rejected": Proposal.Status.REJECTED,
    "evaluating": Proposal.Status.RECEIVED,
    "not_answered": Proposal.Status.RECEIVED,
    "published": Proposal.Status.RECEIVED,
    "": Proposal.Status.RECEIVED,
}
_LEFT_OUT = {"withdrawn"}


class Unreadable(ValueError):
    """A row can't be taken; the text says why."""


@dataclass
class Outcome:
    """What came of an import.

    Attributes:
        rejected: file, line and why, for each row that wasn't taken.
    """

    made: dict[str, int] = field(default_factory=lambda: {"proposals": 0, "comments": 0})
    known: int = 0
    left_out: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)


def bring(folder: Path, city: City, *, at: datetime) -> Outcome:
    """Bring a folder in for a city: each participatory space becomes a process of its own, a draft that its officers complete.

    A space that was brought in before takes what is new, whatever its officers have made of it since.

    Raises:
        Invalid: there is no file of proposals, or one can't be read.
    """
    known: dict[str, Stage] = {}

    def stage_of(row: dict[str, str]) -> Stage:
        site, space = _space(row)
        slug = slugify(f"decidim-{site}-{space}")[:80]
        if slug not in known:
            found = Stage.objects.filter(process__slug=slug, kind="proposals").select_related("process__owner").first()
            known[slug] = found or _begun(slug, space, city, at)
        return known[slug]

    return read(folder, stage_of, at=at)


def _space(row: dict[str, str]) -> tuple[str, str]:
    """The site and the name of the space that a row is of, as they stand in its address."""
    address = urlsplit(row.get("participatory_space/url") or row.get("url") or "")
    found = _SPACE.search(address.path)
    return address.netloc, found[1] if found else "proposals"


def _begun(slug: str, space: str, city: City, at: datetime) -> Stage:
    title = {"fi": space.replace("-", " ").capitalize()}
    process = processes.begin_process(city, title=title, theme="democracy", slug=slug, by=None, at=at)
    return stages.add_stage(
        process, "proposals", title=title, opens_at=at - timedelta(days=1), closes_at=at, by=None, at=at
    )


def read(folder: Path, stage_of: Callable[[dict[str, str]], Stage], *, at: datetime) -> Outcome:
    """Bring a folder's proposals and comments into stages for proposals; again, only what is new.

    Args:
        stage_of: the stage that a row of the proposals belongs to.

    Raises:
        Invalid: there is no file of proposals, or one can't be read.
    """
    tables = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    stems = {file.stem for file in tables}
    files = tables + [file for file in sorted(folder.glob("*.json")) if file.stem not in stems]
    proposals = [file for file in files if file.stem.endswith("proposals")]
    comments = [file for file in files if file.stem.endswith("comments")]
    if not proposals:
        raise Invalid(f"{folder} holds no file whose name ends in proposals.csv or proposals.json.")
    outcome = Outcome()
    for file in proposals:
        for line, row in _rows(file):
            _take(outcome, file, line, lambda row=row: _proposal(row, stage_of(row), outcome, at))  # type: ignore[misc]
    for file in comments:
        for line, row in _rows(file):
            _take(outcome, file, line, lambda row=row: _comment(row, outcome, at))  # type: ignore[misc]
    record("import_decidim", f"folder:{folder.name}", by=None, at=at, rejected=len(outcome.rejected), **outcome.made)
    return outcome


def _take(outcome: Outcome, file: Path, line: int, act: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            act()
    except Unreadable as error:
        outcome.rejected.append({"file": file.name, "line": line, "why": str(error)})


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with their lines; of JSON with their numbers, from 1."""
    if file.suffix == ".json":
        yield from enumerate(_objects(file), 1)
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            first = opened.readline()
            opened.seek(0)
            reader = csv.DictReader(opened, delimiter=";" if first.count(";") >= first.count(",") else ",")
            if "id" not in (reader.fieldnames or []):
                raise Invalid(f"{file.name} has no column id.")
            for row in reader:
                yield reader.line_num, {key: value or "" for key, value in row.items() if isinstance(key, str)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{file.name} can't be read: {error}") from error


def _objects(file: Path) -> list[dict[str, str]]:
    try:
        told = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid(f"{file.name} can't be read: {error}") from error
    if not isinstance(told, list) or not all(isinstance(row, dict) and "id" in row for row in told):
        raise Invalid(f"{file.name} is no list of objects with an id.")
    return [dict(_flat("", row)) for row in told]


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A nested value by the names that it has in Decidim's CSV: `title/fi`."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(f"{name}/{key}" if name else str(key), one)
    elif not isinstance(value, list):
        yield name, "" if value is None else str(value)


def _key(kind: str, row: dict[str, str]) -> uuid.UUID:
    site = urlsplit(row.get("url") or row.get("root_commentable_url") or "").netloc
    return uuid.uuid5(_NAMES, f"{site}/{kind}/{row['id']}")


def _words(value: str) -> str:
    """Plain text of what may be HTML."""
    return plain_text(html.unescape(_ANY_TAG.sub("", _TAG.sub("\n", value))))


def _said(row: dict[str, str], name: str) -> tuple[str, str]:
    """A text and its language: the first of ours that has one, else the column without a language."""
    for code in LANGUAGES:
        if text := _words(row.get(f"{name}/{code}", "")):
            return text, code
    return _words(row.get(name, "")), "fi"


def _moment(row: dict[str, str], at: datetime) -> datetime:
    for name in ("published_at", "created_at"):
        told = row.get(name, "").strip().replace(" UTC", "+00:00").replace(" +", "+")
        if not told:
            continue
        try:
            moment = datetime.fromisoformat(told)
        except ValueError as error:
            raise Unreadable(f"{name} is no time: {told[:40]}") from error
        return min(moment if moment.tzinfo else moment.replace(tzinfo=HELSINKI), at)
    raise Unreadable("it has no time")


def _place(row: dict[str, str]) -> bytes | None:
    lat, lon = (row.get(name, "").strip() for name in ("latitude", "longitude"))
    if not lat or not lon:
        return None
    try:
        return shapes.point(float(lon), float(lat))
    except ValueError as error:
        raise Unreadable(f"its position isn't in Finland: {lat[:20]}, {lon[:20]}") from error


def _count(row: dict[str, str]) -> int:
    told = next(
        (row[name] for name in ("votes", "supports", "supports/votes", "endorsements/total_count") if row.get(name)),
        "0",
    )
    if not (told.isascii() and told.isdecimal() and len(told) < 9):
        raise Unreadable(f"its number of supporters is no number: {told[:20]}")
    return int(told)


def _proposal(row: dict[str, str], stage: Stage, outcome: Outcome, at: datetime) -> None:
    key = _key("proposal", row)
    if Contribution.objects.filter(key=key).exists():
        outcome.known += 1
        return
    state = row.get("state", "").strip()
    if state in _LEFT_OUT:
        outcome.left_out += 1
        return
    title, language = _said(row, "title")
    text, _language = _said(row, "body")
    made_at, geometry, supports = _moment(row, at), _place(row), _count(row)
    if not title or not text:
        raise Unreadable("it has no title or no text")
    if len(title) > 200 or len(text) > CONTRIBUTIONS["proposal"].longest:
        raise Unreadable("its title or text is too long")
    if state not in _STATES:
        raise Unreadable(f"its state is unknown: {state[:40]}")
    answer, _language = _said(row, "answer")
    status = _STATES[state]
    if status == Proposal.Status.REJECTED and not answer:
        raise Unreadable("it was rejected without a reason")
    said = Contribution.objects.create(
        key=key,
        kind="proposal",
        process=stage.process,
        stage=stage,
        title=title,
        text=text,
        language=language,
        geometry=geometry,
        place=plain_text(row.get("address", ""))[:200],
        made_at=made_at,
        changed_at=made_at,
    )
    municipality = None
    if geometry is not None:
        code = locator().locate(*shapes.middle_of(geometry))
        municipality = Municipality.objects.filter(pk=code).first() if code else None
    city = City.objects.filter(municipality=municipality).first() if municipality else None
    proposal = Proposal.objects.create(
        contribution=said,
        category=_theme(row, stage.process),
        city=city or stage.process.owner,
        municipality=municipality,
        status=status,
        earlier_supports=supports,
    )
    Version.objects.create(contribution=said, number=1, title=title, text=text, place=said.place, at=made_at)
    if status != Proposal.Status.RECEIVED:
        words = {language: answer} if answer else ""
        StatusChange.objects.create(proposal=proposal, status=status, words=words, city=proposal.city, at=made_at)
    findable.refresh_proposal(proposal, at=at)
    outcome.made["proposals"] += 1


def _theme(row: dict[str, str], process: Process) -> str:
    """The theme whose word a Decidim category begins with, else the process's own: cities name their categories freely."""
    name = next((value.casefold() for key, value in row.items() if key.startswith("category/name") and value), "")
    words = {
        "planning": ("kaavo", "rakent", "urban", "stads"),
        "transport": ("liiken", "katu", "pyörä", "trafik", "transp", "mobil"),
        "environment": ("puisto", "luonto", "ympäristö", "ilmasto", "park", "natur", "miljö", "envi"),
        "culture": ("kulttuuri", "liikunta", "vapaa", "kultur", "idrott", "cultur", "sport"),
        "learning": ("koulu", "oppi", "nuor", "päiväko", "skol", "lär", "school", "learn", "youth"),
        "wellbeing": ("hyvinvoin", "tervey", "hälsa", "välmå", "health", "well"),
        "economy": ("talous", "työ", "ekonomi", "econom"),
        "democracy": ("päätök", "osalli", "demokra", "democra"),
    }
    return next((theme for theme, stems in words.items() if name and name.startswith(stems)), process.theme)


def _comment(row: dict[str, str], outcome: Outcome, at: datetime) -> None:
    key = _key("comment", row)
    if Contribution.objects.filter(key=key).exists():
        outcome.known += 1
        return
    if not row.get("commentable_type", "Decidim::Proposals::Proposal").endswith("Proposal"):
        outcome.left_out += 1  # an answer to a comment: arguments have none
        return
    site = urlsplit(row.get("root_commentable_url") or row.get("url") or "").netloc
    parent_key = uuid.uuid5(_NAMES, f"{site}/proposal/{row.get('commentable_id', '').strip()}")
    parent = Contribution.objects.filter(key=parent_key).first()
    if parent is None:
        raise Unreadable(f"its proposal {row.get('commentable_id', '')[:20]} isn't there")
    kind = _KINDS.get(row.get("alignment", "").strip())
    text, language = _said(row, "body")
    if row.get("locale", "") in LANGUAGES:
        language = row["locale"]
    made_at = _moment(row, at)
    if kind is None or not text or len(text) > CONTRIBUTIONS["comment"].longest:
        raise Unreadable("it has no text, one that is too long, or an alignment that isn't 1, 0 or -1")
    Contribution.objects.create(
        key=key,
        kind=kind,
        process_id=parent.process_id,
        stage_id=parent.stage_id,
        parent=parent,
        text=text,
        language=language,
        made_at=made_at,
        changed_at=made_at,
    )
    outcome.made["comments"] += 1
