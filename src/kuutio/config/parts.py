"""All that the domains declare for the joint pages, added up."""

from functools import reduce
from operator import add

from kuutio.audit.parts import PARTS as AUDIT
from kuutio.cities.parts import PARTS as CITIES
from kuutio.contact.parts import PARTS as CONTACT
from kuutio.core.parts import Parts
from kuutio.federation.parts import PARTS as FEDERATION
from kuutio.innovation.parts import PARTS as INNOVATION
from kuutio.opendata.parts import PARTS as OPENDATA
from kuutio.participation.parts import PARTS as PARTICIPATION
from kuutio.programme.parts import PARTS as PROGRAMME
from kuutio.selection.parts import PARTS as SELECTION

ALL = reduce(
    add,
    (AUDIT, CITIES, OPENDATA, FEDERATION, CONTACT, PARTICIPATION, SELECTION, PROGRAMME, INNOVATION),
    Parts(),
)
