"""What testbeds, challenges and trials give to the joint pages."""

from kuutio.core.parts import Parts

PARTS = Parts()
