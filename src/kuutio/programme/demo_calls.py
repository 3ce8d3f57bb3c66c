"""Example calls in their different states, with applications by organisations that don't exist; everything made here says so.

What a visitor can try: the people of the demonstration who publish for Turku and Oulu write for two of the made-up organisations.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation, Person
from kuutio.core.identifiers import is_business_id
from kuutio.core.when import HELSINKI, here
from kuutio.programme.actions import applying, call_talk, calls, drafting, ideas, submitting
from kuutio.programme.actions.applying import Body
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, Call, Programme, Spearhead

_NAMES = UUID("0b0c5b43-6a0e-4c1e-9a53-2f0f6d5f7a11")

BODIES = {
    "aura": ("Auran esimerkkikorkeakoulu (keksitty)", "UAS", "turku"),
    "oulujoki": ("Oulujoen esimerkkiyhdistys ry (keksitty)", "ASSOCIATION", "oulu"),
    "koski": ("Tammerkosken esimerkkisäätiö sr (keksitty)", "FOUNDATION", "tampere"),
    "vantaanjoki": ("Vantaanjoen esimerkkiosuuskunta (keksitty)", "COOPERATIVE", "vantaa"),
    "lahti": ("Töölönlahden esimerkkilaitos (keksitty)", "RESEARCH_INSTITUTE", "helsinki"),
}

CRITERIA = [
    ("impact", 40, "Vaikutus asukkaille", "Nytta för invånarna", "Benefit to residents"),
    ("spread", 30, "Hyöty muille kaupungeille", "Nytta för andra städer", "Use for other cities"),
    ("plan", 20, "Toteutuskelpoisuus", "Genomförbarhet", "Feasibility"),
    ("cost", 10, "Kustannusten kohtuullisuus", "Rimliga kostnader", "Reasonable costs"),
]


def three(fi: str, sv: str, en: str) -> dict[str, str]:
    """A text in three languages."""
    return {"fi": fi, "sv": sv, "en": en}


@transaction.atomic
def load() -> int:
    """Make the calls, once; gives how many. Nothing where there is no strategy, or a call already."""
    programme = Programme.objects.first()
    owner = Organisation.objects.filter(slug="strategy-office").first()
    if programme is None or owner is None or Call.objects.exists():
        return 0
    now = timezone.now()
    made = [
        _closed(programme, owner, now),
        _open(programme, owner, now),
        _ideas(programme, owner, now),
        _coming(programme, owner, now),
    ]
    return len(made)


def day_of(now: datetime, days: int, hour: int = 16, minute: int = 15) -> datetime:
    """A moment so many days from now."""
    return datetime.combine(here(now).date() + timedelta(days=days), time(hour, minute), tzinfo=HELSINKI)


def example_call(programme: Programme, owner: Organisation, at: datetime, *, area: str, **fields: Any) -> Call:
    """A public call for pilots that says of itself that it is an example."""
    spearheads = list(Spearhead.objects.filter(focus_area__slug=area, focus_area__programme=programme))
    opens: datetime = fields["opens_at"]
    told: dict[str, Any] = {
        "fund": "erdf",
        "kind": "pilot",
        "earliest_start": (opens + timedelta(days=120)).date(),
        "latest_end": (opens + timedelta(days=120 + 3 * 366)).date(),
        "max_months": 36,
        "max_support_bp": 6700,
        "eu_bp": 5000,
        "cost_models": ["FLAT_40", "FLAT_24"],
        "criteria": [{"key": key, "weight": weight, "name": three(*names)} for key, weight, *names in CRITERIA],
        "contact": three(
            "Ohjelmatoimisto, haut@example.org",
            "Programkansliet, haut@example.org",
            "Programme office, haut@example.org",
        ),
        "text": three(
            "**Tämä on esimerkkihaku.** Haemme pilotti- ja kokeiluhankkeita, joita toteuttaa vähintään kaksi toimijaa vähintään "
            "kahden jäsenkaupungin alueella.\n\nHanke kokeilee uutta oikeassa arjessa, kertoo tuloksista avoimesti ja jättää "
            "jälkeensä jotakin, minkä muutkin kaupungit voivat ottaa käyttöön.",
            "**Det här är en exempelutlysning.** Vi söker pilot- och försöksprojekt som genomförs av minst två aktörer i minst "
            "två medlemsstäder.\n\nProjektet prövar något nytt i vardagen, berättar öppet om resultaten och lämnar efter sig "
            "något som också andra städer kan ta i bruk.",
            "**This is an example call.** We look for pilot projects carried out by at least two actors in at least two member "
            "cities.\n\nA project tries something new in real life, tells openly what came of it, and leaves behind "
            "something that other cities can take into use.",
        ),
    } | fields
    call = calls.write_call(None, programme=programme, owner=owner, spearheads=spearheads, by=None, at=at, **told)
    return calls.publish_call(call, by=None, at=at)


def _body(key: str) -> Body:
    name, kind, city = BODIES[key]
    at = list(BODIES).index(key)
    number = next(
        f"99900{at}{more}-{check}"
        for more in range(10)
        for check in range(10)
        if is_business_id(f"99900{at}{more}-{check}")
    )
    return Body(name, number, kind, City.objects.get(pk=city))


def _writer(key: str) -> Person:
    return Person.objects.get(email=f"publisher-{BODIES[key][2]}@example.org")


def consortium(call: Call, at: datetime, title: dict[str, str], bodies: list[str], staff: list[int]) -> Application:
    """A consortium whose parts are written and signed; the first one leads."""
    people = [_writer(key) for key in bodies]
    row = applying.begin_application(
        call, lead=_body(bodies[0]), title=title, key=uuid5(_NAMES, f"{call.slug} {title['en']}"), by=people[0], at=at
    )
    start = call.earliest_start or here(at).date()
    texts = {
        one.key: f"Esimerkkiteksti kohtaan ”{one.label}”: kirjoitettu näytteeksi, ei oikea suunnitelma." for one in CORE
    }
    drafting.write_common(
        row,
        revision=row.revision,
        by=people[0],
        at=at,
        summary=three(
            f"Esimerkkihanke: {title['fi']}. Kaupungit kokeilevat yhdessä ja jakavat tulokset.",
            f"Exempelprojekt: {title['sv']}. Städerna prövar tillsammans och delar resultaten.",
            f"Example project: {title['en']}. The cities try it together and share the results.",
        ),
        texts=texts,
        starts_on=start,
        ends_on=date(start.year + 2, start.month, min(start.day, 28)) - timedelta(days=1),
    )
    for key, person in zip(bodies[1:], people[1:], strict=True):
        partner = applying.invite_partner(row, _body(key), email=person.email, by=people[0], at=at)
        applying.join(partner, by=person, at=at)
    for partner, person, cents in zip(row.partners.order_by("position"), people, staff, strict=True):
        done = drafting.write_part(
            partner,
            revision=partner.revision,
            by=person,
            at=at,
            tasks="Tekee hankkeesta oman osansa (esimerkki).",
            costs={"STAFF": cents},
        )
        if not partner.is_lead:
            drafting.sign_part(done, revision=done.revision, by=person, at=at)
    return Application.objects.get(pk=row.pk)


def send(row: Application, at: datetime) -> None:
    """Send an application."""
    submitting.submit(row, key="version-1", by=None, at=at)


def _closed(programme: Programme, owner: Organisation, now: datetime) -> Call:
    """Closed last month: its applications are eligible, and wait for the selection."""
    opens = day_of(now, -75, 9, 0)
    call = example_call(
        programme, owner, opens - timedelta(days=7), area="open-participation-and-customership", shape="one-stage",
        title=three("Esimerkkihaku: kuuleminen arjessa", "Exempelutlysning: att höra i vardagen", "Example call: hearing in everyday life"),
        summary=three(
            "Kokeiluja, joissa asukkaat kuullaan siellä, missä he jo ovat.",
            "Försök där invånarna hörs där de redan är.",
            "Pilots that hear residents where they already are.",
        ),
        opens_at=opens, closes_at=day_of(now, -30), budget_cents=80_000_000,
    )  # fmt: skip
    calls.by_the_clock(call.pk, at=opens)
    call.refresh_from_db()
    sent = day_of(now, -32, 12, 0)
    for title, bodies, staff in (
        (three("Bussipysäkki kuulee", "Busshållplatsen lyssnar", "The bus stop listens"), ["aura", "oulujoki"], [18_000_000, 12_500_055]),
        (three("Kirjasto kysyy", "Biblioteket frågar", "The library asks"), ["koski", "vantaanjoki", "lahti"], [9_000_000, 7_250_010, 11_000_000]),
        (three("Koulutie turvaksi", "Trygg skolväg", "A safe way to school"), ["lahti", "oulujoki"], [14_400_000, 10_000_000]),
    ):  # fmt: skip
        row = consortium(call, sent - timedelta(days=10), title, bodies, staff)
        send(row, sent)
    calls.by_the_clock(call.pk, at=day_of(now, -30) + timedelta(minutes=1))
    for row in Application.objects.filter(call=call):
        submitting.screen(row, "find_eligible", by=None, at=day_of(now, -27, 10, 0))
    return call


def _open(programme: Programme, owner: Organisation, now: datetime) -> Call:
    """Open now: an application was sent, another one is being written; a question was answered, another waits."""
    opens = day_of(now, -10, 9, 0)
    call = example_call(
        programme, owner, opens - timedelta(days=7), area="open-data-and-interfaces", shape="one-stage",
        title=three("Esimerkkihaku: avoin data käyttöön", "Exempelutlysning: öppna data i bruk", "Example call: open data in use"),
        summary=three(
            "Kokeiluja, joissa kaupunkien avoin data ratkaisee asukkaan arkisen pulman.",
            "Försök där städernas öppna data löser ett vardagsproblem.",
            "Pilots in which the cities’ open data solve an everyday problem.",
        ),
        opens_at=opens, closes_at=day_of(now, 24), budget_cents=120_000_000,
        questions=[
            {
                "key": "data_sets",
                "kind": "text",
                "needed": False,
                "text": three("Mitä avoimia aineistoja hanke käyttää?", "Vilka öppna data använder projektet?", "Which open data does the project use?"),
            }
        ],
    )  # fmt: skip
    calls.by_the_clock(call.pk, at=opens)
    call.refresh_from_db()
    row = consortium(
        call,
        day_of(now, -6, 10, 0),
        three("Esteetön reitti", "Tillgänglig rutt", "A route without barriers"),
        ["aura", "oulujoki"],
        [15_000_000, 9_999_999],
    )
    send(row, day_of(now, -2, 14, 0))
    person = _writer("oulujoki")
    begun = three("Lumi pois pyörätieltä", "Snön bort från cykelvägen", "Snow off the cycle path")
    applying.begin_application(
        call, lead=_body("oulujoki"), title=begun, key=uuid5(_NAMES, "snow"), by=person, at=day_of(now, -1, 9, 0)
    )
    asked = call_talk.ask(
        call, "Voiko hankkeessa ostaa antureita?", language="fi", by=person, at=day_of(now, -5, 13, 0)
    )
    call_talk.answer(
        asked,
        three(
            "Voi, kun kustannusmalli on 24 %: silloin koneet ja laitteet ovat oma kustannuslajinsa.",
            "Ja, när kostnadsmodellen är 24 %: då är maskiner och utrustning ett eget kostnadsslag.",
            "Yes, when the cost model is 24 %: machines and equipment are then a kind of cost of their own.",
        ),
        by=None,
        at=day_of(now, -4, 10, 0),
    )
    call_talk.ask(
        call, "Kan en stiftelse vara huvudsökande?", language="sv", by=_writer("aura"), at=day_of(now, -1, 15, 0)
    )
    return call


def _ideas(programme: Programme, owner: Organisation, now: datetime) -> Call:
    """Two stages: an idea was sent, another one may become an application."""
    opens = day_of(now, -20, 9, 0)
    call = example_call(
        programme, owner, opens - timedelta(days=7), area="open-innovation-platforms", shape="two-stages",
        title=three("Esimerkkihaku: ideasta kokeiluun", "Exempelutlysning: från idé till försök", "Example call: from idea to pilot"),
        summary=three(
            "Ensin idea sivulla, sitten keskustelu, sitten hakemus.",
            "Först en idé på en sida, sedan ett samtal, sedan ansökan.",
            "First an idea on a page, then a talk, then the application.",
        ),
        opens_at=opens, ideas_close_at=day_of(now, 8), closes_at=day_of(now, 60), budget_cents=100_000_000,
    )  # fmt: skip
    calls.by_the_clock(call.pk, at=opens)
    call.refresh_from_db()
    for key, title, answer in (
        (
            "aura",
            "Kelluva kokeilualusta satamaan (esimerkki)",
            "Hyvä alku. Kertokaa hakemuksessa, kuka jatkaa hankkeen jälkeen.",
        ),
        ("koski", "Hiljainen katu yöllä (esimerkki)", ""),
    ):
        idea = ideas.send_idea(
            call,
            title=title,
            text="Esimerkki-idea: mitä kokeiltaisiin, kenen kanssa ja mitä siitä jäisi.",
            organisation_name=BODIES[key][0],
            key=uuid5(_NAMES, title),
            by=_writer(key),
            at=day_of(now, -12, 12, 0),
        )
        if answer:
            ideas.answer_idea(idea, "spar", by=None, at=day_of(now, -9, 9, 0))
            ideas.answer_idea(idea, "green", answer=answer, by=None, at=day_of(now, -3, 9, 0))
    return call


def _coming(programme: Programme, owner: Organisation, now: datetime) -> Call:
    """Published, opens next month: continuous, with three cut-off days."""
    opens, days = day_of(now, 35, 9, 0), [day_of(now, 95), day_of(now, 220), day_of(now, 300)]
    return example_call(
        programme, owner, now - timedelta(days=1), area="open-innovation-platforms", shape="continuous", fund="esf",
        title=three("Esimerkkihaku: osaamista jatkuvasti", "Exempelutlysning: kompetens fortlöpande", "Example call: skills, continuously"),
        summary=three(
            "Jatkuva haku, jossa on kolme välipäivää. ESR tulee strategian rahojen lisäksi.",
            "En kontinuerlig utlysning med tre mellanstopp. ESF kommer utöver strategins pengar.",
            "A continuous call with three cut-off days. ESF comes on top of the strategy’s money.",
        ),
        opens_at=opens, closes_at=days[-1], cutoffs=days, budget_cents=90_000_000, cost_models=["FLAT_17", "FLAT_40"],
    )  # fmt: skip
