"""What the domains publish of themselves, by the domain's name."""

from collections.abc import Mapping

from kuutio.contact.public import PUBLISHED as CONTACT
from kuutio.core.published import Publisher

PUBLISHERS: Mapping[str, Publisher] = {"contact": CONTACT}
