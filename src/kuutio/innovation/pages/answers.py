"""A firm's or a research group's own pages: writing an answer that keeps itself, sending it, its receipt, taking it back."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed, Problem
from kuutio.innovation import keeping, permissions, queries
from kuutio.innovation.actions import answering as verbs
from kuutio.innovation.actions.answering import Written
from kuutio.innovation.models import Answer, Attachment, Confidential
from kuutio.innovation.pages.challenges import seen
from kuutio.innovation.pages.fields import COUNTRIES, EurosField
from kuutio.innovation.pages.forms import AnswerForm, FileForm
from kuutio.innovation.pages.shared import FORM, crumbs, show
from kuutio.selection.queries import barred_references
from kuutio.ui.wording import language, localized


@FORM
@never_cache
@login_required
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an answer, or go on with the one that is begun (POST); GET comes from the sign-in and leads back."""
    row, person = seen(request, slug), cast(Person, request.user)
    if request.method != "POST":
        return redirect("innovation:challenge", slug=slug)
    try:
        made = verbs.begin_answer(row, language=language(), by=person, at=timezone.now())
    except Problem as problem:
        messages.error(request, str(problem.detail))
        return redirect("innovation:challenge", slug=slug)
    return redirect("innovation:answer", number=made.uuid)


def _own(request: HttpRequest, number: uuid.UUID) -> tuple[Person, Answer]:
    """One's own answer.

    Raises:
        Http404: there is none of this number, or it is another's.
    """
    person = cast(Person, request.user)
    rows = Answer.objects.select_related("challenge__owner", "organisation")
    return person, get_object_or_404(rows, uuid=number, person=person)


def _initial(row: Answer) -> dict[str, Any]:
    secret = Confidential.objects.filter(answer=row).first()
    return {
        **{name: getattr(row, name) for name in verbs.WORDS},
        **{name: row.told_organisation.get(name, "") for name in AnswerForm.ORGANISATION},
        "country": row.told_organisation.get("country") or "FI",
        "kind": row.told_organisation.get("kind") or "company",
        "price": row.price_cents,
        "cities": row.cities,
        "language": row.language,
        "confidential": secret.text if secret else "",
        "why": secret.why if secret else "",
    }


def _written(data: Any) -> Written:
    """What stands in the form's fields now, right or wrong: nothing that somebody has typed is lost."""
    try:
        price = EurosField(required=False).clean(data.get("price", ""))
    except Exception:  # noqa: BLE001  # half a figure is no figure yet
        price = None
    return Written(
        words={name: data.get(name, "") for name in verbs.WORDS},
        organisation={name: data.get(name, "") for name in AnswerForm.ORGANISATION},
        price_cents=price,
        cities=tuple(data.getlist("cities")),
        language=data.get("language", "fi"),
        confidential=data.get("confidential", ""),
        why=data.get("why", ""),
    )


