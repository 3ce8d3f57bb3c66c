"""What a channel brings, in one form whatever the channel: each door only parses into these and calls `receive`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kuutio.cities.models import Person, Unit
from kuutio.contact.models import Case, Category, Contact
from kuutio.core.language import Language


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as far as they tell; all empty for somebody who stays unknown.

    Attributes:
        phone: E.164.
        messenger: `PROVIDER:ID`, as a messenger knows them.
        person: the account they are signed in with.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    messenger: str = ""
    preference: str = Contact.Preference.NONE
    person: Person | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is any way to reach them."""
        return bool(self.email or self.phone or self.postal_address or self.messenger or self.person)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is: degrees (CRS84), an address in words, or both."""

    lon: float | None = None
    lat: float | None = None
    address: str = ""
    source: str = Case.PlaceSource.NONE


@dataclass(frozen=True, slots=True)
class File:
    """A file that was made safe and lies in the folder of attachments already."""

    name: str
    type: str
    size: int
    sha256: str
    path: str
    description: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message by one channel: a new matter, or more about a case that is known.

    Attributes:
        external_id: the channel's own id of the message; the same again is the same message.
        case: the case it belongs to, found by the channel in its own safe way; None: a new matter.
        category, title, answers, place, chosen, beside: of a new matter; see `routing.route` for the last two.
        unit: the unit that the writer turned to; counts where it is of the city that the matter goes to.
        can_ask: whether the channel can ask its user which city they mean; one that can't takes the likely one.
        contact: who writes, where the case knows them.
        is_automatic: a machine wrote it: it is never acknowledged, and neither wakes nor reopens a case.
        wants_receipt: whether a receipt may be sent for a new matter.
        wakes: whether it may set a case that waits or is settled going again; a mere thanks doesn't.
        continues: whether it opens a case of its own where the known one was settled too long ago to be reopened: nobody looks at
            that one any more.
        may_lack_place: whether an officer finds the place later, where the category needs one: a letter can't be asked.
    """

    channel: str
    text: str
    language: Language
    sender: Sender = field(default_factory=Sender)
    external_id: str = ""
    message_id: str = ""
    files: tuple[File, ...] = ()
    case: Case | None = None
    contact: Contact | None = None
    category: Category | None = None
    title: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    chosen: str = ""
    beside: bool = False
    unit: Unit | None = None
    can_ask: bool = False
    is_automatic: bool = False
    wants_receipt: bool = True
    wakes: bool = True
    continues: bool = True
    may_lack_place: bool = False
