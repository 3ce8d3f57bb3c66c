"""A partner writes a claim: its period, costs, report and files, with everything that is to be mended beside it; and sends it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.core.problems import Problem
from kuutio.programme import grant_files, grant_moves, grant_permissions, money_queries, settling
from kuutio.programme import grant_sheets as sheets
from kuutio.programme.actions import claims, cost_sheets, evidence
from kuutio.programme.actions.claims import Cost, Told
from kuutio.programme.models import Claim, ClaimLine
from kuutio.programme.models.claims import OPEN_TO_PARTNER
from kuutio.programme.pages import money_forms as forms
from kuutio.programme.pages.money_shared import claim_seen, claim_written, given, my_crumbs, work_crumbs
from kuutio.programme.pages.shared import form_page, show, signed_in
from kuutio.ui import findings, wording

FORM = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside a claim: its figures, what to mend, and what is worth a second look."""

    reckoned: settling.Reckoned
    standing: settling.Standing
    mend: list[str]
    look: list[str]


def panel_of(claim: Claim, extra: ClaimLine | None = None) -> Panel:
    """The panel of a claim; with a line that is being written, too."""
    others = [one for one in settling.claims_of([claim.part]) if one.pk != claim.pk]
    standing = next(one for one in settling.standings(claim.part.grant) if one.part.pk == claim.part_id)
    if extra is not None:
        # Shown and never saved: the claim's lines as if the new one were among them.
        claim._prefetched_objects_cache["lines"] = [*claim.lines.all(), extra]  # type: ignore[attr-defined]
    reckoned = settling.reckon(claim, standing, others, all_judged=not claim.is_decided)
    claim.flat_claimed_cents = reckoned.claimed.get("FLAT", 0)
    mend = [findings.words(one) for one in settling.findings_of(claim, others)]
    return Panel(reckoned, standing, mend, list(_second_look(claim, standing)))


def _second_look(claim: Claim, standing: settling.Standing) -> list[str]:
    """What a rule lets pass and a controller would ask about."""
    found = []
    costs = settling.direct_of(claim, accepted=False)
    for category, cents in costs.items():
        left = standing.left_of(category) + (cents if claim.state in ("submitted", "in_control") else 0)
        if cents > left:
            found.append(
                _("%(category)s: %(over)s more than the decided budget has left.")
                % {
                    "category": findings.token(category).capitalize(),
                    "over": wording.money(cents - max(left, 0)),
                }
            )
    outside = [
        str(line.position)
        for line in claim.lines.all()
        if line.paid_on and not claim.starts_on <= line.paid_on <= claim.ends_on
    ]
    if outside:
        found.append(_("Paid outside the period: lines %(lines)s.") % {"lines": ", ".join(outside[:20])})
    bare = sum(not line.voucher for line in claim.lines.all())
    if bare:
        found.append(_("Lines without a voucher: %(count)s.") % {"count": bare})
    return found


