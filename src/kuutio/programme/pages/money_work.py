"""The office's pages of money: the board, a grant with its acts, payments by hand and by file, and a claim in control."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.grants.claims import MOST_ADVANCE_BP
from kuutio.core.moves import Role
from kuutio.core.problems import Invalid, Problem
from kuutio.programme import grant_moves, grant_permissions, measures, money_queries, settling
from kuutio.programme import grant_sheets as sheets
from kuutio.programme.actions import awards, controlling, paying, payment_files, reaching
from kuutio.programme.actions.paying import Paid
from kuutio.programme.models import Claim, PartHolder
from kuutio.programme.pages import money_forms as forms
from kuutio.programme.pages.call_forms import CentsField
from kuutio.programme.pages.money_shared import claim_controlled, claim_seen, grant_seen, watcher, work_crumbs
from kuutio.programme.pages.my_claims import panel_of
from kuutio.programme.pages.shared import form_page, office, show, signed_in

FORM = require_http_methods(["GET", "HEAD", "POST"])
_GRANT_ACTS = ("start", "suspend", "resume", "cancel", "close")
_WITH_REASON = ("suspend", "cancel")


@require_safe
@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Who has what on their table, and for how many days; and where each grant's money stands."""
    watcher(request)
    at = timezone.now()
    rows = list(money_queries.grants())
    standing = settling.standings_of(rows)
    waiting = money_queries.on_tables(at)
    states = Counter(Claim.objects.values_list("state", flat=True))
    context = {
        "waiting": waiting,
        "by_role": Counter(one.held.who for one in waiting).most_common(),
        "states": [(label, states[value]) for value, label in Claim.State.choices if states[value]],
        "grants": [
            {"grant": grant, "sums": money_queries.sums(standing[grant.pk]), "held": grant_moves.held(grant, at)}
            for grant in rows
        ],
        "total": sum(
            (money_queries.sums(standing[grant.pk]) for grant in rows if grant.state in money_queries.IN_FORCE),
            money_queries.Sums(),
        ),
        "may_record": grant_permissions.is_office(signed_in(request)),
        "crumbs": work_crumbs(),
    }
    return render(request, "programme/grants/board.html", context)


