"""Letters about calls, applications and claims: each in its reader's language, sent after the commit, once for each reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.programme import grant_letters
from kuutio.programme.models import (
    Application,
    ApplicationPartner,
    ApplicationVersion,
    Call,
    CallChange,
    CallQuestion,
    CallSubscription,
    ChangeRequest,
    Claim,
    Idea,
)
from kuutio.ui.wording import localized, moment

Letter = tuple[str, str, str]
"""Subject, text, path of the page to read on."""


def tell(kind: str, pk: int) -> None:
    """Queue the letters of a kind about a row, in the transaction of the act."""
    from kuutio.programme import tasks  # tasks import the letters

    tasks.write_call_letters.defer(kind=kind, pk=pk)


def readers_of(kind: str, pk: int) -> list[int | None]:
    """Who gets the letters: keys of people, None for an address that stands in the row itself."""
    model, _write, readers = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    return list(dict.fromkeys(readers(row))) if row is not None else []


def write(kind: str, pk: int, person_id: int | None) -> bool:
    """Send one letter; False when its reader or what it is about is gone."""
    model, made, _readers = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    person = Person.objects.filter(pk=person_id, is_active=True).first() if person_id else None
    if row is None or (person_id and person is None):
        return False
    address, language = (person.email, person.language) if person else (row.invited_email, row.application.language)
    if not address:
        return False
    headers = {}
    with translation.override(language):
        subject, text, path = made(row)
        text += "\n\n" + _("Read more: %(page)s") % {"page": f"{settings.SITE_URL}{path}"}
        subscription = (
            CallSubscription.objects.filter(person=person).first() if person and kind in TO_SUBSCRIBERS else None
        )
        if subscription is not None:
            from kuutio.programme.actions.call_talk import token_of  # the verbs import the letters

            leave = f"{settings.SITE_URL}{reverse('programme:calls-leave', args=[token_of(subscription)])}"
            text += "\n\n" + _("You get this letter because you asked to be told of calls. Stop: %(leave)s") % {
                "leave": leave
            }
            headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    EmailMessage(" ".join(subject.split())[:200], text, to=[address], headers=headers).send()
    return True


def _title(value: Any) -> str:
    return " ".join(localized(value)[0].split())


def _name(application: Application) -> str:
    return _title(application.title) or application.number or _("an application")


def _page(application: Application) -> str:
    return reverse("programme:application", args=[application.uuid])


def _subscribers(_row: Any) -> list[int | None]:
    return list(CallSubscription.objects.values_list("person", flat=True))


def _writers(application: Application) -> list[int | None]:
    rows = ApplicationPartner.objects.filter(application=application, state="joined")
    return [pk for pk in rows.values_list("members", flat=True) if pk]


def _leads(application: Application) -> list[int | None]:
    rows = ApplicationPartner.objects.filter(application=application, is_lead=True)
    return [pk for pk in rows.values_list("members", flat=True) if pk]


def _published(call: Call) -> Letter:
    facts = {"title": _title(call.title), "time": moment(call.opens_at), "until": moment(call.closes_at)}
    text = _("A call is published: “%(title)s”. It opens on %(time)s and closes on %(until)s.") % facts
    return _("New call: %(title)s") % facts, text, reverse("programme:call", args=[call.slug])


def _opened(call: Call) -> Letter:
    facts = {"title": _title(call.title), "until": moment(call.closes_at)}
    text = _("“%(title)s” is open until %(until)s.") % facts
    return _("Open now: %(title)s") % facts, text, reverse("programme:call", args=[call.slug])


def _changed(change: CallChange) -> Letter:
    facts = {"title": _title(change.call.title)}
    return (
        _("A call was changed: %(title)s") % facts,
        localized(change.reason)[0],
        reverse("programme:call", args=[change.call.slug]),
    )


def _concerned(change: CallChange) -> list[int | None]:
    begun = Application.objects.filter(call=change.call).exclude(state="withdrawn")
    rows = ApplicationPartner.objects.filter(application__in=begun, state="joined").values_list("members", flat=True)
    return [*_subscribers(change), *(pk for pk in rows if pk)]


def _answered(question: CallQuestion) -> Letter:
    facts = {"title": _title(question.call.title)}
    text = f"{question.text}\n\n{localized(question.answer)[0]}"
    return (
        _("Your question was answered: %(title)s") % facts,
        text,
        reverse("programme:call", args=[question.call.slug]),
    )


def _invited(partner: ApplicationPartner) -> Letter:
    from kuutio.programme.actions.applying import token_of  # the verbs import the letters

    row = partner.application
    lead = next((one.name for one in row.partners.all() if one.is_lead), "")
    facts = {
        "lead": lead,
        "partner": partner.name,
        "title": _name(row),
        "call": _title(row.call.title),
        "until": moment(row.call.closes_at),
    }
    subject = _("%(lead)s invites %(partner)s into a joint project") % facts
    text = _(
        "%(lead)s invites %(partner)s as a partner in “%(title)s”, an application in the call “%(call)s”, which closes on "
        "%(until)s. Open the link, sign in with this e-mail address, and accept or decline. Until your organisation has "
        "signed its own part, it has promised nothing."
    )
    return subject, text % facts, reverse("programme:invitation", args=[token_of(partner)])


def _joined(partner: ApplicationPartner) -> Letter:
    facts = {"partner": partner.name, "title": _name(partner.application)}
    return (
        _("%(partner)s has joined: %(title)s") % facts,
        _("%(partner)s accepted the invitation.") % facts,
        _page(partner.application),
    )


def _declined(partner: ApplicationPartner) -> Letter:
    facts = {"partner": partner.name, "title": _name(partner.application)}
    return (
        _("%(partner)s doesn’t join: %(title)s") % facts,
        _("%(partner)s declined the invitation.") % facts,
        _page(partner.application),
    )


def _sign(partner: ApplicationPartner) -> Letter:
    facts = {"partner": partner.name, "title": _name(partner.application)}
    text = _(
        "The part of %(partner)s in “%(title)s” waits for a signature: it wasn’t signed yet, or what was signed has changed."
    )
    path = reverse("programme:application-part", args=[partner.application.uuid, partner.position])
    return _("Sign the part of %(partner)s: %(title)s") % facts, text % facts, path


def _members(partner: ApplicationPartner) -> list[int | None]:
    return list(partner.members.values_list("pk", flat=True))


def _received(version: ApplicationVersion) -> Letter:
    row = version.application
    facts = {"number": row.number, "time": f"{moment(version.made_at)}", "digest": version.digest, "title": _name(row)}
    text = (
        _("“%(title)s” has reached us. Its number is %(number)s, it came at %(time)s, and its SHA-256 is %(digest)s.")
        % facts
    )
    return _("Received: %(number)s") % facts, text, reverse("programme:receipt", args=[row.uuid, version.number])


def _moved(row: Application) -> Letter:
    facts = {"number": row.number, "state": row.get_state_display(), "title": _name(row)}
    return (
        _("%(number)s: %(state)s") % facts,
        f"{_name(row)}: {row.get_state_display()}.\n\n{row.note}".strip(),
        _page(row),
    )


def _idea(idea: Idea) -> Letter:
    facts = {"title": idea.title, "state": idea.get_state_display()}
    return (
        _("Your idea “%(title)s”: %(state)s") % facts,
        idea.answer or str(facts["state"]),
        reverse("programme:idea", args=[idea.uuid]),
    )


def _change(change: ChangeRequest) -> Letter:
    facts = {"number": change.application.number, "state": change.get_state_display()}
    text = f"{change.get_state_display()}.\n\n{change.note}".strip()
    return (
        _("Change request of %(number)s: %(state)s") % facts,
        text,
        reverse("programme:change", args=[change.application.uuid, change.number]),
    )


def _asked(change: ChangeRequest) -> list[int | None]:
    """Who writes for a partner, also for one that the change lets go."""
    gone = ApplicationPartner.objects.filter(application=change.application, pk__in=change.leaving)
    return [*_writers(change.application), *(pk for pk in gone.values_list("members", flat=True) if pk)]


LETTERS: dict[str, tuple[Any, Callable[[Any], Letter], Callable[[Any], list[int | None]]]] = {
    "published": (Call, _published, _subscribers),
    "opened": (Call, _opened, _subscribers),
    "changed": (CallChange, _changed, _concerned),
    "answered": (CallQuestion, _answered, lambda row: [row.asked_by_id] if row.asked_by_id else []),
    "invited": (ApplicationPartner, _invited, lambda row: [None]),
    "joined": (ApplicationPartner, _joined, lambda row: _leads(row.application)),
    "declined": (ApplicationPartner, _declined, lambda row: _leads(row.application)),
    "sign": (ApplicationPartner, _sign, _members),
    "received": (ApplicationVersion, _received, lambda row: _writers(row.application)),
    "moved": (Application, _moved, _writers),
    "idea": (Idea, _idea, lambda row: [row.actor_id] if row.actor_id else []),
    "change": (ChangeRequest, _change, _asked),
    "claim_returned": (Claim, grant_letters.returned, grant_letters.holders_of),
    "claim_reopened": (Claim, grant_letters.reopened, grant_letters.holders_of),
    "claim_decided": (Claim, grant_letters.decided, grant_letters.holders_of),
    "claim_paid": (Claim, grant_letters.paid, grant_letters.holders_of),
}
TO_SUBSCRIBERS = frozenset({"published", "opened", "changed"})
