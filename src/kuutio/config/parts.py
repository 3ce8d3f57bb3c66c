"""All that the domains declare for the joint pages, added up."""

from kuutio.core.parts import Parts

ALL = Parts()
