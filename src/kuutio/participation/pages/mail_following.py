"""Following by e-mail without an account: the form for an address, the press that confirms it, the press that ends it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation.actions import mail_following as verbs
from kuutio.participation.models import MailFollow, Process, Proposal
from kuutio.participation.pages.shared import crumbs, show
from kuutio.participation.problems import TooMuch
from kuutio.ui.limits import is_within
from kuutio.ui.wording import language, localized

MOST_AN_HOUR = 20
"""Letters asked for from one connection: nobody's mailbox is filled from here."""


class AddressForm(forms.Form):
    """An address, and nothing else of a person."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy("For these letters alone. It is never shown, and it is removed when you stop."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People leave it empty, since they don't see it; programs that fill in everything don't.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""


def ask(request: HttpRequest, thing: Process | Proposal) -> HttpResponse:
    """The form, and its answer: the same whoever follows already.

    Raises:
        TooMuch: many letters were asked for from this connection.
    """
    process = thing if isinstance(thing, Process) else thing.contribution.process
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not is_within(request, "follow-by-mail", most=MOST_AN_HOUR, minutes=60):
            raise TooMuch(_("Many letters have been asked for from your connection within an hour. Go on later."))
        email = form.cleaned_data["email"]
        try:
            verbs.ask_to_follow(thing, email, language=language(), at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            said = _("A letter is on its way to %(address)s. Open the link in it, and you follow this.")
            messages.success(request, said % {"address": email})
            if isinstance(thing, Process):
                return redirect("participation:process", slug=thing.slug)
            return redirect("participation:proposal", number=thing.contribution.uuid)
    title = localized(thing.title)[0] if isinstance(thing, Process) else thing.contribution.title
    facts = {
        "form": form,
        "title": title,
        "is_proposal": isinstance(thing, Proposal),
        "crumbs": crumbs(process, _("Follow by e-mail")),
    }
    return render(request, "participation/follow_by_mail.html", facts, status=422 if form.is_bound else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Begin a following from its letter: a page that asks, since programs open links, and the press of its button.

    No cookie takes part in it, so that another site gains nothing by posting here: the token is the right.
    """
    found = verbs.to_confirm(token)
    if request.method == "POST" and found is not None:
        found = verbs.confirm(found, at=timezone.now())
    facts = {
        "found": found,
        "title": verbs.title_of(found) if found is not None else "",
        "page": verbs.path_of(found) if found is not None else "",
        "crumbs": crumbs(),
    }
    return render(request, "participation/confirm_follow.html", facts)


def leave(request: HttpRequest, found: MailFollow) -> HttpResponse:
    """End a following from a letter: a page that asks, and the press of its button or of the mail program's own."""
    facts = {
        "title": verbs.title_of(found),
        "process": found.process or (found.contribution.process if found.contribution is not None else None),
        "is_proposal": found.contribution is not None,
        "left": request.method == "POST",
        "crumbs": crumbs(),
    }
    if request.method == "POST":
        verbs.end(found, at=timezone.now())
    return render(request, "participation/unfollow.html", facts)
