"""What the domains publish of themselves, by the domain's name."""

from collections.abc import Mapping

from kuutio.contact.public import PUBLISHED as CONTACT
from kuutio.core.published import Publisher
from kuutio.innovation.public import PUBLISHED as INNOVATION
from kuutio.participation.public import PUBLISHED as PARTICIPATION
from kuutio.programme.public import PUBLISHED as PROGRAMME
from kuutio.selection.public import PUBLISHED as SELECTION

PUBLISHERS: Mapping[str, Publisher] = {
    "contact": CONTACT,
    "participation": PARTICIPATION,
    "selection": SELECTION,
    "programme": PROGRAMME,
    "innovation": INNOVATION,
}
