"""Grants, claims, indicators and results for the demonstration.

What public sources tell is told as they tell it, with its source: the companies and people that took part, the number of projects.
Everything else is made up and marked as such: two projects with organisations that can't exist (Business IDs near zero), whose
claims stand in every state that there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import Organisation, Person, Role
from kuutio.core.grants.budgets import CostModel
from kuutio.programme.actions import awards, claims, controlling, paying, reaching
from kuutio.programme.actions.awards import Award, AwardedPartner, Change
from kuutio.programme.actions.claims import Cost, Told
from kuutio.programme.actions.paying import Paid
from kuutio.programme.models import (
    Claim,
    Grant,
    GrantPart,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Programme,
    Project,
    ProjectKind,
    Result,
    Source,
    Spearhead,
)

SLUG = "6aika"
EXAMPLE = "made-up-example"
_RESULTS_PAGE = "https://6aika.fi/en/results/"
_KNOWN = date(2014, 5, 16), date(2021, 4, 30)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An indicator of the demonstration: its key, kind, names and what the public sources tell of the whole."""

    key: str
    kind: str
    fi: str
    sv: str
    en: str
    unit: tuple[str, str, str]
    adds: str = "sum"
    decimals: int = 0
    people: bool = False


_INDICATORS = (
    _Wanted(
        "companies", "output", "Mukana olleet yritykset", "Företag som deltog", "Companies that took part",
        ("yritystä", "företag", "companies"),
    ),
    _Wanted(
        "people", "output", "ESR-hankkeisiin osallistuneet ihmiset", "Människor som deltog i ESF-projekt",
        "People in the ESF projects", ("ihmistä", "personer", "people"), people=True,
    ),
    _Wanted(
        "grade", "result", "Yritysten antama arvosana", "Företagens betyg", "Grade given by the companies",
        ("asteikolla 1–5", "på skalan 1–5", "on a scale of 1 to 5"), adds="last", decimals=1,
    ),
    _Wanted(
        "projects", "output", "Hankkeet", "Projekt", "Projects", ("hanketta", "projekt", "projects"), adds="last",
    ),
    _Wanted(
        "interfaces", "output", "Yhteiset rajapinnat", "Gemensamma gränssnitt", "Harmonised interfaces",
        ("rajapintaa", "gränssnitt", "interfaces"),
    ),
)  # fmt: skip


@transaction.atomic
def load() -> int:
    """Bring them in where the strategy is and they are not yet; how many claims came."""
    programme = Programme.objects.filter(slug=SLUG).first()
    if programme is None or Indicator.objects.filter(programme=programme).exists():
        return 0
    source, _made = Source.objects.get_or_create(
        key=EXAMPLE,
        defaults={
            "title": {
                "fi": "Keksitty esimerkki esittelyä varten",
                "sv": "Påhittat exempel för demonstrationen",
                "en": "Made-up example for the demonstration",
            }
        },
    )
    at = timezone.now().replace(microsecond=0)
    told = _indicators(programme)
    _what_is_known(told, at)
    project = _running(programme, source, told, at)
    _offered(programme, source, at)
    return Claim.objects.filter(part__grant__project=project).count()


def _indicators(programme: Programme) -> dict[str, Indicator]:
    other = Source.objects.get(key="other-public-sources")
    return {
        one.key: Indicator.objects.create(
            programme=programme,
            key=one.key,
            name={"fi": one.fi, "sv": one.sv, "en": one.en},
            unit=dict(zip(("fi", "sv", "en"), one.unit, strict=True)),
            kind=one.kind,
            adds=one.adds,
            decimals=one.decimals,
            counts_people=one.people,
            position=position,
            source=other,
        )
        for position, one in enumerate(_INDICATORS, 1)
    }


