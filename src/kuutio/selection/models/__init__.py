"""The tables of choosing fairly."""

from kuutio.selection.models.candidates import CHOSEN, DECIDED, Candidate, Party, Version
from kuutio.selection.models.deciding import Decision, Draw, Item, Letter, Meeting, Ranking, Recusal
from kuutio.selection.models.logs import RoundEntry, RoundHead, RoundLog
from kuutio.selection.models.reviews import Conflict, Consensus, Interest, Review, Reviewer
from kuutio.selection.models.rounds import Affiliation, Criterion, Expertise, Member, Round

__all__ = [
    "CHOSEN",
    "DECIDED",
    "Affiliation",
    "Candidate",
    "Conflict",
    "Consensus",
    "Criterion",
    "Decision",
    "Draw",
    "Expertise",
    "Interest",
    "Item",
    "Letter",
    "Meeting",
    "Member",
    "Party",
    "Ranking",
    "Recusal",
    "Review",
    "Reviewer",
    "Round",
    "RoundEntry",
    "RoundHead",
    "RoundLog",
    "Version",
]