@FORM
@never_cache
@login_required
def answer(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The form of a draft, and what was sent with its receipt."""
    at = timezone.now()  # when the request came: the last moment is judged by it, whatever the rest takes
    person, row = _own(request, number)
    if row.state != Answer.State.DRAFT:
        return _sent(request, row) if request.method != "POST" else redirect("innovation:answer", number=number)
    if request.method != "POST":
        return _form(request, row, AnswerForm(initial=_initial(row), challenge=row.challenge))
    form = AnswerForm(request.POST, challenge=row.challenge)
    act = request.POST.get("act", "send")
    try:
        verbs.keep_answer(row, _written(request.POST), by=person, at=at)
        if act != "send":
            messages.success(request, _("Kept. Only you see it until you send it."))
            return redirect("innovation:answer", number=number)
        if form.is_valid():
            verbs.send_answer(row, by=person, at=at)
            messages.success(request, _("Your answer is in. The receipt is below and in your mail."))
            return redirect("innovation:answer", number=number)
    except NotAllowed:
        raise
    except Problem as problem:
        form.full_clean()
        show(problem, form)
        return _form(request, row, form, status=problem.status)
    return _form(request, row, form, status=422)


def _form(request: HttpRequest, row: Answer, form: AnswerForm, status: int = 200) -> HttpResponse:
    row.refresh_from_db()
    facts = {
        "answer": row,
        "challenge": row.challenge,
        "form": form,
        "secrets": [form[name] for name in ("confidential", "why")],
        "organisation": [form[name] for name in AnswerForm.ORGANISATION],
        "words": [form[name] for name in (*verbs.WORDS, "price", "cities", "language") if name in form.fields],
        "countries": COUNTRIES,
        "attachments": row.attachments.all(),
        "file_form": FileForm(),
        "takes_answers": queries.takes_answers(row.challenge, timezone.now()),
        "crumbs": _way(row, _("Your answer")),
    }
    return render(request, "innovation/answer_form.html", facts, status=status)


def _sent(request: HttpRequest, row: Answer) -> HttpResponse:
    secret = Confidential.objects.filter(answer=row).first()
    facts = {
        "answer": row,
        "challenge": row.challenge,
        "secret": secret,
        "attachments": row.attachments.all(),
        "trial": getattr(row, "trial", None),
        "may_withdraw": row.state == Answer.State.SENT,
        "may_begin_again": row.state == Answer.State.WITHDRAWN and queries.takes_answers(row.challenge, timezone.now()),
        "is_told": row.challenge.state in ("chosen", "running", "ended"),
        "crumbs": _way(row, _("Your answer")),
    }
    return render(request, "innovation/answer.html", facts)


def _way(row: Answer, last: str) -> list[dict[str, str]]:
    page = reverse("innovation:challenge", args=[row.challenge.slug])
    above = (_("Challenges"), reverse("innovation:challenges"))
    return crumbs(above, (localized(row.challenge.title)[0], page), (last, ""))


@require_POST
@never_cache
@login_required
def keep(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Keep what is written, as the page does by itself; tells when, for the page to show."""
    at = timezone.now()
    person, row = _own(request, number)
    try:
        verbs.keep_answer(row, _written(request.POST), by=person, at=at)
    except Problem as problem:
        return render(request, "innovation/kept.html", {"problem": problem.words})
    return render(request, "innovation/kept.html", {"kept_at": at})


@require_POST
@never_cache
@login_required
def act(request: HttpRequest, number: uuid.UUID, act: str) -> HttpResponse:
    """Take an answer back, take oneself out of it, remove a draft, add a file or take one off."""
    person, row = _own(request, number)
    at = timezone.now()
    try:
        match act:
            case "withdraw":
                verbs.withdraw_answer(row, by=person, at=at)
                messages.success(request, _("Your answer is taken back."))
            case "leave":
                verbs.withdraw_person(row, by=person, at=at)
                messages.success(request, _("You are taken out of the answer. Your organisation’s answer stays."))
                return redirect("innovation:challenge", slug=row.challenge.slug)
            case "discard":
                verbs.discard_draft(row, by=person, at=at)
                messages.success(request, _("The draft is removed."))
                return redirect("innovation:challenge", slug=row.challenge.slug)
            case "attach":
                form = FileForm(request.POST, request.FILES)
                if not form.is_valid():
                    messages.error(request, _("Choose a file first."))
                else:
                    file = form.cleaned_data["file"]
                    data = file.read(verbs.MOST_BYTES + 1)
                    verbs.attach(row, data, file.name, by=person, at=at)
                    messages.success(request, _("The file is attached."))
            case "detach":
                found = get_object_or_404(Attachment, answer=row, uuid=_uuid(request.POST.get("file", "")))
                verbs.detach(found, by=person, at=at)
                messages.success(request, _("The file is removed."))
            case _:
                raise Http404
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    return redirect("innovation:answer", number=number)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


@require_safe
@never_cache
@login_required
def file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """An attachment, for its writer and for those who judge it."""
    person = cast(Person, request.user)
    row = get_object_or_404(Attachment.objects.select_related("answer__challenge"), uuid=file, answer__uuid=number)
    if not may_read(person, row.answer):
        raise Http404
    try:
        data = keeping.bytes_of(row.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type=row.type)
    name = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in row.name)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def may_read(person: Person, row: Answer) -> bool:
    """Its writer; an officer of the challenge's cities and who judges it, unless a conflict bars them."""
    if permissions.is_own(person, row):
        return True
    if f"answer:{row.uuid}" in barred_references(person):
        return False
    return permissions.may_read_answer(person, row) or permissions.judges(person, row)
