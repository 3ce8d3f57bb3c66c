"""What the audit gives to the joint pages."""

from typing import Any

from kuutio.audit.models import Entry
from kuutio.core.parts import Parts, Person, Personal


def _acts_of(person: Person) -> list[dict[str, Any]]:
    """The person's own acts, newest first. When the account is erased the lines stay, without their actor."""
    rows = Entry.objects.filter(actor_id=person.pk).order_by("-at").values("at", "verb", "thing")
    return [{**row, "at": row["at"].isoformat()} for row in rows]


PARTS = Parts(personal=(Personal(key="acts", export=_acts_of, order=900),))
