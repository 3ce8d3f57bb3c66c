"""What innovation gives to the joint pages."""

from kuutio.core.parts import Parts

PARTS = Parts()
