"""Made things: each factory needs no argument, a test states only what it is about."""

import factory
from django.utils import timezone

from kuutio.cities.models import City, Organisation, Person, Role
from kuutio.opendata.models import Dataset, Distribution

_NAMES = {
    "helsinki": ("091", "Helsinki", "Helsingfors"),
    "espoo": ("049", "Espoo", "Esbo"),
    "vantaa": ("092", "Vantaa", "Vanda"),
    "tampere": ("837", "Tampere", "Tammerfors"),
    "turku": ("853", "Turku", "Åbo"),
    "oulu": ("564", "Oulu", "Uleåborg"),
}


class CityFactory(factory.django.DjangoModelFactory):
    """One of the six: `CityFactory(code="oulu")`; the same again is the same row."""

    class Meta:
        model = City
        django_get_or_create = ("code",)

    code = "helsinki"
    municipality_id = factory.LazyAttribute(lambda made: _NAMES[made.code][0])
    name = factory.LazyAttribute(
        lambda made: {"fi": _NAMES[made.code][1], "sv": _NAMES[made.code][2], "en": _NAMES[made.code][1]}
    )
    position = factory.LazyAttribute(lambda made: list(_NAMES).index(made.code) + 1)
    languages = factory.LazyAttribute(lambda made: ["fi"] if made.code in {"tampere", "oulu"} else ["fi", "sv"])


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A city's organisation."""

    class Meta:
        model = Organisation
        django_get_or_create = ("slug",)

    city = factory.SubFactory(CityFactory)
    slug = factory.LazyAttribute(lambda made: made.city.code)
    kind = "city"
    name = factory.LazyAttribute(lambda made: {"fi": f"{made.city} kaupunki", "en": f"City of {made.city}"})


class PersonFactory(factory.django.DjangoModelFactory):
    """A person; `publisher_of=[organisation]` gives the role."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    name = "Aino Esimerkki"

    @factory.post_generation
    def publisher_of(self, create, organisations, **kwargs):
        """Roles of a publisher."""
        for organisation in organisations or ():
            Role.objects.create(person=self, organisation=organisation, role="publisher")

    @factory.post_generation
    def agent_of(self, create, organisations, **kwargs):
        """Roles of a customer service agent."""
        for organisation in organisations or ():
            Role.objects.create(person=self, organisation=organisation, role="agent")


class DatasetFactory(factory.django.DjangoModelFactory):
    """A published data set of Helsinki."""

    class Meta:
        model = Dataset

    name = factory.Sequence(lambda number: f"helsinki-things-{number}")
    city = factory.SubFactory(CityFactory)
    publisher = factory.LazyAttribute(lambda made: OrganisationFactory(city=made.city))
    state = "published"
    issued_at = factory.LazyFunction(timezone.now)
    title = factory.LazyAttribute(lambda made: {"fi": f"Asioita {made.name}", "en": f"Things {made.name}"})
    notes = factory.LazyAttribute(lambda made: {"fi": "Kuvaus.", "en": "A description."})
    licence = "cc-by-4.0"


class DistributionFactory(factory.django.DjangoModelFactory):
    """An address elsewhere, as a distribution."""

    class Meta:
        model = Distribution

    dataset = factory.SubFactory(DatasetFactory)
    kind = "link"
    url = "https://example.org/file.csv"
    format = "CSV"
