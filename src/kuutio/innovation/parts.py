"""What innovation gives to the joint pages."""

from kuutio.core.parts import Parts
from kuutio.innovation import parts_more, parts_trials
from kuutio.innovation.evidence import EVIDENCE

PARTS = parts_trials.PARTS + parts_more.PARTS + Parts(evidence=EVIDENCE)
