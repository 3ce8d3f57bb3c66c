"""The six cities, the organisations of their strategy, and people to sign in as, for the demonstration."""

import secrets

from allauth.account.models import EmailAddress
from django.db import transaction

from kuutio.cities.models import City, ContactDoor, Organisation, Person, Role

#: code, municipality, names fi/sv/en, brand light (strong, soft), brand dark, home page, switchboard.
SIX = (
    ("helsinki", "091", "Helsinki", "Helsingfors", "#0000bf", "https://www.hel.fi", "0201256-6"),
    ("espoo", "049", "Espoo", "Esbo", "#0050a0", "https://www.espoo.fi", "0101263-6"),
    ("vantaa", "092", "Vantaa", "Vanda", "#00538f", "https://www.vantaa.fi", "0124610-9"),
    ("tampere", "837", "Tampere", "Tammerfors", "#22437b", "https://www.tampere.fi", "0211675-2"),
    ("turku", "853", "Turku", "Åbo", "#1a4b84", "https://www.turku.fi", "0204819-8"),
    ("oulu", "564", "Oulu", "Uleåborg", "#8a0f5c", "https://www.ouka.fi", "0187690-1"),
)
#: Those that serve in Finnish and Swedish. Source: Language Act 423/2003, section 5, and the government's decree on it.
BILINGUAL = frozenset({"helsinki", "espoo", "vantaa", "turku"})
_GENITIVE = {
    "helsinki": "Helsingin",
    "espoo": "Espoon",
    "vantaa": "Vantaan",
    "tampere": "Tampereen",
    "turku": "Turun",
    "oulu": "Oulun",
}
#: What Swedish puts before `stad`, as the cities call themselves.
_SV_BEFORE_STAD = {"oulu": "Uleåborgs"}


def _theme(brand: str) -> dict[str, dict[str, str]]:
    """Brand tokens in light: the city's colour; dark keeps the house's own, which are checked against dark paper."""
    return {
        "light": {
            "brand": brand,
            "brand_strong": _mixed(brand, "#000000", 0.35),
            "brand_soft": _mixed(brand, "#ffffff", 0.9),
            "on_brand": "#ffffff",
        }
    }


def _mixed(colour: str, other: str, share: float) -> str:
    """A colour moved towards another by a share from 0 to 1."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def load_cities() -> None:
    """The six cities and, as publishers, their organisations."""
    for position, (code, municipality, fi, sv, brand, page, business_id) in enumerate(SIX, start=1):
        city = City.objects.create(
            code=code,
            municipality_id=municipality,
            name={"fi": fi, "sv": sv, "en": fi},
            position=position,
            theme=_theme(brand),
            home_page=page,
            languages=["fi", "sv"] if code in BILINGUAL else ["fi"],
        )
        ContactDoor.objects.create(
            city=city,
            kind="web",
            label={"fi": "Kotisivut", "sv": "Webbplats", "en": "Home page"},
            value=page,
            position=1,
        )
        Organisation.objects.create(
            slug=code,
            kind="city",
            city=city,
            business_id=business_id,
            home_page=page,
            name={
                "fi": f"{_GENITIVE[code]} kaupunki",
                "sv": f"{_SV_BEFORE_STAD.get(code, sv)} stad",
                "en": f"City of {fi}",
            },
        )
    Organisation.objects.create(
        slug="strategy-office",
        kind="public",
        name={"fi": "6Aika-strategiatoimisto", "sv": "6Aika-strategins byrå", "en": "Six City Strategy Office"},
    )


def _person(name: str, shown: str, language: str = "fi") -> tuple[Person, str]:
    password = secrets.token_urlsafe(12)
    person = Person.objects.create_user(f"{name}@example.org", password, name=shown, language=language, is_demo=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person, password


@transaction.atomic
def begin() -> list[dict[str, str]]:
    """Make the cities and the people, all or nothing; returns the people's addresses and passwords."""
    load_cities()
    made: list[dict[str, str]] = []

    def add(name: str, shown: str, *roles: tuple[str, str]) -> None:
        person, password = _person(name, shown)
        if name == "admin":
            person.is_superuser = True
            person.save()
        for organisation, role in roles:
            Role.objects.create(person=person, organisation=Organisation.objects.get(slug=organisation), role=role)
        made.append({"name": name, "email": person.email, "password": password})

    add("resident", "Asukas")
    for code, *_rest in SIX:
        add(f"publisher-{code}", f"Julkaisija, {_rest[1]}", (code, "publisher"))
    for code, *_rest in SIX:
        add(f"agent-{code}", f"Asiakaspalvelija, {_rest[1]}", (code, "agent"))
    add("office", "Ohjelmatoimisto", ("strategy-office", "office"))
    add("reviewer", "Arvioija", ("strategy-office", "reviewer"))
    add("auditor", "Tarkastaja", ("strategy-office", "auditor"))
    add("admin", "Ylläpitäjä", ("strategy-office", "admin"))
    return made
