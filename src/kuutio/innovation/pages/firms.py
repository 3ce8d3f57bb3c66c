"""The first page for firms and groups: what one can do here, what one can apply for, and what fits them and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import City, Organisation, Person
from kuutio.cities.places import cities
from kuutio.core import matching
from kuutio.core.problems import Problem
from kuutio.innovation import learnings
from kuutio.innovation.actions import profiles
from kuutio.innovation.matches import KINDS, Match, matches
from kuutio.innovation.models import Challenge, Profile, Solution, Technology, Testbed, Theme
from kuutio.innovation.pages.feeds import Entry, atom, json_feed
from kuutio.innovation.pages.shared import FORM, crumbs, form_page, person_of, show
from kuutio.innovation.receiving import may_receive

KIND_NAMES = {
    "challenge": gettext_lazy("Challenges"),
    "call": gettext_lazy("Calls for projects"),
    "testbed": gettext_lazy("Testbeds"),
    "concept": gettext_lazy("Service concepts that are being developed"),
    "learning": gettext_lazy("What trials taught"),
    "solution": gettext_lazy("Solutions"),
    "dataset": gettext_lazy("Data sets"),
}
_MANY = 25


class ProfileForm(forms.Form):
    """What a firm or a group says of itself."""

    name = forms.CharField(label=gettext_lazy("Name of your firm or group"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("What are you?"), choices=Organisation.Kind.choices, widget=forms.RadioSelect
    )
    country = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, help_text=gettext_lazy("Two letters, such as FI, SE or EE.")
    )
    text = forms.CharField(
        label=gettext_lazy("What do you do, or look for?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In Finnish, Swedish or English. Your words are compared with those of what there is."),
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    technologies = forms.MultipleChoiceField(
        label=gettext_lazy("Technologies"),
        choices=Technology.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    cities = forms.MultipleChoiceField(
        label=gettext_lazy("Cities"), widget=forms.CheckboxSelectMultiple, required=False
    )
    readiness = forms.TypedChoiceField(
        label=gettext_lazy("How ready is what you have?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("I don’t say")),
            ("3", gettext_lazy("3 – an idea shown to work")),
            ("5", gettext_lazy("5 – a prototype")),
            ("6", gettext_lazy("6 – tried in real surroundings")),
            ("7", gettext_lazy("7 – a pilot version in use")),
            ("8", gettext_lazy("8 – finished and tested")),
            ("9", gettext_lazy("9 – in everyday use")),
        ],
    )
    notices = forms.ChoiceField(
        label=gettext_lazy("Letters on what is new for you"),
        choices=Profile.Notices.choices,
        widget=forms.RadioSelect,
        initial=Profile.Notices.NONE,
    )

    def __init__(self, *args: Any, profile: Profile | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"country": "FI", "notices": Profile.Notices.NONE}
        if profile is not None:
            initial = {name: getattr(profile, name) for name in self.base_fields}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cities"]
        field.choices = [(city.pk, str(city.name)) for city in City.objects.all()]


def asked_of(query: QueryDict) -> tuple[matching.Profile, str]:
    """A profile as an address tells it, and the kind of organisation; what it can't tell is left out."""
    members = {city.code for city in cities()}
    kind = query.get("kind", "")
    ready = query.get("readiness", "")
    profile = matching.Profile(
        themes=frozenset(set(query.getlist("theme")) & set(Theme.values)),
        technologies=frozenset(set(query.getlist("technology")) & set(Technology.values)),
        cities=frozenset(set(query.getlist("city")) & members),
        readiness=int(ready) if ready in {str(level) for level in range(1, 10)} else None,
        text=query.get("q", "").replace("\0", "").strip()[:500],
    )
    return profile, kind if kind in Organisation.Kind.values else ""


