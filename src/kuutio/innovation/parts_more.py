"""What test users, concepts, solutions, learnings and matching give to the joint pages."""

from kuutio.core.parts import Parts

PARTS = Parts()
