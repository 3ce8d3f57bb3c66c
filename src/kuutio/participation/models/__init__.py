"""Processes, their stages, what the city says in them and what people contribute."""

from kuutio.participation.models.budgets import Budget, Project
from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.documents import Document
from kuutio.participation.models.following import Follow
from kuutio.participation.models.opinions import BroughtVote, OpinionMap, OpinionVoter
from kuutio.participation.models.polls import Poll, PollAnswer, PollOption
from kuutio.participation.models.processes import CityRule, Milestone, Outcome, Process, ProcessCity
from kuutio.participation.models.sections import Section
from kuutio.participation.models.stages import Stage
from kuutio.participation.models.voting import (
    Channel,
    Count,
    Entry,
    Head,
    Pass,
    ProcessKey,
    Sheet,
    VoteKey,
    Witness,
    Witnessed,
)

__all__ = [
    "BroughtVote",
    "Budget",
    "Channel",
    "CityRule",
    "Contribution",
    "Count",
    "Document",
    "Entry",
    "Follow",
    "Head",
    "Milestone",
    "OpinionMap",
    "OpinionVoter",
    "Outcome",
    "Pass",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Process",
    "ProcessCity",
    "ProcessKey",
    "Project",
    "Reaction",
    "Section",
    "Sheet",
    "Stage",
    "VoteKey",
    "Witness",
    "Witnessed",
]
