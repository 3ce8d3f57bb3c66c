"""The installation itself: its state, its actions, its licences, and the accounts, of which nothing personal is shown."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.opendata.ckan.errors import denied, missing
from kuutio.opendata.ckan.registry import ACTIONS, Call, explained, reading
from kuutio.opendata.ckan.shapes import license_, stamp
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import datasets_seen_by, publishes_for
from kuutio.opendata.vocabularies import LICENCES

#: The CKAN whose answers these are like.
CKAN_VERSION = "2.12.0"


@reading
def status_show(call: Call) -> dict[str, Any]:
    """Tell what this site is.

    :returns: ckan_version (whose interface this is), site_title, site_url, extensions and more.
    """
    return {
        "ckan_version": CKAN_VERSION,
        "kuutio_version": settings.VERSION,
        "site_title": "Kuutio",
        "site_description": _("The open data of the cities in one place"),
        "site_url": settings.SITE_URL,
        "error_emails_to": None,
        "locale_default": settings.LANGUAGE_CODE,
        "extensions": ["datastore", "fluent", "spatial_query"],
    }


@reading
def help_show(call: Call) -> str:
    """Explain an action.

    :param name: the action's name.
    :returns: what it does, takes and answers.
    """
    name = call.data.needed("name")
    if name not in ACTIONS:
        raise missing(_("Action name not known"))
    return explained(name)


@reading
def license_list(call: Call) -> list[dict[str, Any]]:
    """List the licences that a package may have.

    :returns: id, title, url, od_conformance and more of each.
    """
    return [license_(licence) for licence in LICENCES.values()]


@reading
def vocabulary_list(call: Call) -> list[dict[str, Any]]:
    """List the vocabularies of tags: there are none, tags are free words."""
    return []


@reading
def user_list(call: Call) -> list[Any]:
    """List accounts: nobody's but the caller's own.

    :param all_fields: whole accounts instead of names; True unless told.
    """
    if call.reader is None:
        return []
    me = _me(call)
    return [me if call.data.flag("all_fields", default=True) else me["name"]]


@reading
def user_show(call: Call) -> dict[str, Any]:
    """Show the caller's own account; of others nothing is told.

    :param id: the account's name or id; the caller's own unless told.
    """
    if call.reader is None:
        if call.data.text("id"):
            raise missing(_("User not found"))
        raise denied(_("Show an API key."))
    me = _me(call)
    if call.data.text("id") not in {"", me["id"], me["name"]}:
        raise missing(_("User not found"))
    return me


def _me(call: Call) -> dict[str, Any]:
    """The caller as CKAN shows a user; without the address, which nobody needs to see."""
    if call.reader is None:
        raise denied()
    person = call.reader
    name = f"person-{person.pk}"
    shown = person.name or name
    made = Dataset.objects.filter(publisher__in=publishes_for(person)).exclude(state=Dataset.State.DELETED)
    return {
        "id": str(person.pk),
        "name": name,
        "fullname": shown,
        "display_name": shown,
        "about": None,
        "created": stamp(person.joined_at),
        "state": "active",
        "sysadmin": person.is_superuser,
        "image_url": None,
        "image_display_url": None,
        "activity_streams_email_notifications": False,
        "number_created_packages": (datasets_seen_by(person) if person.is_superuser else made).count(),
    }
