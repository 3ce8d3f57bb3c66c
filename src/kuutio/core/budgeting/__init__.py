"""Participatory budgets: elections as `.pb` files, rules as values, counts that anybody can repeat to the last cent.

pb = read_pb(Path("votes.pb").read_bytes())
result = count(pb.election, rule_from_name("mes-cost+add1+u"))
result.winners, explain(result).losers, compare(result).prefer_first
"""

from .comparing import Comparison, compare
from .counting import Count, Phase, Step, Unfit, count
from .elections import BadElection, Ballot, Election, Kind, Project
from .explaining import Explanation, Lack, Loser, Winner, explain, paid_by
from .naming import NAMES, name_of, rule_from_json, rule_from_name, rule_text, rule_to_json
from .pabulib import BadFile, Pb, Table, make_pb, read_pb, write_pb
from .phragmen import Payers
from .purses import Utility
from .rules import BadRule, Completion, EqualShares, Greedy, Overflow, Phragmen, Rule, Start, Stop, Ties
from .sentences import sentence
from .writing import count_to_json, explanation_to_json

__all__ = [
    "NAMES",
    "BadElection",
    "BadFile",
    "BadRule",
    "Ballot",
    "Comparison",
    "Completion",
    "Count",
    "Election",
    "EqualShares",
    "Explanation",
    "Greedy",
    "Kind",
    "Lack",
    "Loser",
    "Overflow",
    "Payers",
    "Pb",
    "Phase",
    "Phragmen",
    "Project",
    "Rule",
    "Start",
    "Step",
    "Stop",
    "Table",
    "Ties",
    "Unfit",
    "Utility",
    "Winner",
    "compare",
    "count",
    "count_to_json",
    "explain",
    "explanation_to_json",
    "make_pb",
    "name_of",
    "paid_by",
    "read_pb",
    "rule_from_json",
    "rule_from_name",
    "rule_text",
    "rule_to_json",
    "sentence",
    "write_pb",
]
