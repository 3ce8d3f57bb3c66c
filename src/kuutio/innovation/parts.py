"""What innovation gives to the joint pages."""

from kuutio.innovation import parts_more, parts_trials

PARTS = parts_trials.PARTS + parts_more.PARTS
