"""All that the domains declare for the joint pages, added up."""

from functools import reduce
from operator import add

from kuutio.core.parts import Parts
from kuutio.programme.parts import PARTS as PROGRAMME

ALL = reduce(add, (PROGRAMME,), Parts())
