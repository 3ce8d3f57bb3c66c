"""Processes, their stages, what the city says in them and what people contribute."""

from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.documents import Document
from kuutio.participation.models.following import Follow
from kuutio.participation.models.opinions import BroughtVote, OpinionMap, OpinionVoter
from kuutio.participation.models.polls import Poll, PollAnswer, PollOption
from kuutio.participation.models.processes import CityRule, Milestone, Outcome, Process, ProcessCity
from kuutio.participation.models.sections import Section
from kuutio.participation.models.stages import Stage

__all__ = [
    "BroughtVote",
    "CityRule",
    "Contribution",
    "Document",
    "Follow",
    "Milestone",
    "OpinionMap",
    "OpinionVoter",
    "Outcome",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Process",
    "ProcessCity",
    "Reaction",
    "Section",
    "Stage",
]
