"""The public pages of calls: the list, one call, its feed, who may apply for what, questions, subscribing, ideas."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.problems import Problem
from kuutio.core.when import here
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme.actions import call_talk, ideas
from kuutio.programme.can_apply import told as can_apply
from kuutio.programme.figures import terms_of
from kuutio.programme.models import Call, CallSubscription, Idea
from kuutio.programme.models.applications import ACTOR_TYPES, COST_MODELS
from kuutio.programme.pages.call_forms import AskForm, CanIForm, IdeaForm
from kuutio.programme.pages.call_shared import attempt, call_of, crumbs, now, told
from kuutio.programme.pages.shared import form_page, person_of, show, signed_in
from kuutio.programme.queries import current_programme
from kuutio.selection.queries import round_of
from kuutio.ui.wording import language, localized

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All calls: open ones first; how often they open, beside what the strategy promises."""
    at, programme = now(), current_programme()
    found = queries.listed(at)
    person = person_of(request)
    context = {
        "found": found,
        "at": at,
        "rhythm": queries.rhythm(programme, at) if programme else None,
        "subscribed": person is not None and CallSubscription.objects.filter(person=person).exists(),
        "crumbs": crumbs(),
    }
    return render(request, "programme/calls/list.html", context)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When the newest entry changed."""
        return max((item["updateddate"] for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Calls as an Atom feed, the newest change first.

    Source: RFC 4287.
    """
    here_ = request.build_absolute_uri()
    made = _Feed(
        title=_("Calls of the Six City Strategy"),
        link=request.build_absolute_uri(reverse("programme:calls")),
        description="",
        language=language(),
        feed_url=here_,
        feed_guid=here_,
    )
    for call in queries.public_calls().order_by("-changed_at")[:50]:
        address = request.build_absolute_uri(reverse("programme:call", args=[call.slug]))
        made.add_item(
            title=localized(call.title)[0],
            link=address,
            description=localized(call.summary)[0],
            author_name=localized(call.owner.name)[0],
            unique_id=address,
            pubdate=call.published_at,
            updateddate=call.changed_at,
        )
    out = StringIO()
    made.write(out, "utf-8")
    return HttpResponse(out.getvalue(), content_type="application/atom+xml; charset=utf-8")


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What somebody can apply for, before they write a word; a firm is told where its doors are."""
    at, programme = now(), current_programme()
    cities = list(programme.cities.all()) if programme else []
    form = CanIForm(request.GET if request.GET else None, cities=cities, kinds=[*ACTOR_TYPES])
    said: dict[str, Any] = {}
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        city = next((one for one in cities if one.pk == form.cleaned_data["city"]), None)
        names = [str(one.name.localize("fi")) for one in cities]
        found = can_apply(kind, str(city.name.localize("fi")) if city else "", names)
        said = {
            "told": found,
            "kind": dict(ACTOR_TYPES)[kind],
            "city": localized(city.name)[0] if city else "",
            "others": [localized(one.name)[0] for one in cities if city is None or one.pk != city.pk],
            "open": queries.listed(at).open,
            "doors": _doors(),
        }
    context = {"form": form, "said": said, "crumbs": crumbs(last=_("What can we apply for?"))}
    return render(request, "programme/calls/check.html", context)


def _doors() -> list[tuple[str, str]]:
    """Where a company finds what is for it: what is there of the innovation room, and the office's address."""
    found = []
    for name, words in (
        ("innovation:challenges", _("Challenges of the cities: offer a solution")),
        ("innovation:testbeds", _("Testbeds: try a product in a real city")),
        ("innovation:index", _("Try things out with the cities")),
    ):
        try:
            found.append((reverse(name), words))
        except NoReverseMatch:
            continue
    return found


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """One call: what is asked, by when, on which terms; what was changed; questions and answers."""
    return page_of_call(request, call_of(request, slug), now())