@require_safe
@never_cache
@login_required
def claim(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One claim as its partner sees it: to be written, or as it was sent and decided."""
    row = claim_written(request, number)
    return _page(request, row)


def _page(request: HttpRequest, row: Claim, **bound: Any) -> HttpResponse:
    lines = list(row.lines.prefetch_related("corrections", "evidence"))
    writes = row.state in OPEN_TO_PARTNER
    numbers = writes and not row.numbers_fixed
    report = getattr(row, "report", None)
    told = {name: getattr(report, name) for name in forms.ReportForm.base_fields} if report else {}
    context = {
        "claim": row,
        "grant": row.part.grant,
        "held": grant_moves.held(row, timezone.now()),
        "lines": lines,
        "panel": panel_of(row),
        "writes": writes,
        "numbers": numbers,
        "claim_form": forms.ClaimForm(
            initial={
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "income": forms.written(row.income_cents) if row.income_cents else "",
            },
            auto_id="claim_%s",
        ),
        "line_form": forms.LineForm(
            categories=settling.lines_of(row.part.grant.cost_model),
            initial={"after": max((one.position for one in lines), default=0)},
            auto_id="line_%s",
        ),
        "report_form": forms.ReportForm(initial=told, auto_id="report_%s"),
        "sheet_form": forms.SheetForm(auto_id="sheet_%s"),
        "evidence_form": forms.EvidenceForm(lines=row.lines.all(), auto_id="evidence_%s"),
        "files": list(row.evidence.select_related("line")),
        "submissions": list(row.submissions.order_by("-number")),
        "payments": list(row.payments.all()),
        "corrections": settling.corrected(row),
        "crumbs": my_crumbs(row.part.grant, row),
        **bound,
    }
    return render(request, "programme/grants/my_claim.html", context, status=422 if bound else 200)


@require_safe
@never_cache
@login_required
def check(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The panel as it would be with what stands in a form now; nothing is saved."""
    row = claim_written(request, number)
    row = get_object_or_404(money_queries.claims_with_parts().prefetch_related("lines__corrections"), pk=row.pk)
    form = forms.ClaimForm(request.GET)
    if "ends_on" in request.GET and form.is_valid():
        row.starts_on, row.ends_on = form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]
        row.income_cents = max(0, form.cleaned_data["income"] or 0)
        report = getattr(row, "report", None)
        if report:
            report.starts_on, report.ends_on = row.starts_on, row.ends_on
    line = forms.LineForm(request.GET, categories=settling.lines_of(row.part.grant.cost_model))
    extra = None
    if "category" in request.GET and line.is_valid() and line.cleaned_data["cents"]:
        told = line.cleaned_data
        extra = ClaimLine(
            pk=0,
            claim=row,
            position=len(row.lines.all()) + 1,
            category=told["category"],
            text=told["text"],
            voucher=told["voucher"],
            paid_on=told["paid_on"],
            claimed_cents=max(0, told["cents"]),
        )
        extra._prefetched_objects_cache = {"corrections": []}  # type: ignore[attr-defined]  # a new line has none
    context = {"claim": row, "panel": panel_of(row, extra), "unsaved": True}
    return render(request, "programme/grants/panel.html", context)


