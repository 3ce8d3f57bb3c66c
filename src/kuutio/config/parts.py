"""All that the domains declare for the joint pages, added up."""

from functools import reduce
from operator import add

from kuutio.audit.parts import PARTS as AUDIT
from kuutio.cities.parts import PARTS as CITIES
from kuutio.contact.parts import PARTS as CONTACT
from kuutio.core.parts import Parts
from kuutio.federation.parts import PARTS as FEDERATION
from kuutio.opendata.parts import PARTS as OPENDATA
from kuutio.participation.parts import PARTS as PARTICIPATION
from kuutio.programme.parts import PARTS as PROGRAMME

ALL = reduce(add, (AUDIT, CITIES, OPENDATA, FEDERATION, CONTACT, PARTICIPATION, PROGRAMME), Parts())