def _what_is_known(told: dict[str, Indicator], at: datetime) -> None:
    """What public sources tell of the whole, in the words in which they tell it."""

    def known(
        key: str, value: str, evidence: str, until: date = _KNOWN[1], *, about: bool = False, url: str = ""
    ) -> None:
        actual = reaching.Actual(_KNOWN[0], until, Decimal(value), evidence=evidence, evidence_url=url)
        row = reaching.tell_actual(told[key], None, actual, by=None, at=at)
        if about:
            IndicatorValue.objects.filter(pk=row.pk).update(about=True)

    known("companies", "4000", "6aika.fi; eurocities.eu, 4/2021", about=True, url=_RESULTS_PAGE)
    known("people", "5000", "6aika.fi; eurocities.eu, 4/2021", about=True, url=_RESULTS_PAGE)
    known("grade", "4.4", "6aika.fi; eurocities.eu, 4/2021", url=_RESULTS_PAGE)
    known("projects", "59", "eurocities.eu, 4/2021: 40 ERDF + 19 ESF")
    known("projects", "60", "portico.urban-initiative.eu", date(2022, 7, 31))
    spearhead = Project.objects.filter(code="A70011").first()
    if spearhead is not None:
        days = (spearhead.starts_on, spearhead.ends_on)
        actual = reaching.Actual(*days, Decimal(4), evidence="citysdk.eu", evidence_url="https://www.citysdk.eu/")
        reaching.tell_actual(told["interfaces"], spearhead, actual, by=None, at=at)


