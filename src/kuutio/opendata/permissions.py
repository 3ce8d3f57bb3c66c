"""Who may do what with data sets. `None` as the person is the installation's own operator or a job of the system."""

from kuutio.cities.models import City, Organisation, Person
from kuutio.opendata.models import Dataset, Distribution


def may_publish_for(person: Person | None, organisation: Organisation) -> bool:
    """A publisher or administrator of the organisation, an administrator of the whole, the system itself."""
    if person is None:
        return True
    if not person.is_active:
        return False
    return (
        person.is_superuser
        or person.has_role("publisher", organisation.pk)
        or person.has_role("admin", organisation.pk)
    )


def may_change(person: Person | None, dataset: Dataset) -> bool:
    """Whoever may publish for the data set's publisher."""
    return may_publish_for(person, dataset.publisher)


def is_open(dataset: Dataset) -> bool:
    """Everybody may see what is published and public."""
    return dataset.state == Dataset.State.PUBLISHED and dataset.access == Dataset.Access.PUBLIC


def may_see(person: Person | None, dataset: Dataset) -> bool:
    """Everybody sees what is open; its publisher sees drafts and restricted ones too."""
    return is_open(dataset) or may_change(person, dataset)


def may_stand_for(person: Person | None, publisher: Organisation, city: City | None, name: str) -> bool:
    """A city's own organisations publish in its name alone; those of no city (public bodies, companies) for any.

    Nobody takes a name that begins with another city's code, either: it is the data set's address at every door.
    """
    if person is None or person.is_superuser or publisher.city_id is None:
        return True
    others = City.objects.exclude(pk=publisher.city_id)
    return (city is None or city.pk == publisher.city_id) and not others.filter(pk=name.partition("-")[0]).exists()


def may_draw_mapping(person: Person | None, joint: Dataset, source: Distribution) -> bool:
    """Of a table that they may see: who publishes for the harmonised data set, or for the city's own organisation."""
    dataset = source.dataset
    own = may_change(person, dataset) and dataset.publisher.city_id == dataset.city_id
    return may_see(person, dataset) and (own or may_change(person, joint))


def may_keep_groups(person: Person | None) -> bool:
    """Groups cut across organisations: an administrator of the whole, or the system itself."""
    return person is None or (person.is_active and person.is_superuser)
