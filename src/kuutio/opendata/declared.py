"""The tables that other domains publish of themselves; `config` gathers their declarations and puts them here."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kuutio.core.identifiers import dataset_name
from kuutio.core.problems import NotFound
from kuutio.core.published import Published, Publisher

GROUP = "kuutio"
"""What the names of the whole group's data sets begin with."""

_publishers: dict[str, Publisher] = {}


def install(publishers: Mapping[str, Publisher]) -> None:
    """Make the domains' declarations known, by the domain's name."""
    _publishers.clear()
    _publishers.update(publishers)


def domains() -> tuple[str, ...]:
    """The domains that publish something."""
    return tuple(_publishers)


def publisher_of(domain: str) -> Publisher:
    """What a domain declares.

    Raises:
        NotFound: it publishes nothing.
    """
    if domain not in _publishers:
        raise NotFound(
            _("%(domain)s publishes nothing. These do: %(known)s.")
            % {"domain": domain, "known": ", ".join(_publishers) or "–"}
        )
    return _publishers[domain]


def name_of(table: Published) -> str:
    """The name of a table's data set, which is the table's id as well."""
    return dataset_name(table.city or GROUP, table.slug)


def table_of(domain: str, name: str) -> Published | None:
    """A domain's table by its name; None when it is no longer declared."""
    return next((table for table in publisher_of(domain).tables() if name_of(table) == name), None)


def declared(name: str) -> Published | None:
    """Any domain's table of a name."""
    return next((found for domain in _publishers if (found := table_of(domain, name))), None)
