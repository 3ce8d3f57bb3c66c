"""Choosing fairly, so that a stranger can do it again: scores, ranks, conflicts, who reviews what, the line of the money, lots.

Scores are exact fractions from the first to the last, also the advice on reviewers' bias: no rounding decides a rank, and every
machine gets the same. The rules have codes V1 to V14.
"""
