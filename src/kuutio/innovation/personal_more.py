"""What test users, concepts, solutions and profiles keep about a person: their copy of it, and what becomes of it when they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import ngettext

from kuutio.innovation.actions import test_users
from kuutio.innovation.models import ConceptVersion, Developer, Invitation, Learning, Profile, Solution, TestUser


def exported(person: Any) -> dict[str, Any]:
    """All of it, as JSON values."""
    user = TestUser.objects.filter(person=person).select_related("consent").first()
    profile = Profile.objects.filter(person=person).first()
    return {
        "test_user": _test_user(user) if user else None,
        "profile": _profile(profile) if profile else None,
        "solutions": list(Solution.objects.filter(submitted_by=person).order_by("pk").values_list("slug", flat=True)),
        "concepts": [
            {
                "concept": row.concept.slug,
                "role": row.role,
                "joined_at": row.joined_at.isoformat() if row.joined_at else None,
            }
            for row in Developer.objects.filter(person=person).select_related("concept").order_by("pk")
        ],
        "concept_versions": [
            {
                "concept": row.concept.slug,
                "number": row.number,
                "users": row.users,
                "service": row.service,
                "data": row.data,
                "open_questions": row.open_questions,
                "at": row.at.isoformat(),
            }
            for row in ConceptVersion.objects.filter(by=person).select_related("concept").order_by("pk")
        ],
        "learnings": list(Learning.objects.filter(made_by=person).order_by("pk").values_list("slug", flat=True)),
    }


def _test_user(user: TestUser) -> dict[str, Any]:
    rows = Invitation.objects.filter(test_user=user).select_related("round", "feedback").order_by("invited_at", "pk")
    return {
        "city": user.city_id,
        "age_band": user.age_band,
        "languages": user.languages,
        "trained_in": user.trained_in,
        "themes": user.themes,
        "consent_version": user.consent.version,
        "consented_at": user.consented_at.isoformat(),
        "invitations": [
            {
                "invitation": str(row.uuid),
                "test": str(row.round.uuid),
                "state": row.state,
                "invited_at": row.invited_at.isoformat(),
                "feedback": {
                    "grade": row.feedback.grade,
                    "would_use": row.feedback.would_use,
                    "text": row.feedback.text,
                }
                if hasattr(row, "feedback")
                else None,
            }
            for row in rows
        ],
    }


def _profile(profile: Profile) -> dict[str, Any]:
    names = ("name", "kind", "country", "themes", "technologies", "cities", "readiness", "text", "notices")
    return {name: getattr(profile, name) for name in names}


def erase(person: Any, at: datetime) -> None:
    """A test user leaves with everything; addresses of invitations go; what was written together stays, without a name.

    Source: GDPR, Articles 7(3) and 17.
    """
    test_users.leave(by=person, at=at)
    Developer.objects.filter(person=person).update(person=None, email=_nobody())
    Developer.objects.filter(email=person.email).delete()
    Solution.objects.filter(submitted_by=person).update(submitted_by=None, contact="")


def _nobody() -> Any:
    """An address that leads nowhere, another one for each row: one address stands once in a concept."""
    return Concat(Value("gone-"), Cast(F("pk"), CharField()), Value("@invalid"))


def kept(person: Any) -> list[str]:
    """What stays when a person leaves, in plain words."""
    count = ConceptVersion.objects.filter(by=person).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s version of a service concept that you wrote stays, without your name.",
            "%(count)s versions of service concepts that you wrote stay, without your name.",
            count,
        )
        % {"count": count}
    ]
