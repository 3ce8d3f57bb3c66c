"""What a firm or a group says of itself, and the letters with what is new for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core import matching
from kuutio.innovation.matches import Match, matches
from kuutio.innovation.models import Profile, Technology, Theme
from kuutio.innovation.said import Checked

_SALT = "innovation.notices"
_BETWEEN = {"daily": timedelta(hours=23), "weekly": timedelta(days=7) - timedelta(hours=1)}
_IN_A_LETTER = 12


@dataclass(frozen=True, slots=True)
class Told:
    """What is said in a profile; see `core.matching.Profile`."""

    name: str
    kind: str
    country: str = "FI"
    themes: Sequence[str] = ()
    technologies: Sequence[str] = ()
    cities: Sequence[str] = ()
    readiness: int | None = None
    text: str = ""
    notices: str = Profile.Notices.NONE


@transaction.atomic
def keep_profile(told: Told, *, by: Person, at: datetime) -> Profile:
    """Keep what a person says of their firm or group; saying it again replaces it.

    Raises:
        Invalid: something is missing, or no such choice.
    """
    checked = Checked()
    country = told.country.strip().upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        checked.say("/country", _("Write the country’s two letters, such as FI."))
    if told.readiness is not None and not 1 <= told.readiness <= 9:
        checked.say("/readiness", _("From 1 to 9."))
    fields = {
        "name": checked.text("name", told.name, longest=120),
        "kind": checked.one("kind", told.kind, Organisation.Kind.values),
        "country": country,
        "themes": checked.some("themes", told.themes, Theme.values),
        "technologies": checked.some("technologies", told.technologies, Technology.values),
        "cities": checked.some("cities", told.cities, list(City.objects.values_list("pk", flat=True))),
        "readiness": told.readiness,
        "text": checked.text("text", told.text, longest=2_000, needed=False),
        "notices": checked.one("notices", told.notices, Profile.Notices.values),
    }
    checked.settle()
    profile, is_new = Profile.objects.update_or_create(
        person=by, defaults={**fields, "changed_at": at}, create_defaults={**fields, "changed_at": at, "told_up_to": at}
    )
    record("keep_profile", "innovation-profile", by=by, at=at, is_new=is_new)
    return profile


@transaction.atomic
def remove_profile(*, by: Person, at: datetime) -> bool:
    """Remove a person's profile; returns whether there was one."""
    gone, _each = Profile.objects.filter(person=by).delete()
    if gone:
        record("remove_profile", "innovation-profile", by=by, at=at)
    return bool(gone)


def asked_by(profile: Profile) -> matching.Profile:
    """A profile as the rule reads it."""
    return matching.Profile(
        themes=frozenset(profile.themes),
        technologies=frozenset(profile.technologies),
        cities=frozenset(profile.cities),
        readiness=profile.readiness,
        text=profile.text,
    )


def token_of(profile: Profile) -> str:
    """What stands in a letter: it lets whoever has it end the letters and do nothing else."""
    return signing.dumps([profile.pk, profile.person_id], salt=_SALT)


def profile_of(token: str) -> Profile | None:
    """The profile of a letter; None when it is gone or the token isn't ours."""
    try:
        pk, person = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Profile.objects.select_related("person").filter(pk=pk, person=person).first()


@transaction.atomic
def end_notices(profile: Profile, *, at: datetime) -> None:
    """Send no more letters."""
    Profile.objects.filter(pk=profile.pk).update(notices=Profile.Notices.NONE)
    record("end_notices", "innovation-profile", by=profile.person, at=at)


def due(at: datetime) -> list[int]:
    """The profiles whose letter is due: a day or a week has passed."""
    found: list[int] = []
    for notices, between in _BETWEEN.items():
        rows = Profile.objects.filter(notices=notices, told_up_to__lte=at - between, person__is_active=True)
        found += rows.values_list("pk", flat=True)
    return sorted(found)


def tell(profile_id: int, at: datetime) -> bool:
    """Write to somebody what is new for them since the last letter; nothing new: no letter. May run twice, nobody is told twice."""
    with transaction.atomic():
        profile = Profile.objects.select_for_update(of=("self",)).select_related("person").filter(pk=profile_id).first()
        if profile is None or profile.notices not in _BETWEEN or at - profile.told_up_to < _BETWEEN[profile.notices]:
            return False
        with translation.override(profile.person.language):
            found = matches(asked_by(profile), at, organisation=profile.kind, since=profile.told_up_to)
            found = [match for match in found if match.fit.points >= 1_000 and not match.refused][:_IN_A_LETTER]
            letter = _letter(profile, found) if found else None
        profile.told_up_to = at
        profile.save(update_fields=["told_up_to"])
        # Inside: a letter that can't be sent is tried again, with the note taken back.
        if letter is not None:
            letter.send()
    return letter is not None


def _letter(profile: Profile, found: Sequence[Match]) -> EmailMessage:
    """In the reader's language, with the reasons, and a way to stop that takes one press.

    Source: RFC 8058.
    """
    leave = f"{settings.SITE_URL}{reverse('innovation:end_notices', args=[token_of(profile)])}"
    lines = [
        f"{match.title}\n{settings.SITE_URL}{match.path}\n"
        + _("Because: %(reasons)s.") % {"reasons": "; ".join(match.because)}
        for match in found
    ]
    count = len(found)
    subject = ngettext("%(count)s new thing fits %(name)s", "%(count)s new things fit %(name)s", count) % {
        "count": count,
        "name": " ".join(profile.name.split()),
    }
    text = "\n\n".join(lines)
    text += "\n\n" + _("Change what you look for: %(page)s\nStop these letters: %(leave)s") % {
        "page": f"{settings.SITE_URL}{reverse('innovation:profile')}",
        "leave": leave,
    }
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject, text, to=[profile.person.email], headers=headers)
