"""The verb of a service's form: what somebody asks of a city by it becomes a case, through the door of all channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kuutio.cities.directory import MayUse, may_use
from kuutio.cities.models import Municipality
from kuutio.contact.actions.drafting import send_draft
from kuutio.contact.actions.receiving import Received
from kuutio.contact.incoming import File, Incoming, Sender
from kuutio.contact.models import Channel, Draft, ServiceForm
from kuutio.contact.problems import NotEntitled
from kuutio.core.language import Language
from kuutio.core.problems import NotAllowed
from kuutio.ui.wording import localized


@dataclass(frozen=True, slots=True)
class Application:
    """A filled-in form.

    Attributes:
        key: of the form as it was begun: sent again, it is the same case.
        home: the code of the municipality where the applicant lives.
        answers: question's code -> value or list of values.
        is_identified: whether the sender signed in by strong identification.
    """

    key: str
    home: Municipality
    language: Language
    sender: Sender
    text: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    is_identified: bool = False


def apply(form: ServiceForm, application: Application, draft: Draft, *, at: datetime) -> Received:
    """Open a case by a service's form; what was written is the case's alone from then on.

    Raises:
        NotAllowed: the form needs identification, and the sender isn't identified.
        NotEntitled: the service isn't for who lives there.
        Invalid: what `receive` refuses.
    """
    if form.needs_identity and not application.is_identified:
        raise NotAllowed(_("Sign in by strong identification to send this form."))
    own = form.city_service
    if form.only_entitled and may_use(own, application.home.pk) is MayUse.NO:
        raise NotEntitled(
            _("This service isn’t for residents of %(municipality)s.")
            % {"municipality": application.home.name(application.language)},
            service=own.service.code,
            municipality=application.home.pk,
        )
    return send_draft(
        draft,
        Incoming(
            channel=Channel.WEB,
            text=_in_words(form, application),
            language=application.language,
            external_id=f"service-form:{application.key}",
            category=form.category,
            title=localized(form.name)[0],
            answers={"service": own.service.code, "home_municipality": application.home.pk} | application.answers,
            sender=application.sender,
            files=application.files,
            chosen=own.city_id,
            can_ask=True,
            may_lack_place=True,
        ),
        at=at,
    )


def _in_words(form: ServiceForm, application: Application) -> str:
    """The whole form as the text of the case, so that an agent reads it on one screen and the resident in their receipt."""
    lines = [
        localized(form.name)[0],
        "",
        f"{_('Municipality of residence')}: {application.home.name(application.language)}",
    ]
    if form.needs_identity:
        lines.append(_("The sender signed in by strong identification."))
    for question in form.questions.all():
        value = application.answers.get(question.code)
        if value in (None, "", []):
            continue
        names = {choice["key"]: localized(choice["name"])[0] for choice in question.values}
        told = [names.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value])]
        lines.append(f"{localized(question.text)[0]}: {', '.join(told)}")
    if application.text.strip():
        lines += ["", application.text.strip()]
    return "\n".join(lines)
