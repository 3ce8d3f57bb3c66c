"""Who may do what in an organisation: its administrators give and take the roles."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities.actions import give_role, may_give, take_role
from kuutio.cities.models import Organisation
from kuutio.cities.people import Person, Role
from kuutio.core.problems import Problem
from kuutio.ui.wording import localized
from kuutio.web.mine import person_of


class RoleForm(forms.Form):
    """Whom a role is given to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("That of the person’s account in Kuutio. They make it themselves, by signing in."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, roles: list[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # of the field above

    def clean_email(self) -> Person:
        """The person of the address."""
        found = Person.objects.filter(email=self.cleaned_data["email"].strip().lower(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here has this address. Ask them to make an account first."))
        return found


def administered(person: Person) -> QuerySet[Organisation]:
    """The organisations whose roles a person gives."""
    if person.is_superuser:
        return Organisation.objects.all()
    return Organisation.objects.filter(roles__person=person, roles__role=Role.Name.ADMIN)


def administers_some(person: Person) -> bool:
    """Whether the person gives roles anywhere."""
    return person.is_superuser or person.has_role(Role.Name.ADMIN)


@require_safe
@never_cache
@login_required
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations whose roles the reader gives, with how many people hold one."""
    person = person_of(request)
    if not administers_some(person):
        raise Http404
    own = Organisation.objects.filter(pk__in=administered(person).values("pk"))
    found = own.annotate(people=Count("roles__person", distinct=True)).order_by("slug")
    return render(request, "web/roles/organisations.html", {"organisations": found, "crumbs": _crumbs()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The people of one organisation; a role is given by an address, and taken by its button."""
    person = person_of(request)
    found = get_object_or_404(Organisation, slug=slug)
    if not may_give(person, found):
        raise Http404
    taking = request.method == "POST" and "take" in request.POST
    choices = [(name, label) for name, label in Role.Name.choices if may_give(person, found, name)]
    form = RoleForm(request.POST if request.method == "POST" and not taking else None, roles=choices)
    problem = ""
    try:
        if taking:
            word = request.POST["take"]
            number = int(word) if word.isascii() and word.isdigit() and len(word) < 18 else 0
            held = get_object_or_404(Role, pk=number, organisation=found)
            take_role(held.person, found, held.role, by=person, at=timezone.now())
            messages.success(request, _("The role was taken from %(who)s.") % {"who": held.person})
            return redirect("web:organisation-roles", slug=slug)
        if form.is_valid():
            held = give_role(form.cleaned_data["email"], found, form.cleaned_data["role"], by=person, at=timezone.now())
            said = _("%(who)s is now: %(role)s.") % {"who": held.person, "role": held.get_role_display()}
            messages.success(request, said)
            return redirect("web:organisation-roles", slug=slug)
    except Problem as refusal:
        problem = str(refusal.detail)
    roles = Role.objects.filter(organisation=found).select_related("person").order_by("person__name", "person__email")
    context = {
        "organisation": found,
        "held": [{"role": one, "mine": may_give(person, found, one.role)} for one in roles],
        "form": form,
        "problem": problem,
        "crumbs": _crumbs(localized(found.name)[0] or found.slug),
    }
    status = 422 if form.errors or problem else 200
    return render(request, "web/roles/organisation.html", context, status=status)


def _crumbs(last: str = "") -> list[dict[str, str]]:
    first = [
        {"title": _("Front page"), "url": reverse("web:front")},
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("People and their roles"), "url": reverse("web:roles") if last else ""},
    ]
    return [*first, {"title": last}] if last else first
