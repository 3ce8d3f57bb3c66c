"""Who may do what with data sets. `None` as the person is the installation's own operator or a job of the system."""

from kuutio.cities.models import Organisation, Person
from kuutio.opendata.models import Dataset


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


def may_keep_groups(person: Person | None) -> bool:
    """Groups cut across organisations: an administrator of the whole, or the system itself."""
    return person is None or (person.is_active and person.is_superuser)