@require_POST
@never_cache
@login_required
def change(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Save the period and the income."""
    row = claim_written(request, number)
    form = forms.ClaimForm(request.POST, auto_id="claim_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            claims.change_claim(
                row,
                starts_on=told["starts_on"],
                ends_on=told["ends_on"],
                income_cents=told["income"] or 0,
                by=signed_in(request),
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            return _saved(request, number)
    return _page(request, row, claim_form=form)


@FORM
@never_cache
@login_required
def line(request: HttpRequest, number: uuid.UUID, position: int = 0) -> HttpResponse:
    """Add a cost line, or change one."""
    row = claim_written(request, number)
    known = get_object_or_404(row.lines, position=position) if position else None
    categories = settling.lines_of(row.part.grant.cost_model)
    last = row.lines.aggregate(last=Max("position"))["last"] or 0
    initial: dict[str, Any] = {"after": last}
    if known:
        initial = {
            "category": known.category,
            "text": known.text,
            "voucher": known.voucher,
            "paid_on": known.paid_on,
            "cents": forms.written(known.claimed_cents),
        }
    data = request.POST if request.method == "POST" else None
    form = forms.LineForm(data, categories=categories, initial=initial, auto_id="line_%s")
    if form.is_valid():
        told = form.cleaned_data
        cost = Cost(told["category"], told["text"], told["cents"], told["voucher"], told["paid_on"])
        try:
            claims.put_line(row, cost, line=known, after=told["after"], by=signed_in(request), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            return _saved(request, number, "#costs")
    if not known and data is not None:
        return _page(request, row, line_form=form)
    title = _("Line %(line)s") % {"line": position} if known else _("Add a cost line")
    return form_page(request, form, title, my_crumbs(row.part.grant, row, title))


@require_POST
@never_cache
@login_required
def remove_line(request: HttpRequest, number: uuid.UUID, position: int) -> HttpResponse:
    """Take a cost line away."""
    row = claim_written(request, number)
    known = row.lines.filter(position=position).first()
    if known:
        claims.remove_line(row, known, by=signed_in(request), at=timezone.now())
    return _saved(request, number, "#costs")


@FORM
@never_cache
@login_required
def sheet(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Bring the cost lines as a sheet; they take the place of those that are there."""
    row = claim_written(request, number)
    posted = request.method == "POST"
    form = forms.SheetForm(request.POST if posted else None, request.FILES if posted else None, auto_id="sheet_%s")
    if form.is_valid():
        try:
            data = form.cleaned_data["file"].read(sheets.MOST_BYTES + 1)
            count = cost_sheets.bring_costs(row, data, by=signed_in(request), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The sheet’s %(count)s lines are the claim’s now.") % {"count": count})
            return redirect("programme:my-claim", number=number)
    title = _("Costs from a sheet")
    lead = _(
        "The sheet’s lines take the place of those that are there. If a cell has something to mend, nothing is changed."
    )
    return form_page(
        request, form, title, my_crumbs(row.part.grant, row, title), lead=lead, button=_("Bring the sheet")
    )


@require_safe
@never_cache
@login_required
def sheet_out(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The cost lines as a workbook, to be filled in or to be kept."""
    row = claim_seen(request, number)
    answer = HttpResponse(cost_sheets.cost_sheet(row), content_type=sheets.XLSX)
    answer["Content-Disposition"] = f'attachment; filename="claim-{row.part.partner.business_id}-{row.number}.xlsx"'
    return answer


@require_POST
@never_cache
@login_required
def report(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Save the report of the claim's period."""
    row = claim_written(request, number)
    form = forms.ReportForm(request.POST, auto_id="report_%s")
    if form.is_valid():
        try:
            claims.write_report(row, Told(**form.cleaned_data), by=signed_in(request), at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            return _saved(request, number, "#report")
    return _page(request, row, report_form=form)


@require_POST
@never_cache
@login_required
def add_file(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Add a file beside the claim."""
    row = claim_written(request, number)
    form = forms.EvidenceForm(request.POST, request.FILES, lines=row.lines.all(), auto_id="evidence_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            evidence.add_evidence(
                row,
                told["file"].read(grant_files.MOST_BYTES + 1),
                told["file"].name,
                line=told["line"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            return _saved(request, number, "#files")
    return _page(request, row, evidence_form=form)


@require_safe
@never_cache
@login_required
def file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a claim, to those who may read the claim."""
    row = claim_seen(request, number)
    found = get_object_or_404(row.evidence, uuid=file)
    return given(found.sha256, found.name, found.type)


@require_POST
@never_cache
@login_required
def remove_file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take a file away from a claim that is being written."""
    row = claim_written(request, number)
    found = row.evidence.filter(uuid=file).first()
    if found:
        evidence.remove_evidence(found, by=signed_in(request), at=timezone.now())
    return _saved(request, number, "#files")


@require_POST
@never_cache
@login_required
def submit(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Send the claim; the receipt comes."""
    row = claim_written(request, number)
    try:
        receipt = claims.submit_claim(row, by=signed_in(request), at=timezone.now())
    except Problem as problem:
        return _refused(request, row, problem)
    messages.success(request, _("The claim was sent. This is its receipt."))
    return redirect("programme:claim-receipt", number=number, submission=receipt.number)


@require_POST
@never_cache
@login_required
def drop(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    row = claim_written(request, number)
    try:
        claims.drop_claim(row, by=signed_in(request), at=timezone.now())
    except Problem as problem:
        return _refused(request, row, problem)
    messages.success(request, _("The draft is gone."))
    return redirect("programme:my-grant", number=row.part.grant.uuid)


@require_safe
@never_cache
@login_required
def receipt(request: HttpRequest, number: uuid.UUID, submission: int) -> HttpResponse:
    """What was sent, when, and its digest."""
    row = claim_seen(request, number)
    found = get_object_or_404(row.submissions, number=submission)
    own = grant_permissions.may_write(signed_in(request), row)
    title = _("Receipt")
    context = {
        "claim": row,
        "receipt": found,
        "own": own,
        "content": found.content,
        "sum": sum(line["cents"] for line in found.content["lines"])
        + found.content["flat_cents"]
        - found.content["income_cents"],
        "crumbs": my_crumbs(row.part.grant, row, title) if own else work_crumbs(row.part.grant, row, title),
    }
    return render(request, "programme/grants/receipt.html", context)


def _refused(request: HttpRequest, row: Claim, problem: Problem) -> HttpResponse:
    """The claim's page with what was refused on top, under the refusal's own status."""
    fresh = money_queries.claims_with_parts().filter(pk=row.pk).first()
    if fresh is None:
        raise Http404
    answer = _page(request, fresh, problem=problem)
    answer.status_code = problem.status
    return answer


def _saved(request: HttpRequest, number: uuid.UUID, where: str = "") -> HttpResponse:
    messages.success(request, _("Saved."))
    answer = redirect("programme:my-claim", number=number)
    answer["Location"] += where
    return answer