@require_safe
@never_cache
@login_required
def grant(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One grant: its budget in each version, its parts, claims and payments, and what can be done with it."""
    person = watcher(request)
    row = grant_seen(request, number)
    at = timezone.now()
    roles = grant_permissions.roles_with(person, row)
    acts = [act for act in grant_moves.open_acts(row, roles) if act in _GRANT_ACTS]
    rows = list(money_queries.claims_to_see(person, row, watches=True))
    context = {
        "grant": row,
        "held": grant_moves.held(row, at),
        "acts": [{"name": act, "title": grant_moves.ACTS[act]} for act in acts],
        "parts": [{"standing": one, "rows": money_queries.left_rows(one)} for one in settling.standings(row)],
        "claims": [{"claim": claim, "held": grant_moves.held(claim, at)} for claim in rows],
        "payments": list(money_queries.public_payments([row])),
        "holders": list(
            PartHolder.objects.filter(part__grant=row)
            .select_related("part__partner", "person")
            .order_by("part", "since")
        ),
        "works": grant_permissions.is_office(person),
        "budgets": money_queries.budgets_of(row),
        "measures": measures.measures_of(row.project.programme, projects=[row.project]),
        "may_record": grant_permissions.may_control(person, row),
        "is_own": grant_permissions.is_of(person, row),
        "crumbs": work_crumbs(row),
    }
    return render(request, "programme/grants/work_grant.html", context)


@FORM
@never_cache
@login_required
def grant_act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Start, suspend, resume, cancel or close a grant."""
    person = office(request)
    row = grant_seen(request, number)
    if act not in _GRANT_ACTS:
        raise Http404
    title = str(grant_moves.ACTS[act])
    form: Any = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if act not in _WITH_REASON:
        del form.fields["reason"]
    if form.is_valid():
        try:
            paying.move_grant(row, act, form.cleaned_data.get("reason", ""), by=person, at=timezone.now())
        except Problem as problem:
            return _refused(request, form, problem, title, work_crumbs(row, last=title))
        messages.success(request, _("Done."))
        return redirect("programme:work-money-grant", number=number)
    return form_page(request, form, title, work_crumbs(row, last=title), button=title)


@FORM
@never_cache
@login_required
def people(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Name who acts for a partner of the grant."""
    person = office(request)
    row = grant_seen(request, number)
    form = forms.HolderForm(request.POST if request.method == "POST" else None, grant=row)
    title = _("Who acts for the partners")
    if form.is_valid():
        told = form.cleaned_data
        awards.name_holder(told["part"], told["email"], by=person, at=timezone.now())
        messages.success(request, _("They see the grant on their own page now."))
        return redirect("programme:work-money-grant", number=number)
    lead = _("They see the grant, write its claims and tell what was reached. Nobody of the public sees who they are.")
    return form_page(request, form, title, work_crumbs(row, last=title), lead=lead)


@require_POST
@never_cache
@login_required
def release(request: HttpRequest, number: uuid.UUID, holder: int) -> HttpResponse:
    """Let somebody act for a partner no more."""
    person = office(request)
    row = grant_seen(request, number)
    held = PartHolder.objects.filter(pk=holder, part__grant=row).select_related("part__partner", "person").first()
    if held is not None:
        awards.release_holder(held.part, held.person, by=person, at=timezone.now())
        messages.success(request, _("Done."))
    return redirect("programme:work-money-grant", number=number)


@FORM
@never_cache
@login_required
def target(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Set what the project is to reach of an indicator."""
    person = office(request)
    row = grant_seen(request, number)
    data = request.POST if request.method == "POST" else None
    form = forms.TargetForm(data, project=row.project, initial={"by_on": row.ends_on})
    title = _("Set a target")
    if form.is_valid():
        told = form.cleaned_data
        project = row.project
        try:
            reaching.set_target(
                told["indicator"], project, told["value"], told["by_on"], project.source, by=person, at=timezone.now()
            )
        except Problem as problem:
            return _refused(request, form, problem, title, work_crumbs(row, last=title))
        messages.success(request, _("Saved."))
        return redirect("programme:work-money-grant", number=number)
    return form_page(request, form, title, work_crumbs(row, last=title))


@FORM
@never_cache
@login_required
def part_payment(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Record an advance, or what a partner paid back."""
    person = office(request)
    row = grant_seen(request, number)
    form = forms.PartPaymentForm(request.POST if request.method == "POST" else None, grant=row)
    title = _("Record an advance or a payback")
    if form.is_valid():
        told = form.cleaned_data
        paid = Paid(told["reference"], told["cents"], told["paid_on"])
        verb = paying.record_advance if told["kind"] == "advance" else paying.record_payback
        try:
            verb(told["part"], paid, by=person, at=timezone.now())
        except Problem as problem:
            return _refused(request, form, problem, title, work_crumbs(row, last=title))
        messages.success(request, _("The payment is recorded."))
        return redirect("programme:work-money-grant", number=number)
    lead = _(
        "Kuutio pays nothing: it writes down what was paid in the state’s own system. Advances are at most %(most)s %% of the support."
    ) % {"most": MOST_ADVANCE_BP // 100}
    return form_page(request, form, title, work_crumbs(row, last=title), lead=lead, button=_("Record the payment"))


@FORM
@never_cache
@login_required
def payments(request: HttpRequest) -> HttpResponse:
    """Bring in a file of payments; the rows that can't be recorded are told with their reasons."""
    person = office(request)
    posted = request.method == "POST"
    form = forms.SheetForm(request.POST if posted else None, request.FILES if posted else None)
    brought = None
    if form.is_valid():
        try:
            data = form.cleaned_data["file"].read(sheets.MOST_BYTES + 1)
            brought = payment_files.bring_payments(data, by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
    title = _("Payments from a file")
    context = {
        "form": form if brought is None else forms.SheetForm(),
        "title": title,
        "brought": brought,
        "columns": [column.title for column in payment_files.COLUMNS],
        "crumbs": work_crumbs(last=title),
    }
    status = 422 if posted and brought is None else 200
    return render(request, "programme/grants/payments.html", context, status=status)


@require_safe
@never_cache
@login_required
def payments_template(request: HttpRequest) -> HttpResponse:
    """An empty file of payments."""
    office(request)
    answer = HttpResponse(payment_files.template(), content_type=sheets.XLSX)
    answer["Content-Disposition"] = 'attachment; filename="payments.xlsx"'
    return answer


@require_safe
@never_cache
@login_required
def claim(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """A claim in control: line by line what is claimed and accepted, the report, the files, and what can be done."""
    person = watcher(request)
    row = claim_seen(request, number)
    if row.sent_at is None:
        raise Http404
    return _claim_page(request, row, person)


def _claim_page(request: HttpRequest, row: Claim, person: Any, **more: Any) -> HttpResponse:
    grant = row.part.grant
    roles = grant_permissions.roles_with(person, grant, row.part) - {Role.PARTNER}
    acts = grant_moves.open_acts(row, roles)
    others = [one for one in settling.claims_of([row.part]) if one.pk != row.pk]
    judged: dict[int, dict[str, Any]] = more.pop("judged", {})
    lines = [
        {
            "line": line,
            "accepted": forms.written(line.claimed_cents if line.accepted_cents is None else line.accepted_cents),
            "reason": line.cut_reason,
            **judged.get(line.position, {}),
        }
        for line in row.lines.prefetch_related("corrections", "evidence")
    ]
    context = {
        "claim": row,
        "grant": grant,
        "held": grant_moves.held(row, timezone.now()),
        "lines": lines,
        "panel": panel_of(row),
        "judges": "accept" in acts and not row.numbers_fixed,
        "decides": "accept" in acts,
        "acts": [
            {"name": act, "title": grant_moves.ACTS[act]}
            for act in acts
            if act in ("return", "control", "pay", "reopen_text")
            or (act == "reopen" and controlling.may_open_numbers(row, others))
        ],
        "corrects": row.is_decided and grant_permissions.may_control(person, grant),
        "decision_form": forms.DecisionForm(auto_id="decision_%s"),
        "files": list(row.evidence.select_related("line")),
        "submissions": list(row.submissions.order_by("-number")),
        "payments": list(row.payments.all()),
        "corrections": settling.corrected(row),
        "is_own": grant_permissions.is_of(person, grant),
        "crumbs": work_crumbs(grant, row),
        **more,
    }
    problem = more.get("problem")
    return render(request, "programme/grants/work_claim.html", context, status=problem.status if problem else 200)


@require_POST
@never_cache
@login_required
def judge(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Save what is accepted, line by line; and decide, where that button was pressed."""
    office(request)
    row, person = claim_controlled(request, number), signed_in(request)
    judged: dict[int, tuple[int, str]] = {}
    shown: dict[int, dict[str, Any]] = {}
    wrong: list[str] = []
    field = CentsField()
    for line in row.lines.all():
        text = request.POST.get(f"accepted-{line.position}")
        if text is None:
            continue
        reason = _typed(request, f"reason-{line.position}", 600)
        shown[line.position] = {"accepted": text, "reason": reason}
        try:
            cents = field.clean(text)
        except ValidationError as bad:
            message = _("Line %(line)s: %(what)s") % {"line": line.position, "what": " ".join(bad.messages)}
            shown[line.position]["error"] = message
            wrong.append(message)
            continue
        judged[line.position] = (cents or 0, reason)
    try:
        if wrong:
            raise _bad(wrong)
        controlling.judge_lines(row, judged, rest="decide" in request.POST, by=person, at=timezone.now())
        if "decide" in request.POST:
            controlling.decide_claim(row, _typed(request, "reason", 5000), by=person, at=timezone.now())
    except Problem as problem:
        for error in problem.errors:
            place = str(error["pointer"]).rpartition("/")[2]
            if place.isdigit() and int(place) in shown:
                shown[int(place)]["error"] = error["detail"]
        data = forms.DecisionForm(initial={"reason": _typed(request, "reason", 5000)}, auto_id="decision_%s")
        return _claim_page(request, _fresh(row), person, problem=problem, judged=shown, decision_form=data)
    if "decide" in request.POST:
        messages.success(request, _("The claim is decided. The partner sees the decision and its reasons."))
    else:
        messages.success(request, _("Saved."))
    return redirect("programme:work-claim", number=number)


_CLAIM_ACTS: dict[str, Callable[..., Any]] = {
    "return": lambda row, told, **who: controlling.return_claim(row, told["reason"], **who),
    "control": lambda row, told, **who: controlling.take_into_control(row, **who),
    "pay": lambda row, told, **who: paying.record_claim_payment(
        row, Paid(told["reference"], told["cents"], told["paid_on"]), **who
    ),
    "reopen": lambda row, told, **who: controlling.reopen_claim(row, told["reason"], text_only=False, **who),
    "reopen_text": lambda row, told, **who: controlling.reopen_claim(row, told["reason"], text_only=True, **who),
    "correct": lambda row, told, **who: controlling.correct_claim(
        row, told["line"], told["cents"], told["reason"], told["reference"], **who
    ),
}


@FORM
@never_cache
@login_required
def claim_act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Return a claim, take it into control, open it again, correct it, or record its payment."""
    office(request)
    row, person = claim_controlled(request, number), signed_in(request)
    if act not in _CLAIM_ACTS:
        raise Http404
    title = _("Correct a decided claim") if act == "correct" else str(grant_moves.ACTS[act])
    data = request.POST if request.method == "POST" else None
    form: Any
    lead = ""
    if act == "pay":
        form = forms.PaymentForm(data, initial={"cents": forms.written(row.pay_cents), "paid_on": timezone.localdate()})
        lead = _("Kuutio pays nothing: it writes down what was paid in the state’s own system.")
    elif act == "correct":
        form = forms.CorrectionForm(data, lines=row.lines.filter(accepted_cents__gt=0))
        lead = _("A correction takes back accepted costs as a negative line. It is set off against the next payment.")
    else:
        form = forms.ReasonForm(data)
        if act == "control":
            del form.fields["reason"]
    crumbs = work_crumbs(row.part.grant, row, title)
    if form.is_valid():
        try:
            _CLAIM_ACTS[act](row, form.cleaned_data, by=person, at=timezone.now())
        except Problem as problem:
            return _refused(request, form, problem, title, crumbs)
        messages.success(request, _("Done."))
        return redirect("programme:work-claim", number=number)
    return form_page(request, form, title, crumbs, lead=lead, button=title)


def _refused(request: HttpRequest, form: Any, problem: Problem, title: str, crumbs: Any) -> HttpResponse:
    show(problem, form)
    answer = form_page(request, form, title, crumbs, button=title)
    answer.status_code = problem.status
    return answer


def _typed(request: HttpRequest, name: str, most: int) -> str:
    """What was typed into a field, without the sign that the database refuses."""
    return str(request.POST.get(name, "")).replace("\0", "")[:most]


def _bad(wrong: list[str]) -> Problem:
    return Invalid(" ".join(wrong), errors=[{"pointer": "/", "detail": one} for one in wrong])


def _fresh(row: Claim) -> Claim:
    return money_queries.claims_with_parts().get(pk=row.pk)
