"""Processes, their stages, what the city says in them and what people contribute."""

from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.following import Follow
from kuutio.participation.models.meetings import Meeting, Registration
from kuutio.participation.models.moderation import (
    Appeal,
    Ground,
    Held,
    Moderation,
    ModerationRule,
    Report,
    Sealed,
    SupportFlag,
)
from kuutio.participation.models.processes import CityRule, Milestone, Outcome, Process, ProcessCity
from kuutio.participation.models.proposals import (
    CoAuthor,
    Handover,
    Initiative,
    InitiativeSupport,
    Photo,
    Population,
    Proposal,
    ProposalFollow,
    ProposalMilestone,
    Spending,
    StatusChange,
    Version,
)
from kuutio.participation.models.sections import Section
from kuutio.participation.models.stages import Stage
from kuutio.participation.models.surveys import Answers, Choice, Question, QuestionJump, Turn

__all__ = [
    "Answers",
    "Appeal",
    "Choice",
    "CityRule",
    "CoAuthor",
    "Contribution",
    "Follow",
    "Ground",
    "Handover",
    "Held",
    "Initiative",
    "InitiativeSupport",
    "Meeting",
    "Milestone",
    "Moderation",
    "ModerationRule",
    "Outcome",
    "Photo",
    "Population",
    "Process",
    "ProcessCity",
    "Proposal",
    "ProposalFollow",
    "ProposalMilestone",
    "Question",
    "QuestionJump",
    "Reaction",
    "Registration",
    "Report",
    "Sealed",
    "Section",
    "Spending",
    "Stage",
    "StatusChange",
    "SupportFlag",
    "Turn",
    "Version",
]