def page_of_call(request: HttpRequest, row: Call, at: datetime, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a call, also as it comes back with a form's errors."""
    person, state = person_of(request), row.now(at)
    models = dict(COST_MODELS)
    closes = row.ideas_close_at if state == Call.State.OPEN and row.takes_ideas(at) else row.closes_at
    days = (here(closes).date() - here(at).date()).days if closes else 0
    result = round_of(f"call:{row.slug}")
    context = {
        "call": row,
        "state": state,
        "state_name": dict(Call.State.choices)[state],
        "takes": row.takes(at),
        "takes_ideas": row.takes_ideas(at),
        "closes": closes,
        "days": days,
        "text": told(row.text),
        "cost_models": [models[one] for one in row.cost_models if one in models],
        "cutoffs": list(row.cutoffs.all()),
        "spearheads": list(row.spearheads.select_related("focus_area")),
        "least": terms_of(row) if row.closes_at and row.earliest_start and row.latest_end else None,
        "changes": [(one, _changed_words(one.what)) for one in row.changes.all()],
        "asked": list(row.asked.all()),
        "ask_form": AskForm(),
        "may_ask": state in (Call.State.PUBLISHED, Call.State.OPEN),
        "is_office": person is not None and permissions.is_office(person),
        "results": reverse("selection:results", args=[result.key])
        if result is not None and result.state == "published"
        else "",
        "crumbs": crumbs(row),
        **more,
    }
    return render(request, "programme/calls/call.html", context, status=status)


def _changed_words(what: dict[str, Any]) -> str:
    names = {
        "title": _("title"), "summary": _("summary"), "text": _("text"), "contact": _("who answers"), "closes_at": _("when it closes"),
        "ideas_close_at": _("when ideas close"), "latest_end": _("when projects end at the latest"), "max_months": _("longest project"),
        "budget_cents": _("money to share out"),
    }  # fmt: skip
    return ", ".join(str(names.get(name, name)) for name in what)


@require_POST
@never_cache
@login_required
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about a call in public."""
    row, at = call_of(request, slug), now()
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            call_talk.ask(row, form.cleaned_data["text"], language=language(), by=signed_in(request), at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Your question is on this page. You get a letter when it is answered."))
            return redirect(f"{reverse('programme:call', args=[slug])}#questions")
    return page_of_call(request, row, at, status=422, ask_form=form)


@require_POST
@never_cache
@login_required
def subscribe(request: HttpRequest) -> HttpResponse:
    """Be told of calls, or stop being told."""
    person, at = signed_in(request), now()
    if request.POST.get("stop"):
        call_talk.unsubscribe(person, at=at)
        messages.success(request, _("You get no more letters about calls."))
    else:
        call_talk.subscribe(by=person, at=at)
        messages.success(request, _("You get a letter of each new call, and of changes in those that are open."))
    return redirect("programme:calls")


@csrf_exempt  # what mail programs send has no token of ours; the address itself is the proof (RFC 8058)
@FORM
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters by the link that stands in each."""
    row = call_talk.subscribed_by(token)
    if request.method == "POST" and row is not None:
        call_talk.unsubscribe(row.person, at=now())
        row = None
        messages.success(request, _("You get no more letters about calls."))
    return render(request, "programme/calls/leave.html", {"row": row, "crumbs": crumbs(last=_("Letters about calls"))})


# --- ideas ------------------------------------------------------------------------------------------------------------


@FORM
@never_cache
@login_required
def new_idea(request: HttpRequest, slug: str) -> HttpResponse:
    """Send an idea, where the call asks for one first."""
    at, row = now(), call_of(request, slug)
    person = signed_in(request)
    if row.shape != Call.Shape.TWO_STAGES:
        raise Http404
    bound = queries.binds(person)
    form = IdeaForm(
        request.POST if request.method == "POST" else None,
        initial={"organisation_name": localized(bound[0].name)[0] if bound else ""},
    )
    if form.is_valid():
        try:
            made = ideas.send_idea(row, **form.cleaned_data, by=person, at=at)
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Your idea has reached the office. You get a letter when it is answered."))
            return redirect("programme:idea", number=made.uuid)
    return form_page(request, form, _("Send an idea"), crumbs(row, _("Send an idea")), button=_("Send the idea"))


@FORM
@never_cache
@login_required
def idea(request: HttpRequest, number: UUID) -> HttpResponse:
    """One idea: what was written, what the office says, and the way on."""
    at, person = now(), signed_in(request)
    row = get_object_or_404(Idea.objects.select_related("call"), uuid=number)
    if not permissions.may_read_idea(person, row):
        raise Http404
    if request.method == "POST":
        if attempt(request, lambda: ideas.withdraw_idea(row, by=person, at=at), _("The idea is withdrawn.")):
            return redirect("programme:idea", number=number)
        row.refresh_from_db()
    context = {
        "idea": row,
        "is_own": row.actor_id == person.pk,
        "may_apply": row.state == Idea.State.GREEN and row.actor_id == person.pk and row.call.takes(at),
        "application": getattr(row, "application", None),
        "is_office": permissions.is_office(person),
        "crumbs": crumbs(row.call, row.title),
    }
    return render(request, "programme/calls/idea.html", context)
