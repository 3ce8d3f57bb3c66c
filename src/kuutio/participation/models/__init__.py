"""Processes, their stages, what the city says in them and what people contribute."""

from kuutio.participation.models.budgets import Budget, Project
from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.following import Follow
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
    "Budget",
    "Channel",
    "CityRule",
    "Contribution",
    "Count",
    "Entry",
    "Follow",
    "Head",
    "Milestone",
    "Outcome",
    "Pass",
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
