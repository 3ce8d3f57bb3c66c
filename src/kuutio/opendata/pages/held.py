"""A version that waits for a decision: what was found in it, and the two ways to go on; for its publisher alone."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import Person
from kuutio.core.problems import Problem
from kuutio.opendata.actions.loading import decide_snapshot
from kuutio.opendata.models import Snapshot
from kuutio.opendata.pages.frame import context, framed
from kuutio.opendata.pages.quality import findings, violations


class DecisionForm(forms.Form):
    """An officer's decision on a held version."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("serve", gettext_lazy("Publish this version as it is")),
            ("refuse", gettext_lazy("Don’t publish it; the version before stays")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "It is kept with the version. Of a published one everybody sees it on the quality page."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def held_page(request: HttpRequest, name: str, snapshot: int) -> HttpResponse:
    """The page; whoever may not decide never hears that there is such a version."""
    frame = framed(request, name)
    found = Snapshot.objects.filter(pk=snapshot, distribution__dataset=frame.dataset, state=Snapshot.State.HELD).first()
    if found is None or not frame.may_change:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        serve = form.cleaned_data["decision"] == "serve"
        try:
            decide_snapshot(
                found,
                serve=serve,
                reason=form.cleaned_data["reason"],
                by=cast(Person, request.user),
                at=timezone.now(),
            )
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(request, _("The version is published.") if serve else _("The version stays unpublished."))
            return redirect("opendata:dataset", name=name)
    more = context(frame, "dataset") | {
        "waiting": found,
        "found": findings(found.findings),
        "broken": violations(found.violations),
        "form": form,
    }
    return render(request, "opendata/dataset/held.html", more, status=422 if form.is_bound else 200)
