"""The programme's tables."""

from kuutio.programme.models.evidence import EvidenceFigure
from kuutio.programme.models.listing import ListedProject, ProjectList
from kuutio.programme.models.strategy import (
    Approval,
    Authority,
    FocusArea,
    FundingSource,
    Goal,
    KindRule,
    PartImplementation,
    Partner,
    PlannedShare,
    Programme,
    Project,
    ProjectKind,
    Promise,
    PromisedProject,
    Source,
    Spearhead,
)

__all__ = [
    "Approval",
    "Authority",
    "EvidenceFigure",
    "FocusArea",
    "FundingSource",
    "Goal",
    "KindRule",
    "ListedProject",
    "PartImplementation",
    "Partner",
    "PlannedShare",
    "Programme",
    "Project",
    "ProjectKind",
    "ProjectList",
    "Promise",
    "PromisedProject",
    "Source",
    "Spearhead",
]
