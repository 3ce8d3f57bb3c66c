"""What a decision letter says, in the candidate's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.core.choosing.scores import shown
from kuutio.core.choosing.tables import read
from kuutio.selection.models import CHOSEN, Decision, Ranking, Round
from kuutio.ui.wording import day, localized, money, number


@dataclass(frozen=True, slots=True)
class Page:
    """A letter before it is set.

    Attributes:
        facts: a word and its value, in the order of reading.
        parts: a heading and its paragraphs.
    """

    language: str
    sender: str
    title: str
    addressee: tuple[str, ...]
    day: str
    reference: str
    outcome: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def letter_of(decision: Decision) -> Page:
    """The letter of a final decision."""
    with translation.override(decision.candidate.language):
        return _letter(decision)


def _letter(decision: Decision) -> Page:
    candidate = decision.candidate
    round_ = candidate.round
    parties = list(candidate.parties.all())
    sender = round_.authority if decision.kind == Decision.Kind.LEGALITY and round_.authority else round_.owner
    facts = [
        (_("Call"), localized(round_.title)[0]),
        (_("Application"), f"{candidate.number}. {localized(candidate.title)[0]}"),
        (_("Organisations"), ", ".join(one.name for one in parties)),
    ]
    if candidate.asked_cents:
        facts.append((_("Asked for"), money(candidate.asked_cents)))
    if decision.granted_cents is not None and (decision.granted_cents or candidate.asked_cents):
        facts.append((_("Granted"), money(decision.granted_cents)))
    facts += _scores(round_, str(candidate.number))
    return Page(
        language=candidate.language,
        sender=localized(sender.name)[0],
        title=_("Decision"),
        addressee=tuple(one.name for one in parties if one.is_lead) or (parties[0].name,),
        day=day(decision.made_at.date()),
        reference=decision.number,
        outcome=outcome_sentence(decision),
        facts=tuple(facts),
        parts=tuple(_parts(decision, round_)),
    )


def outcome_sentence(decision: Decision) -> str:
    """What was decided, in one sentence."""
    if decision.outcome == "approved":
        return _("The application is approved.")
    if decision.outcome == "approved_with_conditions":
        return _("The application is approved with conditions.")
    return _("The application is rejected.")


def _scores(round_: Round, name: str) -> list[tuple[str, str]]:
    table = Ranking.objects.filter(round=round_).values_list("table", flat=True).first()
    row = next((one for one in (table or {}).get("rows", ()) if one["candidate"] == name), None)
    score = read(row["score"]) if row else None
    if row is None or score is None:
        return []
    said = _("%(score)s of 100, rank %(rank)s of %(all)s") % {
        "score": number(shown(score), 2),
        "rank": row["rank"],
        "all": len((table or {})["rows"]),
    }
    return [(_("Score"), said)]


def _parts(decision: Decision, round_: Round) -> list[tuple[str, tuple[str, ...]]]:
    candidate = decision.candidate
    found = []
    if decision.outcome == "approved_with_conditions":
        found.append((_("Conditions"), _paragraphs(decision.conditions)))
    found.append((_("Reasons"), _paragraphs(decision.reason)))
    if decision.granted_why:
        found.append((_("Why the sum differs from what was asked for"), (decision.granted_why,)))
    if decision.by_lot:
        words = _(
            "Equal applications asked for more than was left. Lots decided, by a seed published beforehand: %(seed)s."
        )
        found.append((_("Lots"), (words % {"seed": round_.seed},)))
    proposed = candidate.decisions.filter(kind=Decision.Kind.EXPEDIENCY).last()
    if decision.kind == Decision.Kind.LEGALITY and proposed is not None:
        head = _("Expediency: %(body)s") % {"body": localized(round_.body)[0]}
        found.append((head, (str(proposed.get_outcome_display()) + ".", *_paragraphs(proposed.reason))))
    said = [one for one in candidate.reviews.filter(state="submitted").values_list("to_applicant", flat=True) if one]
    if said:
        found.append((_("From the reviewers"), tuple(said)))
    if decision.outcome not in CHOSEN or decision.kind == Decision.Kind.LEGALITY:
        found.append((_("If you disagree"), (appeal_words(),)))
    return found


def appeal_words() -> str:
    """How to demand rectification.

    Source: Administrative Procedure Act (434/2003), chapter 7 a: within 30 days from when the decision became known.
    """
    return _(
        "You can demand a rectification in writing from who made the decision, within 30 days of getting it. Tell which decision, "
        "what should be changed and why."
    )


def _paragraphs(value: object) -> tuple[str, ...]:
    return tuple(part.strip() for part in localized(value)[0].split("\n\n") if part.strip())