def _partner(
    number: int, city: str, costs: dict[str, int], people: list[Person], *, lead: bool = False
) -> AwardedPartner:
    """A partner that can't exist, with a valid check digit all the same."""
    head = f"{number:07}"
    rest = sum(int(digit) * weight for digit, weight in zip(head, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    names = {1: "Esimerkki-instituutti", 2: "Mallila-yhdistys", 3: "Näytetietokeskus"}
    return AwardedPartner(
        f"{head}-{11 - rest if rest else 0}",
        f"{names[number]} (esimerkki)",
        costs,
        is_lead=lead,
        city=city,
        people=people,
    )


def _people() -> tuple[list[Person], Person | None]:
    """Who acts for the made-up partners, and who controls them: the demonstration's accounts, where it has them."""
    grantee = list(Person.objects.filter(email="resident@example.org", is_demo=True))
    office = Role.objects.filter(
        role=Role.Name.OFFICE, organisation__kind=Organisation.Kind.PUBLIC, person__is_demo=True
    )
    first = office.select_related("person").first()
    return grantee, first.person if first else None


def _project(
    programme: Programme, source: Source, code: str, names: tuple[str, str, str], days: tuple[date, date], at: datetime
) -> Project:
    spearhead = Spearhead.objects.filter(focus_area__programme=programme).order_by("focus_area__position").first()
    return awards.found_project(
        programme,
        code,
        kind=ProjectKind.PILOT,
        spearhead=spearhead,
        name=dict(zip(("fi", "sv", "en"), names, strict=True)),
        objective="4.1",
        starts_on=days[0],
        ends_on=days[1],
        source=source,
        by=None,
        at=at,
    )


def _running(programme: Programme, source: Source, told: dict[str, Indicator], at: datetime) -> Project:
    """A made-up project in its second year, with claims in every state."""
    year = at.year - 1
    days = (date(year, 1, 1), date(year + 1, 12, 31))
    names = (
        "Esimerkkihanke: kiertävä kalusto",
        "Exempelprojekt: cirkulerande möbler",
        "Example project: furniture that goes round",
    )
    begun = at - timedelta(days=(at.date() - days[0]).days + 40)
    project = _project(programme, source, "A90001", names, days, begun)
    people, office = _people()
    people = people or [_stand_in()]
    lead, second, third = (
        _partner(1, "tampere", {"STAFF": 240_000_00}, people, lead=True),
        _partner(2, "oulu", {"STAFF": 160_000_00}, people),
        _partner(3, "turku", {"STAFF": 90_000_50}, people),
    )
    grant = awards.award(
        Award(
            f"ESIMERKKI/1/{year}", begun.date(), project, "erdf", CostModel.FLAT_40, 5000, 1700, *days, [lead, second, third],
            is_example=True,
        ),
        by=None,
        at=begun,
    )  # fmt: skip
    person = people[0]
    paying.move_grant(grant, "accept", by=person, at=begun + timedelta(days=6))
    paying.move_grant(grant, "start", by=office, at=begun + timedelta(days=9))
    changed = date(year + 1, 6, 30)
    awards.change_award(
        grant,
        Change(
            f"ESIMERKKI/7/{year}", date(year, 10, 1), date(year + 2, 3, 31),
            [lead, second, _partner(3, "turku", {"STAFF": 80_000_50}, people)],
            "Rekrytointi viivästyi, joten hanke jatkuu kolme kuukautta.",
        ),
        by=None,
        at=at - timedelta(days=200),
    )  # fmt: skip
    parts = {part.partner.business_id: part for part in grant.parts.select_related("partner")}
    one, two, three = (parts[partner.business_id] for partner in (lead, second, third))
    paying.record_advance(one, Paid(f"ESIM-E1-{year}", 60_000_00, date(year, 2, 20)), by=office, at=begun)
    desk = _Desk(person, office, at)
    halves = [
        (date(year, 1, 1), date(year, 6, 30)),
        (date(year, 7, 1), date(year, 12, 31)),
        (date(year + 1, 1, 1), changed),
        (date(year + 1, 7, 1), date(year + 1, 10, 31)),
    ]
    paid = desk.decided(one, halves[0], 58_211_37, 300)
    desk.pay(paid, 280)
    desk.decided(one, halves[1], 61_904_12, 90, cut=1_250_00)
    desk.controlled(one, halves[2], 59_118_40, 21)
    desk.draft(one, halves[3], 12_480_00, 3)
    limited = desk.decided(two, halves[0], 38_020_15, 290)
    desk.decided(two, halves[1], 41_000_00, 30)
    desk.sent(two, halves[2], 37_440_90, 12)
    controlling.reopen_claim(limited, "Tarkentakaa raportin tuloksia.", text_only=True, by=office, at=desk.days(5))
    back = desk.sent(two, halves[3], 9_999_99, 9)
    controlling.return_claim(back, "Tositenumerot puuttuvat riviltä 1.", by=office, at=desk.days(2))
    desk.decided(three, halves[0], 4_000_00, 250, cut=4_000_00)
    again = desk.decided(three, halves[1], 22_700_10, 60)
    controlling.reopen_claim(
        again, "Palkkarivi kuuluu osin toiselle jaksolle.", text_only=False, by=office, at=desk.days(7)
    )
    _figures(told, project, source, halves, person, at)
    return project


def _figures(
    told: dict[str, Indicator],
    project: Project,
    source: Source,
    halves: list[tuple[date, date]],
    person: Person,
    at: datetime,
) -> None:
    reaching.set_target(told["companies"], project, Decimal(60), project.ends_on, source, by=None, at=at)
    cities = {city.pk: city for city in project.programme.cities.filter(pk__in=["tampere", "oulu", "turku"])}
    rows = (("tampere", 0, 7), ("oulu", 0, 4), ("tampere", 1, 9), ("turku", 1, 6), ("oulu", 2, 11))
    for city, half, value in rows:
        actual = reaching.Actual(
            *halves[half], Decimal(value), city=cities.get(city), evidence="Keksitty osallistujaluettelo."
        )
        reaching.tell_actual(told["companies"], project, actual, by=person, at=at)
    IndicatorTarget.objects.filter(project=project).update(is_example=True)
    IndicatorValue.objects.filter(project=project).update(is_example=True)
    reaching.publish_result(
        project,
        reaching.Told(
            Result.Kind.RESULT,
            "Väliraportti: kiertävä kalusto (esimerkki)",
            "Keksitty esimerkki siitä, miltä tulos kirjastossa näyttää.",
            "Kolme kaupunkia kokeili, miten käytöstä poistetut kalusteet löytävät uuden paikan.\n\n"
            "Kalusteet luetteloitiin yhteen rajapintaan, josta koulut ja kirjastot varasivat niitä.",
            learnings=(
                "Sopikaa luettelon tietomallista ennen kuin kukaan kuvaa ensimmäistä tuolia.",
                "Varatkaa kuljetukseen kaksinkertainen aika.",
            ),
        ),
        is_example=True,
        by=None,
        at=at - timedelta(days=30),
    )


def _offered(programme: Programme, source: Source, at: datetime) -> Grant:
    """A made-up grant that waits for its project's answer."""
    days = (date(at.year + 1, 1, 1), date(at.year + 1, 12, 31))
    names = ("Esimerkkihanke: hiljaiset reitit", "Exempelprojekt: tysta leder", "Example project: quiet routes")
    decided = at - timedelta(days=8)
    project = _project(programme, source, "A90002", names, days, decided)
    people, _office = _people()
    return awards.award(
        Award(
            f"ESIMERKKI/2/{at.year}", decided.date(), project, "erdf", CostModel.FLAT_40, 5000, 1700, *days,
            [
                _partner(2, "oulu", {"STAFF": 70_000_00}, people, lead=True),
                _partner(1, "tampere", {"STAFF": 55_000_00}, people),
            ],
            is_example=True,
        ),
        by=None,
        at=decided,
    )  # fmt: skip


def _stand_in() -> Person:
    """An account that nobody can sign in with, where the demonstration's people aren't there."""
    person, _made = Person.objects.get_or_create(
        email="example-partner@example.org", defaults={"name": "Esimerkki", "is_active": True, "is_demo": True}
    )
    return person


@dataclass(frozen=True, slots=True)
class _Desk:
    """Both sides of a claim's way, by days before now."""

    person: Person
    office: Person | None
    at: datetime

    def days(self, before: int) -> datetime:
        return self.at - timedelta(days=before)

    def draft(self, part: GrantPart, days: tuple[date, date], cents: int, before: int) -> Claim:
        at = self.days(before)
        claim = claims.start_claim(part, *days, by=self.person, at=at)
        first, second = cents * 7 // 10, cents - cents * 7 // 10
        for text, voucher, amount in (
            ("Projektipäällikön palkka", "T-101", first),
            ("Asiantuntijan palkka", "T-102", second),
        ):
            claims.put_line(claim, Cost("STAFF", text, amount, voucher, days[1]), by=self.person, at=at)
        told = Told(
            "Keksitty esimerkki: kokeilimme luetteloa ja sovimme seuraavat askeleet.",
            coming="Laajennamme kirjastoihin.",
        )
        claims.write_report(claim, told, by=self.person, at=at)
        return claim

    def sent(self, part: GrantPart, days: tuple[date, date], cents: int, before: int) -> Claim:
        claim = self.draft(part, days, cents, before + 1)
        claims.submit_claim(claim, by=self.person, at=self.days(before))
        return claim

    def controlled(self, part: GrantPart, days: tuple[date, date], cents: int, before: int) -> Claim:
        claim = self.sent(part, days, cents, before + 14)
        return controlling.take_into_control(claim, by=self.office, at=self.days(before))

    def decided(self, part: GrantPart, days: tuple[date, date], cents: int, before: int, cut: int = 0) -> Claim:
        claim, at = self.controlled(part, days, cents, before + 10), self.days(before)
        judged: dict[int, tuple[int, str]] = {}
        for line in claim.lines.all():
            less = min(cut, line.claimed_cents)
            cut -= less
            if less:
                judged[line.position] = (line.claimed_cents - less, "Ei liity hankkeeseen (esimerkki).")
        controlling.judge_lines(claim, judged, rest=True, by=self.office, at=at)
        words = "Osa kustannuksista ei liity hankkeeseen (esimerkki)." if judged else ""
        return controlling.decide_claim(claim, words, by=self.office, at=at)

    def pay(self, claim: Claim, before: int) -> None:
        at = self.days(before)
        paid = Paid(f"ESIM-{claim.part.partner.business_id}-{claim.number}", claim.pay_cents, at.date())
        paying.record_claim_payment(claim, paid, by=self.office, at=at)
