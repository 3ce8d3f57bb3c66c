"""Participation's secrets at rest."""

from functools import partial

from kuutio.audit import sealing

seal = partial(sealing.seal, room="participation")
unseal = partial(sealing.unseal, room="participation")
