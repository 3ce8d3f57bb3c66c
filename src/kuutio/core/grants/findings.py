"""What a rule has to say: a named finding with the rule's code and the key of the words that tell what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Fact = str | int
"""What the words of a finding are filled with; an amount is in cents and its name ends in `_cents`."""

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "e1-two-organisations": ("E1", "E1_TWO_ORGANISATIONS", "found", "least"),
        "e2-two-cities": ("E2", "E2_TWO_CITIES", "found", "least"),
        "e3-spearhead-all-cities": ("E3", "E3_SPEARHEAD_ALL_SIX", "missing"),
        "e4-company": ("E4", "E4_ORG_TYPE"),
        "e4-unknown-type": ("E4", "E4_ORG_TYPE", "type"),
        "e5-no-lead": ("E5", "E5_ONE_LEAD"),
        "e5-many-leads": ("E5", "E5_ONE_LEAD", "found"),
        "e6-business-id": ("E6", "E6_BUSINESS_ID", "business_id"),
        "e7-not-signed": ("E7", "E7_INTENT_NOT_SIGNED"),
        "e8-cost-model": ("E8", "E8_COST_MODEL", "model", "offered"),
        "e9-ends-before-start": ("E9", "E9_DATES", "start", "end"),
        "e9-starts-too-early": ("E9", "E9_DATES", "earliest"),
        "e9-ends-too-late": ("E9", "E9_DATES", "latest"),
        "e9-too-long": ("E9", "E9_DATES", "months", "before"),
        "e10-late": ("E10", "E10_LATE", "seconds"),
        "e11-support-share": ("E11", "E11_SUPPORT_SHARE", "asked_bp", "most_bp"),
        "e12-spearhead-length": ("E12", "E12_SPEARHEAD_LENGTH", "months", "end"),
        "m1-negative": ("M1", "NEGATIVE_AMOUNT", "line"),
        "m2-category": ("M2", "CATEGORY_NOT_ALLOWED", "category", "model"),
        "m4-net-negative": ("M4", "NET_NEGATIVE", "net_cents"),
        "m5-over-share": ("M5", "SUPPORT_OVER_SHARE", "source", "over_cents"),
        "m5-shares-over-whole": ("M5", "SHARES_OVER_WHOLE", "eu_bp", "state_bp"),
        "m6-partner": ("M6", "PARTNER_NOT_BALANCED", "difference_cents"),
        "m6-category": ("M6", "CATEGORY_NOT_BALANCED", "category", "difference_cents"),
        "m6-source": ("M6", "SOURCE_NOT_BALANCED", "source", "difference_cents"),
        "m7-ceiling": ("M7", "LUMP_OVER_CEILING", "ceiling_cents", "over_cents"),
        "m7-milestones": ("M7", "MILESTONES_NOT_BALANCED", "difference_cents"),
        "m8-no-reason": ("M8", "DECIDED_WITHOUT_REASON", "source", "difference_cents"),
        "m6-unknown-partner": ("M6", "PARTNER_UNKNOWN"),
        "m9-over-plan": ("M9", "COMMITTED_OVER_PLAN", "over_cents"),
        "m9-paid-over-committed": ("M9", "PAID_OVER_COMMITTED", "over_cents"),
        "c1-advance": ("C1", "ADVANCE_OVER_30_PERCENT", "most_cents", "over_cents"),
        "c2-accepted": ("C2", "ACCEPTED_OVER_CLAIMED", "line", "over_cents"),
        "c2-negative": ("C2", "NEGATIVE_AMOUNT", "line"),
        "c3-correction": ("C3", "CORRECTION_OVER_ACCEPTED", "most_cents"),
        "c4-over-granted": ("C4", "PAID_OVER_GRANTED", "over_cents"),
        "c5-outside": ("C5", "PERIOD_OUTSIDE_PROJECT", "start", "end"),
        "c5-backwards": ("C5", "PERIOD_BACKWARDS", "start", "end"),
        "c5-overlap": ("C5", "PERIOD_OVERLAPS", "other"),
        "c6-no-report": ("C6", "REPORT_MISSING", "start", "end"),
        "c7-closed": ("C7", "CLAIM_AFTER_CLOSING"),
        "v1-weights": ("V1", "WEIGHTS_NOT_100", "together"),
        "v1-weight": ("V1", "WEIGHT_NOT_POSITIVE", "weight"),
        "v1-scale": ("V1", "SCORE_OUTSIDE_SCALE", "score", "lowest", "highest"),
        "v1-missing": ("V1", "SCORE_MISSING"),
        "v1-unknown": ("V1", "CRITERION_UNKNOWN"),
        "v6-demand-over-supply": ("V6", "DEMAND_OVER_SUPPLY", "demand", "least", "most"),
        "v6-demand-under-minimum": ("V6", "DEMAND_UNDER_MINIMUM", "demand", "least", "most"),
        "v6-few-reviewers": ("V6", "TOO_FEW_REVIEWERS", "found", "needed"),
        "v6-crowded": ("V6", "REVIEWERS_FULL", "reviewers", "places", "applications", "needed"),
        "v6-minimum-not-met": ("V6", "MINIMUM_NOT_MET", "found", "least"),
        "v12-no-reason": ("V12", "EXTREME_SCORE_WITHOUT_REASON", "score"),
        "v14-published": ("V14", "RANKING_PUBLISHED"),
    }
)
"""Every finding there is: its key, the rule's code, the code by which files and auditors name it, and the names of its facts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule doesn't let pass.

    Attributes:
        key: which words tell what to mend, one of `RULES`.
        where: the id of the partner, line, claim or application that it is about; "": the whole.
        facts: what the words are filled with.
    """

    key: str
    where: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.key not in RULES:
            raise ValueError(f"No rule finds {self.key!r}.")
        if set(self.facts) != set(RULES[self.key][2:]):
            raise ValueError(f"The facts of {self.key} are {RULES[self.key][2:]}, not {tuple(self.facts)}.")
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @property
    def rule(self) -> str:
        """The rule's code, such as `E2`."""
        return RULES[self.key][0]

    @property
    def code(self) -> str:
        """The finding's code, such as `E2_TWO_CITIES`; stable, for files and programs."""
        return RULES[self.key][1]


def codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of findings, each once, sorted as text: the same list whatever the order of partners was."""
    return sorted({finding.code for finding in findings})
