"""Who may do what with sources. `None` as the person is the installation's own operator or a job of the system."""

from kuutio.cities.models import Organisation, Person
from kuutio.opendata.permissions import may_publish_for


def may_keep_sources_of(person: Person | None, organisation: Organisation) -> bool:
    """Whoever may publish for the organisation: a harvest publishes in its name."""
    return may_publish_for(person, organisation)
