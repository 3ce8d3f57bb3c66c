"""Processes, their stages, what the city says in them and what people contribute."""

from kuutio.participation.models.budgets import Budget, Project, TakenBack
from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.documents import Document
from kuutio.participation.models.following import Follow, MailFollow
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
from kuutio.participation.models.opinions import BroughtVote, OpinionMap, OpinionVoter
from kuutio.participation.models.polls import Poll, PollAnswer, PollOption
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
from kuutio.participation.models.voting import (
    Channel,
    Count,
    Entry,
    Head,
    Pass,
    ProcessKey,
    Sheet,
    TurnoutDay,
    VoteKey,
    Witness,
    Witnessed,
)

__all__ = [
    "Answers",
    "Appeal",
    "BroughtVote",
    "Budget",
    "Channel",
    "Choice",
    "CityRule",
    "CoAuthor",
    "Contribution",
    "Count",
    "Document",
    "Entry",
    "Follow",
    "Ground",
    "Handover",
    "Head",
    "Held",
    "Initiative",
    "InitiativeSupport",
    "MailFollow",
    "Meeting",
    "Milestone",
    "Moderation",
    "ModerationRule",
    "OpinionMap",
    "OpinionVoter",
    "Outcome",
    "Pass",
    "Photo",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Population",
    "Process",
    "ProcessCity",
    "ProcessKey",
    "Project",
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
    "Sheet",
    "Spending",
    "Stage",
    "StatusChange",
    "SupportFlag",
    "TakenBack",
    "Turn",
    "TurnoutDay",
    "Version",
    "VoteKey",
    "Witness",
    "Witnessed",
]
