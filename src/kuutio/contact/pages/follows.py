"""Following a case near by instead of reporting the same again, and the page of who follows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.contact import nearby
from kuutio.contact.actions.drafting import end_by_following
from kuutio.contact.actions.residents import confirm_following, follow_case, unfollow_case
from kuutio.contact.incoming import Sender
from kuutio.contact.links import follow_path, opens_following
from kuutio.contact.models import Case, Contact, Participant
from kuutio.contact.pages.forms import FollowForm
from kuutio.contact.pages.steps import followed_by, opened
from kuutio.core.case_numbers import parse
from kuutio.core.problems import Problem


@require_POST
@never_cache
def follow(request: HttpRequest, draft: Any) -> HttpResponse:
    """Me too: one press for who is signed in, an address for who isn't. Pressed again, it is the same following."""
    kept, _category = opened(draft)
    case = _public_case(request.POST.get("number", ""))
    person = request.user if request.user.is_authenticated else None
    form = FollowForm(request.POST)
    if person or form.is_valid():
        sender = (
            Sender(person=person)
            if person
            else Sender(email=form.cleaned_data["email"], phone=form.cleaned_data["phone"])
        )
        try:
            row = follow_case(case, sender, language=get_language() or "fi", at=timezone.now())
        except Problem as problem:
            if person:
                raise
            form.add_error(None, problem.words)
        else:
            end_by_following(kept, row.case, at=timezone.now())
            # Without an account nobody is shown the link of an address that they merely wrote: it goes there by mail.
            if person and row.kind == Participant.Kind.FOLLOWER:
                messages.success(request, _("You follow the case. You needn’t report the same again."))
                return redirect(follow_path(row.contact, get_language()))
            by = "?by=sms" if row.contact.preference == Contact.Preference.SMS else ""
            return redirect(f"{reverse('contact:report-followed', kwargs={'draft': kept.uuid})}{by}")
    context = {"draft": kept, "case": case, "form": form, "followers": nearby.follower_count(case)}
    return render(request, "contact/report/follow.html", context, status=422)


def _public_case(number: str) -> Case:
    try:
        known = parse(number.replace("\0", ""))
    except ValueError as error:
        raise Http404 from error
    rows = Case.objects.select_related("category", "responsible")
    return get_object_or_404(rows, number=known, category__is_public=True, forgotten_at=None)


@require_safe
@never_cache
def followed(request: HttpRequest, draft: Any) -> HttpResponse:
    """What became of a notice whose writer follows another's: the case, and that a mail is on its way."""
    kept, _category = opened(draft)
    case = followed_by(kept)
    if case is None:
        return redirect("contact:report-details", draft=kept.uuid)
    context = {"case": case, "followers": nearby.follower_count(case), "by_text": request.GET.get("by") == "sms"}
    return render(request, "contact/report/followed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follower(request: HttpRequest, contact: Any, secret: str) -> HttpResponse:
    """A follower's page: what is public of the case, a button that begins the following where it must, and one that ends it."""
    rows = Participant.objects.select_related("contact", "case__category", "case__responsible", "case__duplicate_of")
    row = rows.filter(contact__uuid=contact, kind=Participant.Kind.FOLLOWER).first()
    if row is None or not opens_following(row.contact, secret):
        raise Http404
    if request.method == "POST" and request.POST.get("act") == "confirm":
        confirm_following(row, at=timezone.now())
        messages.success(request, _("You follow the case. You needn’t report the same again."))
        return redirect(follow_path(row.contact, get_language()))
    if request.method == "POST":
        unfollow_case(row, at=timezone.now())
        messages.success(request, _("You don’t follow the case any more, and your address has been removed."))
        return redirect("contact:report")
    case = row.case.duplicate_of or row.case
    context = {"case": case, "followers": nearby.follower_count(case), "row": row, "secret": secret}
    return render(request, "contact/followed/follower.html", context)
