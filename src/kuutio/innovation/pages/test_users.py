"""Test users: what it is, volunteering, leaving, invitations; and the officers' pages, on which nobody has a name."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.core.problems import NotAllowed, NotFound, Problem
from kuutio.core.texts import written
from kuutio.innovation import permissions
from kuutio.innovation.actions import test_users
from kuutio.innovation.actions.test_users import MOST_INVITED, Criteria, Volunteer
from kuutio.innovation.models import Concept, ConceptVersion, Consent, Invitation, TestRound, TestUser, Theme, Trial
from kuutio.innovation.models.test_users import AgeBand, Training
from kuutio.innovation.pages.fields import needed
from kuutio.innovation.pages.shared import FORM, crumbs, form_page, officer, person_of, show, work_crumbs
from kuutio.innovation.said import labels
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized

GRADES = [
    ("5", gettext_lazy("5 – very good")),
    ("4", "4"),
    ("3", "3"),
    ("2", "2"),
    ("1", gettext_lazy("1 – very poor")),
]


class VolunteerForm(forms.Form):
    """As little of a person as an invitation needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    city = forms.ChoiceField(label=gettext_lazy("In which city do you live or move about?"))
    age_band = forms.ChoiceField(
        label=gettext_lazy("How old are you?"), choices=AgeBand.choices, widget=forms.RadioSelect
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages would you test?"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    trained_in = forms.MultipleChoiceField(
        label=gettext_lazy("What have you learnt for testing?"),
        choices=Training.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Nothing is all right, too: you learn by doing."),
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What interests you?"),
        choices=Theme.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agrees = forms.BooleanField(label=gettext_lazy("I have read the text above and agree to it."))

    def __init__(self, *args: Any, consent: Consent, user: TestUser | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"version": consent.version}
        if user is not None:
            initial |= {
                "city": user.city_id,
                "age_band": user.age_band,
                "languages": user.languages,
                "trained_in": user.trained_in,
                "themes": user.themes,
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        choices = [(city.pk, str(city.name)) for city in City.objects.all()]
        self.fields["city"].choices = choices  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """A round: what is tried, and whom it is for."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    city = forms.ModelChoiceField(
        label=gettext_lazy("Which city invites?"), queryset=City.objects.none(), empty_label=None
    )
    title = needed(label=gettext_lazy("What is tried?"), widget=LanguagesTextInput)
    text = needed(label=gettext_lazy("Where, how long, what does one need to know?"), widget=LanguagesTextarea)
    cities = forms.MultipleChoiceField(
        label=gettext_lazy("People of which cities?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    age_bands = forms.MultipleChoiceField(
        label=gettext_lazy("Of which ages?"),
        choices=AgeBand.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    trained_in = forms.MultipleChoiceField(
        label=gettext_lazy("Trained in what?"),
        choices=Training.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Nothing chosen means all of them."),
    )
    wanted = forms.IntegerField(
        label=gettext_lazy("How many are invited at most?"), min_value=5, max_value=MOST_INVITED, initial=20
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Until when can one give feedback?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, own: list[City], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["city"].queryset = City.objects.filter(pk__in=[city.pk for city in own])
        fields["cities"].choices = [(city.pk, str(city.name)) for city in City.objects.all()]

    def criteria(self) -> Criteria:
        """Whom it is for."""
        data = self.cleaned_data
        return Criteria(data["cities"], data["age_bands"], data["languages"], data["trained_in"])


class FeedbackForm(forms.Form):
    """What a test user says."""

    grade = forms.ChoiceField(label=gettext_lazy("How was it?"), choices=GRADES, widget=forms.RadioSelect)
    would_use = forms.ChoiceField(
        label=gettext_lazy("Would you use it?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What worked, what didn’t?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Those who develop it read this without your name. Don’t tell who you are."),
    )


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What a test user does, what is agreed to; for a test user the invitations and the way out."""
    person = person_of(request)
    consent = Consent.objects.first()
    user = TestUser.objects.filter(person=person).select_related("city", "consent").first() if person else None
    invitations = (
        Invitation.objects.filter(test_user=user).select_related("round__city").order_by("-invited_at") if user else []
    )
    context = {
        "consent": consent,
        "consent_text": localized(consent.text)[0] if consent else "",
        "user_row": user,
        "is_behind": user is not None and consent is not None and user.consent_id != consent.pk,
        "trained_in": labels(user.trained_in, Training) if user else [],
        "invitations": list(invitations),
        "may_work": permissions.is_officer(person),
        "crumbs": crumbs((_("Test users"), "")),
    }
    return render(request, "innovation/test_users/overview.html", context)


@FORM
@never_cache
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Become a test user, or tell anew what one is like."""
    person = cast(Person, request.user)
    consent = Consent.objects.first()
    if consent is None:
        raise Http404
    user = TestUser.objects.filter(person=person).first()
    form = VolunteerForm(request.POST if request.method == "POST" else None, consent=consent, user=user)
    if form.is_valid():
        told = form.cleaned_data
        try:
            test_users.volunteer(
                Volunteer(told["city"], told["age_band"], told["languages"], told["trained_in"], told["themes"]),
                consent=told["version"],
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Thank you. You get a letter when there is something to try that suits you."))
            return redirect("innovation:test_users")
    steps = crumbs((_("Test users"), reverse("innovation:test_users")), (_("Become a test user"), ""))
    return form_page(
        request,
        form,
        _("Become a test user"),
        steps,
        consent=consent,
        consent_text=localized(consent.text)[0],
        template="innovation/test_users/join.html",
    )


@require_POST
@never_cache
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Withdraw the consent: everything is gone."""
    if test_users.leave(by=cast(Person, request.user), at=timezone.now()):
        messages.success(request, _("You are no longer a test user. What was kept of you for it has been removed."))
    return redirect("innovation:test_users")


def _own(request: HttpRequest, number: uuid.UUID) -> Invitation:
    try:
        return test_users.invitation_of(cast(Person, request.user), number)
    except NotFound as error:
        raise Http404 from error


@require_safe
@never_cache
@login_required
def invitation(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One's invitation: what is asked, yes or no, and the feedback."""
    return _invitation(request, _own(request, number), FeedbackForm())


def _invitation(request: HttpRequest, row: Invitation, form: FeedbackForm, status: int = 200) -> HttpResponse:
    context = {
        "row": row,
        "about": about_of(row.round),
        "text": localized(row.round.text)[0],
        "is_over": timezone.now() >= row.round.closes_at,
        "form": form,
        "crumbs": crumbs((_("Test users"), reverse("innovation:test_users")), (localized(row.round.title)[0], "")),
    }
    return render(request, "innovation/test_users/invitation.html", context, status=status)


def about_of(row: TestRound) -> dict[str, str]:
    """What a round tests, with its page."""
    if row.trial is not None:
        title = localized(row.trial.title)[0]
        return {
            "title": title,
            "url": reverse("innovation:trial", args=[row.trial.slug]) if row.trial.is_public else "",
        }
    version = cast(ConceptVersion, row.concept_version)
    return {
        "title": localized(version.concept.title)[0],
        "url": reverse("innovation:concept", args=[version.concept.slug]),
    }


@require_POST
@never_cache
@login_required
def answer(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say yes or no."""
    row = _own(request, number)
    accepts = request.POST.get("answer") == "yes"
    try:
        test_users.answer_invitation(row, accepts=accepts, by=cast(Person, request.user), at=timezone.now())
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("You take part.") if accepts else _("You said no. That is all right."))
    return redirect("innovation:invitation", number=number)


@require_POST
@never_cache
@login_required
def feedback(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say how it was."""
    row = _own(request, number)
    form = FeedbackForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            test_users.give_feedback(
                row,
                grade=int(told["grade"]),
                would_use=told["would_use"] == "yes",
                text=told["text"],
                spoken=language(),
                by=cast(Person, request.user),
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Thank you for your feedback."))
            return redirect("innovation:invitation", number=number)
    return _invitation(request, row, form, status=422)


@require_safe
@never_cache
@login_required
def work(request: HttpRequest) -> HttpResponse:
    """How many test users there are, and the rounds of the officer's cities."""
    person = officer(request)
    own = permissions.cities_of(person)
    rows = TestRound.objects.filter(city__in=own).select_related("city", "trial", "concept_version__concept")
    rounds = list(rows[:100])
    numbers = test_users.numbers_of(rounds)
    context = {
        "pool": test_users.pool(),
        "rounds": [{"row": row, "about": about_of(row), **numbers[row.pk]} for row in rounds],
        "crumbs": work_crumbs((_("Test users"), "")),
    }
    return render(request, "innovation/test_users/work.html", context)


@FORM
@never_cache
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite test users to a trial (`?trial=`) or to the newest version of a concept (`?concept=`)."""
    person = officer(request)
    about = _about(request)
    own = [city for city in permissions.cities_of(person) if test_users.may_invite(person, about, city)]
    if not own:
        raise NotAllowed(_("Test users are invited by the officers of a city that takes part."))
    form = InviteForm(request.POST if request.method == "POST" else None, own=own)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = test_users.invite(
                about,
                city=told["city"],
                title=written(told["title"]),
                text=written(told["text"]),
                criteria=form.criteria(),
                wanted=told["wanted"],
                closes_at=told["closes_at"],
                key=told["key"],
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The invitations are on their way. Who got one is known to nobody here."))
            return redirect("innovation:test_round", number=made.uuid)
    title = about.title if isinstance(about, Trial) else about.concept.title
    lead = _("For: %(title)s. Those who are invited are drawn among all who fit.") % {"title": localized(title)[0]}
    steps = work_crumbs((_("Test users"), reverse("innovation:test_users_work")), (_("Invite test users"), ""))
    return form_page(request, form, _("Invite test users"), steps, lead=lead, button=_("Invite"))


def _about(request: HttpRequest) -> Trial | ConceptVersion:
    """What is tested."""
    if slug := request.GET.get("trial", "").replace("\0", ""):
        return get_object_or_404(Trial, slug=slug)
    concept = get_object_or_404(Concept, slug=request.GET.get("concept", "").replace("\0", ""))
    newest = concept.versions.select_related("concept").order_by("-number").first()
    if newest is None:
        raise Http404
    return newest


@require_safe
@never_cache
@login_required
def test_round(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One round: numbers, and what was said once enough people have."""
    person = officer(request)
    rows = TestRound.objects.select_related("city", "trial", "concept_version__concept")
    row = get_object_or_404(rows.filter(city__in=permissions.cities_of(person)), uuid=number)
    criteria = row.criteria
    names = {city.pk: str(city.name) for city in City.objects.all()}
    context = {
        "row": row,
        "about": about_of(row),
        "numbers": test_users.numbers_of([row])[row.pk],
        "heard": test_users.summary(row, with_words=True),
        "cities": [names.get(code, code) for code in criteria["cities"]],
        "age_bands": labels(criteria["age_bands"], AgeBand),
        "languages": [str(dict(settings.LANGUAGES)[code]) for code in criteria["languages"]],
        "trained_in": labels(criteria["trained_in"], Training),
        "crumbs": work_crumbs((_("Test users"), reverse("innovation:test_users_work")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/test_users/round.html", context)
