"""How officers arrange their workspace: saved views of the queue, keys that do things."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.filters import Filters
from kuutio.contact.models import SavedView, WorkHabit
from kuutio.contact.problems import TooManyViews
from kuutio.core.problems import Invalid, NotAllowed

MOST_VIEWS = 20
"""So many an officer's own, and so many of an organisation: each is counted whenever the queue is shown."""
LONGEST_NAME = 60


@transaction.atomic
def save_view(
    name: str, filters: Filters, *, by: Person, at: datetime, organisation: Organisation | None = None
) -> SavedView:
    """Keep a way to look at the queue under a name; the same name again changes what it shows.

    Args:
        organisation: whose officers share it; None: one's own.

    Raises:
        NotAllowed: they don't serve there, or nowhere.
        Invalid: no name, or one of more than 60 characters.
        TooManyViews: there are twenty already.
    """
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(_("Give the view a name of at most 60 characters."))
    if not permissions.is_agent(by) or (organisation and organisation.pk not in permissions.desks_of(by)):
        raise NotAllowed(_("Cases are handled by customer service agents. Ask your organisation for the role."))
    whose = {"organisation": organisation, "person": None if organisation else by}
    mine = SavedView.objects.filter(**whose)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(_("There are twenty saved views already. Remove one that isn’t needed any more."))
    view, _made = SavedView.objects.update_or_create(
        **whose,
        name=name,
        defaults={"filters": filters.written()},
        create_defaults={"filters": filters.written(), "created_at": at},
    )
    record("save_view", f"saved_view:{view.uuid}", by=by, at=at, shared_by=organisation.slug if organisation else "")
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: Person, at: datetime) -> None:
    """Remove a saved view: one's own, or one that one's organisation shares.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if not permissions.may_use_view(by, view):
        raise NotAllowed(_("The view is somebody else's."))
    record("remove_view", f"saved_view:{view.uuid}", by=by, at=at)
    view.delete()


def use_keys(uses: bool, *, by: Person) -> None:
    """Let single letters do things in one's workspace, or not. No audit: it is nobody else's matter.

    Source: WCAG 2.2, success criterion 2.1.4.
    """
    WorkHabit.objects.update_or_create(person=by, defaults={"uses_keys": uses})
