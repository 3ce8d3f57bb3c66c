"""Reads of the catalogue that more than one door needs: which data sets a reader may see, and each of them whole."""

from contextlib import suppress
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from kuutio.cities.models import Organisation, Person
from kuutio.opendata.models import Dataset, Distribution, Group

#: Kinds of organisations that are publishers even before they have published something.
_PUBLISHERS = (Organisation.Kind.CITY, Organisation.Kind.PUBLIC)
_PUBLIC = Q(state=Dataset.State.PUBLISHED, access=Dataset.Access.PUBLIC)


def uuid_of(word: str) -> UUID | None:
    """The UUID that a word is, if it is one."""
    with suppress(ValueError):
        return UUID(word)
    return None


def public_datasets() -> QuerySet[Dataset]:
    """What everybody may see: published and public."""
    return Dataset.objects.filter(_PUBLIC)


def publishes_for(person: Person) -> list[int]:
    """The ids of the organisations that a person may publish for by a role; a superuser may for all, listed or not."""
    return [held.organisation_id for held in person.held_roles if held.role in {"publisher", "admin"}]


def datasets_seen_by(person: Person | None) -> QuerySet[Dataset]:
    """What a reader may see: the public ones, and whatever their organisations have, drafts and withdrawn ones too.

    The same rule as `permissions.may_see`, for many at once. None is a reader who isn't known.
    """
    if person is None or not person.is_active:
        return public_datasets()
    if person.is_superuser:
        return Dataset.objects.all()
    return Dataset.objects.filter(_PUBLIC | Q(publisher__in=publishes_for(person)))


def whole(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """With publisher, city, distributions and groups: three queries, however many there are."""
    distributions = Distribution.objects.select_related("current").order_by("position", "created_at", "pk")
    return datasets.select_related("publisher", "city").prefetch_related(
        Prefetch("distributions", distributions), Prefetch("groups", Group.objects.order_by("name"))
    )


def named(datasets: QuerySet[Dataset], word: str) -> QuerySet[Dataset]:
    """The one of a name or UUID."""
    return datasets.filter(Q(name=word) | Q(pk=uuid_of(word)) if uuid_of(word) else Q(name=word))


def distributions_seen_by(person: Person | None) -> QuerySet[Distribution]:
    """The distributions of what a reader may see, withdrawn data sets left out."""
    seen = datasets_seen_by(person).exclude(state=Dataset.State.DELETED)
    return Distribution.objects.filter(dataset__in=seen.values("pk")).select_related(
        "current", "dataset__publisher", "dataset__city"
    )


def publishers(person: Person | None = None) -> QuerySet[Organisation]:
    """The organisations of the catalogue, with `package_count`, how many data sets of each the reader sees."""
    seen = datasets_seen_by(person).exclude(state=Dataset.State.DELETED)
    count = Count("datasets", filter=Q(datasets__in=seen.values("pk")))
    return Organisation.objects.filter(
        Q(kind__in=_PUBLISHERS) | Exists(public_datasets().filter(publisher=OuterRef("pk")))
    ).annotate(package_count=count)


def groups(person: Person | None = None) -> QuerySet[Group]:
    """The groups, with `package_count`, how many data sets of each the reader sees."""
    seen = datasets_seen_by(person).exclude(state=Dataset.State.DELETED)
    return Group.objects.annotate(package_count=Count("datasets", filter=Q(datasets__in=seen.values("pk"))))