def query_of(profile: matching.Profile, kind: str) -> str:
    """The same as an address."""
    found: list[tuple[str, str]] = [("theme", one) for one in sorted(profile.themes)]
    found += [("technology", one) for one in sorted(profile.technologies)]
    found += [("city", one) for one in sorted(profile.cities)]
    if profile.readiness is not None:
        found.append(("readiness", str(profile.readiness)))
    if profile.text:
        found.append(("q", profile.text[:500]))
    if kind:
        found.append(("kind", kind))
    return urlencode(found)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one can do here, what one can apply for as what, and a question: what are you looking for?"""
    now = timezone.now()
    counts = {
        "testbeds": Testbed.objects.filter(state=Testbed.State.PUBLISHED).count(),
        "challenges": Challenge.objects.filter(
            state=Challenge.State.OPEN, opens_at__lte=now, closes_at__gt=now
        ).count(),
        "learnings": learnings.published().count(),
        "solutions": Solution.objects.filter(state=Solution.State.PUBLISHED).count(),
    }
    person = person_of(request)
    context = {
        "doors": _doors(),
        "counts": counts,
        "kinds": [(value, label, may_receive(value)) for value, label in Organisation.Kind.choices],
        "themes": Theme.choices,
        "cities": cities(),
        "has_profile": person is not None and Profile.objects.filter(person=person).exists(),
        "crumbs": [*crumbs()[:1], {"title": _("Trials and innovation"), "url": ""}],
    }
    return render(request, "innovation/index.html", context)


def _doors() -> list[dict[str, Any]]:
    """What one can do here; a room whose page doesn't stand has no door."""
    doors = [
        (
            _("Find a place to try"),
            _("Testbeds of the cities and campuses, with free times."),
            "testbeds",
            "innovation",
        ),
        (_("Answer a challenge"), _("A city states a need, you propose how to meet it."), "challenges", "innovation"),
        (_("See the trials"), _("What runs now, and how it goes."), "trials", "innovation"),
        (_("Learn from others"), _("What earlier trials taught, free to use."), "learnings", "programme"),
        (_("Develop together"), _("Service concepts that are being written with users."), "concepts", "participation"),
        (
            _("Reach test users"),
            _("Residents who try things out, invited by the cities."),
            "test_users",
            "participation",
        ),
        (_("Show your service"), _("Solutions on open data, and where they run."), "solutions", "data"),
    ]
    found = []
    for title, text, name, face in doors:
        try:
            found.append({"title": title, "text": text, "url": reverse(f"innovation:{name}"), "face": face})
        except NoReverseMatch:
            continue
    return found


@require_safe
@never_cache
def matching_page(request: HttpRequest) -> HttpResponse:
    """What fits, and why: of what the address says, else of the reader's own profile."""
    person = person_of(request)
    own = Profile.objects.filter(person=person).first() if person is not None else None
    asked, kind = asked_of(request.GET)
    is_own = not request.GET and own is not None
    if own is not None and not request.GET:
        asked, kind = profiles.asked_by(own), own.kind
    found = matches(asked, timezone.now(), organisation=kind)
    groups = [
        {"name": KIND_NAMES[name], "rows": [row for row in found if row.kind == name]}
        for name in KINDS
        if any(row.kind == name for row in found)
    ]
    context = {
        "groups": groups,
        "asked": asked,
        "kind": kind,
        "kinds": Organisation.Kind.choices,
        "themes": Theme.choices,
        "technologies": Technology.choices,
        "cities": cities(),
        "levels": range(1, 10),
        "profile": own,
        "is_own": is_own,
        "may_receive": may_receive(kind) if kind else None,
        "is_asked": bool(matching.weights_of(asked)),
        "query": query_of(asked, kind),
        "crumbs": crumbs((_("What fits you"), "")),
    }
    return render(request, "innovation/matches.html", context)


@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The same for programs: everything in it is public, what was asked stands in the address."""
    asked, kind = asked_of(request.GET)
    found = matches(asked, timezone.now(), organisation=kind, of_each=_MANY)
    entries = sorted(_entries(found), key=lambda entry: entry.changed_at, reverse=True)
    make = {"atom": atom, "json": json_feed}[form]
    page = f"{reverse('innovation:matches')}?{query_of(asked, kind)}"
    return make(request, _("What fits you"), page, entries)


def _entries(found: Sequence[Match]) -> list[Entry]:
    return [
        Entry(
            f"tag:kuutio,2026:{row.kind}/{row.key}",
            row.title,
            row.path,
            _("Because: %(reasons)s.") % {"reasons": "; ".join(row.because)} if row.because else row.refused,
            str(KIND_NAMES[row.kind]),
            row.changed_at,
            (row.kind, *row.cities),
        )
        for row in found
        if row.changed_at is not None
    ]


@FORM
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """What one says of oneself, kept for the next time and for the letters."""
    person = cast(Person, request.user)
    row = Profile.objects.filter(person=person).first()
    form = ProfileForm(request.POST if request.method == "POST" else None, profile=row)
    if form.is_valid():
        try:
            profiles.keep_profile(profiles.Told(**form.cleaned_data), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved. Here is what fits you now."))
            return redirect("innovation:matches")
    title = _("Your firm or group")
    steps = crumbs((_("What fits you"), reverse("innovation:matches")), (title, ""))
    return form_page(
        request,
        form,
        title,
        steps,
        lead=_("You alone see this. It is compared with what there is; the reasons are shown."),
        remove_url=reverse("innovation:remove_profile") if row else "",
        remove_words=_("Remove what you told"),
    )


@require_POST
@never_cache
@login_required
def remove_profile(request: HttpRequest) -> HttpResponse:
    """Remove it."""
    profiles.remove_profile(by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("innovation:index")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_notices(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters from a letter, without signing in: the token is the right, no cookie takes part in it."""
    found = profiles.profile_of(token)
    if request.method == "POST" and found is not None:
        profiles.end_notices(found, at=timezone.now())
    left = request.method == "POST" or found is None or found.notices == Profile.Notices.NONE
    return render(request, "innovation/end_notices.html", {"left": left, "crumbs": crumbs()})
