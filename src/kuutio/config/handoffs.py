"""Where one domain needs another: a typed call in the same transaction, one receiver."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from kuutio.contact.actions.answered_elsewhere import settle_from_elsewhere, take_back_from_elsewhere
from kuutio.contact.actions.receiving import receive
from kuutio.contact.addressed import Addressee
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.models import Case, Category, CategoryGroup, CategoryRule, Channel, Contact, Message
from kuutio.core.language import LANGUAGES
from kuutio.innovation.handing import Answered, Offered, Opened, Reported, Said, TakenBack
from kuutio.innovation.handing import Project as KnownProject
from kuutio.participation.handing import Taken, Won
from kuutio.programme.actions.reaching import take_figure
from kuutio.programme.contact_roles import role_of
from kuutio.programme.models import Project, PromisedProject
from kuutio.programme.promises import take_promise, withdraw_promise


def winner_becomes_project(won: Won) -> PromisedProject:
    """A project that won a vote becomes one that the cities owe, with its money and its promise."""
    return take_promise(
        won.reference,
        origin=PromisedProject.Origin.PARTICIPATORY_BUDGET,
        name=won.name,
        promise=won.promise,
        amount_cents=won.amount_cents,
        cities=won.cities,
        address=won.address,
        at=won.at,
    )


def winner_is_taken_back(taken: Taken) -> None:
    """What can't be carried out after all stays among the promises, with why it isn't kept."""
    withdraw_promise(taken.reference, taken.why, at=taken.at)


OFFERED_TRIAL = "offered-trial"
"""The category of cases that are offers of a trial. Residents don't choose it: it is opened by the proposal's own form."""


def offered_trial_becomes_case(offered: Offered) -> Opened:
    """A trial that a city was offered becomes a case there, by the promise that the city's own desk has given."""
    group, _made = CategoryGroup.objects.get_or_create(
        code="innovation",
        defaults={"name": {"fi": "Kokeilut", "sv": "Försök", "en": "Trials"}, "position": _free_position()},
    )
    category, _made = Category.objects.get_or_create(
        code=OFFERED_TRIAL,
        defaults={
            "group": group,
            "name": {"fi": "Kokeiluehdotus", "sv": "Förslag till försök", "en": "Offered trial"},
            "place": Category.Place.NONE,
            "allows_anonymous": False,
            "is_public": False,
            "is_active": False,
        },
    )
    minutes = offered.answer_days * _DAY_MINUTES
    CategoryRule.objects.get_or_create(
        city_id=offered.city,
        category=category,
        area_name="",
        valid_to=None,
        defaults={"answer_minutes": minutes, "resolve_minutes": max(minutes, _RESOLVE_MINUTES)},
    )
    person = offered.person
    taken = receive(
        Incoming(
            channel=Channel.WEB,
            text=f"{offered.text}\n\n{offered.organisation}\n{offered.address}",
            language=next((code for code in LANGUAGES if code == offered.language), LANGUAGES[0]),
            external_id=offered.reference,
            sender=Sender(
                name=offered.organisation,
                email=person.email if person is not None else "",
                person=person,
                preference=Contact.Preference.EMAIL if person is not None else Contact.Preference.NONE,
            ),
            category=category,
            title=offered.title,
            chosen=offered.city,
            can_ask=True,
            may_lack_place=True,
        ),
        at=offered.at,
    )
    case = taken.case
    return Opened(number=case.number, due_at=case.answer_due_at or case.resolve_due_at or offered.at)


_DAY_MINUTES = 480
_RESOLVE_MINUTES = 9600


def _free_position() -> int:
    last = CategoryGroup.objects.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def answered_trial_settles_case(answered: Answered) -> None:
    """What a city answers to an offered trial on the proposal's page goes to the proposer through its case, which is settled."""
    case = Case.objects.get(number=answered.case_number)
    settle_from_elsewhere(case, text=answered.text, by=answered.by, at=answered.at)


def trial_taken_back_settles_case(taken: TakenBack) -> None:
    """An offered trial that was taken back waits in no queue any more: its case says so and is settled."""
    case = Case.objects.get(number=taken.case_number)
    take_back_from_elsewhere(case, text=taken.text, language=taken.language, at=taken.at)


def said_in_cases(numbers: Sequence[str]) -> Sequence[Said]:
    """What the cities have written to the proposer in some cases: their answers alone, no note."""
    rows = Message.objects.filter(case__number__in=numbers, direction=Message.Direction.OUT).order_by("at", "pk")
    return [Said(number, text, at) for number, text, at in rows.values_list("case__number", "text", "at")]


def known_projects() -> Sequence[KnownProject]:
    """The strategy's projects, for what serves one of them."""
    rows = Project.objects.exclude(kind="office").order_by("starts_on", "code")
    return [KnownProject(row.code, dict(getattr(row.name, "data", {})), row.kind, "") for row in rows]


def role_is_written_to(key: str) -> Addressee | None:
    """A contact role of a spearhead, for somebody who writes to it: the case comes to its unit."""
    role = role_of(key)
    return Addressee(unit=role.unit, role=role.title, about=role.about, page=role.page) if role else None


def trial_figure_counts(reported: Reported) -> None:
    """What a trial reached counts for the indicator of its pilot project or spearhead, with the trial's page as what shows it."""
    take_figure(
        reported.reference,
        project=reported.project,
        indicator=reported.indicator,
        value=reported.value,
        on=reported.on,
        evidence=reported.note,
        evidence_url=f"{settings.SITE_URL}/{LANGUAGES[0]}{reported.evidence}",
        by=reported.by,
        at=reported.at,
    )
