"""Opinion maps: where people who agreed and disagreed with statements stand, what unites them, and whether that is to be believed.

The mathematics of Polis, made so that the same votes give the same bytes, every time and on every run.

- `conversations`: who voted what on which statement.
- `polis`: Polis's export, in and out.
- `positions`: the plane that shows most of the differences, and everybody's place on it.
- `groups`: k-means, how many groups there are, and how alike two groupings are.
- `statements`: what is typical of a group, and what all groups agree on.
- `routing`: which statement is shown next.
- `maps`: all of it together, with its stability.
"""

from kuutio.core.opinions.conversations import AGREE, DISAGREE, PASS, UNSEEN, Conversation, Statement, same_votes
from kuutio.core.opinions.groups import adjusted_rand
from kuutio.core.opinions.maps import FEWEST, LEAST_STABLE, OpinionMap, opinion_map, to_json
from kuutio.core.opinions.polis import BadExport, Official, read_official, read_polis, write_polis
from kuutio.core.opinions.routing import draw_of, next_statement, priorities
from kuutio.core.opinions.statements import Representative, consensus, representative

__all__ = [
    "AGREE",
    "DISAGREE",
    "FEWEST",
    "LEAST_STABLE",
    "PASS",
    "UNSEEN",
    "BadExport",
    "Conversation",
    "Official",
    "OpinionMap",
    "Representative",
    "Statement",
    "adjusted_rand",
    "consensus",
    "draw_of",
    "next_statement",
    "opinion_map",
    "priorities",
    "read_official",
    "read_polis",
    "representative",
    "same_votes",
    "to_json",
    "write_polis",
]
