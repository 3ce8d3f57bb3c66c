"""What the pages of money have in common: which grant or claim, who may read it, the way back, a file that is given out."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.media import safe_name
from kuutio.core.problems import NotAllowed
from kuutio.programme import grant_files, grant_permissions, money_queries
from kuutio.programme.models import Claim, Grant
from kuutio.programme.pages.shared import Crumbs, signed_in
from kuutio.ui.wording import localized


def watcher(request: HttpRequest) -> Person:
    """Somebody who may read every grant: of the office, or an auditor.

    Raises:
        NotAllowed: they may not.
    """
    person = signed_in(request)
    if not grant_permissions.may_watch(person):
        raise NotAllowed(_("This is for the programme office. Ask your organisation for the role."))
    return person


def grant_seen(request: HttpRequest, number: uuid.UUID) -> Grant:
    """A grant that this reader may read.

    Raises:
        Http404: there is none, or it is another's.
    """
    grant = get_object_or_404(money_queries.grants(), uuid=number)
    if not grant_permissions.may_read(signed_in(request), grant):
        raise Http404
    return grant


def claim_seen(request: HttpRequest, number: uuid.UUID) -> Claim:
    """A claim that this reader may read.

    Raises:
        Http404: there is none, or it is another's.
    """
    claim = get_object_or_404(money_queries.claims_with_parts(), uuid=number)
    if not grant_permissions.may_read_claim(signed_in(request), claim):
        raise Http404
    return claim


def claim_written(request: HttpRequest, number: uuid.UUID) -> Claim:
    """A claim that this reader writes.

    Raises:
        Http404: there is none, or it is another's.
    """
    claim = claim_seen(request, number)
    if not grant_permissions.may_write(signed_in(request), claim):
        raise Http404
    return claim


def claim_controlled(request: HttpRequest, number: uuid.UUID) -> Claim:
    """A claim that this reader may control: it was sent, and they act for none of its grant's partners.

    Raises:
        Http404: there is none, it is a draft, or it is of their own project.
    """
    claim = claim_seen(request, number)
    if claim.sent_at is None or not grant_permissions.may_control(signed_in(request), claim.part.grant):
        raise Http404
    return claim


def my_crumbs(grant: Grant | None = None, claim: Claim | None = None, last: str = "") -> Crumbs:
    """The way to a partner's page."""
    found = [
        {"title": _("My page"), "url": reverse("web:mine")},
        {"title": _("My grants"), "url": reverse("programme:my-grants") if grant or last else ""},
    ]
    if grant is not None:
        address = reverse("programme:my-grant", args=[grant.uuid]) if claim or last else ""
        found.append({"title": localized(grant.project.name)[0], "url": address})
    if claim is not None:
        address = reverse("programme:my-claim", args=[claim.uuid]) if last else ""
        found.append({"title": _("Claim %(number)s") % {"number": claim.number}, "url": address})
    if last:
        found.append({"title": last})
    return found


def work_crumbs(grant: Grant | None = None, claim: Claim | None = None, last: str = "") -> Crumbs:
    """The way to a page of the office."""
    found = [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Grants and claims"), "url": reverse("programme:work-money") if grant or last else ""},
    ]
    if grant is not None:
        address = reverse("programme:work-money-grant", args=[grant.uuid]) if claim or last else ""
        found.append({"title": grant.reference, "url": address})
    if claim is not None:
        address = reverse("programme:work-claim", args=[claim.uuid]) if last else ""
        found.append({"title": _("Claim %(number)s") % {"number": claim.number}, "url": address})
    if last:
        found.append({"title": last})
    return found


def open_crumbs(*steps: tuple[str, str]) -> Crumbs:
    """The way to a public page; the last step has no address."""
    found = [
        {"title": _("Front page"), "url": reverse("web:front")},
        {"title": _("Strategy"), "url": reverse("programme:strategy")},
    ]
    return [*found, *({"title": title, "url": url} for title, url in steps)]


def given(digest: str, name: str, media: str) -> HttpResponse:
    """A file that is kept, to be saved and not shown: what others sent runs in nobody's browser.

    Raises:
        Http404: its bytes are gone.
    """
    try:
        data = grant_files.bytes_of(digest)
    except FileNotFoundError as error:
        raise Http404 from error
    name = safe_name(name, number=1, media=media)
    answer = HttpResponse(data, content_type=media)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
