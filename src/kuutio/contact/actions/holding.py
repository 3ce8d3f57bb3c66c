"""The one way to a case that an officer changes: held until the transaction ends, and theirs to write in."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.actions.events import hold
from kuutio.contact.models import Case
from kuutio.core.problems import NotAllowed


def hold_for(case: Case, by: Person, at: datetime) -> tuple[Case, Organisation]:
    """The case, held for an act, and the organisation for which the officer acts.

    Raises:
        NotAllowed: another city has the case.
    """
    return _held(case, by, at, notes=False)


def hold_to_note(case: Case, by: Person, at: datetime) -> tuple[Case, Organisation]:
    """The same for a note, which a desk writes too that a city lets read and answer nothing.

    Raises:
        NotAllowed: another city has the case.
    """
    return _held(case, by, at, notes=True)


def _held(case: Case, by: Person, at: datetime, *, notes: bool) -> tuple[Case, Organisation]:
    case = hold(case.pk)
    view = permissions.view_of(by, case, at)
    if not (view.may_note if notes else view.may_write) or view.organisation is None:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    return case, view.organisation
