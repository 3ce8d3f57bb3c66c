"""A municipality begins to use this Kuutio: it becomes a city of the group, with an organisation to publish for it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Municipality, Organisation, Person
from kuutio.core.identifiers import slug
from kuutio.core.problems import NotAllowed


@transaction.atomic
def found_city(municipality: Municipality, *, by: Person | None, at: datetime) -> City:
    """Make a city of a municipality, last in the order; one that is there already stays as it is.

    Args:
        by: an administrator of the whole; None: the installation's operator.

    Raises:
        NotAllowed: somebody else.
    """
    if by is not None and not by.is_superuser:
        raise NotAllowed(_("Only an administrator can add a city."))
    found = City.objects.filter(municipality=municipality).first()
    if found:
        return found
    last = City.objects.aggregate(last=Max("position"))["last"] or 0
    names = {"fi": municipality.name_fi, "sv": municipality.name_sv, "en": municipality.name_fi}
    city = City.objects.create(
        code=slug(municipality.name_fi), municipality=municipality, name=names, position=last + 1
    )
    Organisation.objects.create(slug=city.code, kind=Organisation.Kind.CITY, city=city, name=names)
    record("found_city", f"city:{city.code}", by=by, at=at)
    return city


def municipality_of(word: str) -> Municipality | None:
    """The municipality of a code (`091`) or of a name in either language, as an address or a person writes it."""
    found = Municipality.objects.filter(code=word).first()
    if found:
        return found
    wanted = slug(word)
    return next(
        (one for one in Municipality.objects.defer("border") if wanted in {slug(one.name_fi), slug(one.name_sv)}), None
    )
