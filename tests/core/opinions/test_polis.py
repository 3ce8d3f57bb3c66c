import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.opinions import UNSEEN, BadExport, Conversation, Statement, read_official, read_polis, write_polis
from tests.core.opinions.real import CANADA, WATER, conversation, text

HEADER = "timestamp,datetime,comment-id,voter-id,vote\n"


@pytest.mark.parametrize("name", [CANADA, WATER])
def test_a_real_export_agrees_with_its_own_matrix(name):
    """`participants-votes.csv` holds the last vote of everybody, as Polis has it."""
    talk = conversation(name)
    lines = [line.split(",") for line in text(name, "participants-votes").splitlines()]
    columns = {statement: 6 + place for place, statement in enumerate(lines[0][6:])}
    rows = {line[0]: line for line in lines[1:]}
    assert set(rows) == set(talk.people)
    same = sum(
        rows[person][columns[one.id]] == ("" if vote == UNSEEN else str(vote))
        for person, votes in zip(talk.people, talk.votes.tolist(), strict=True)
        for one, vote in zip(talk.statements, votes, strict=True)
    )
    assert same / talk.votes.size > 0.998
    assert sum(one.out for one in talk.statements) == {CANADA: 22, WATER: 29}[name]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=30).map(str.strip), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 9).map(str), st.integers(0, 3), st.sampled_from([1, 0, -1]))),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_what_is_written_is_read_back(texts, cast, flags):
    texts = [one.replace("\r", "").replace("\x00", "") for one in texts]
    statements = [
        Statement(str(number), one.strip(), flags[number], flags[-number], "7", number)
        for number, one in enumerate(texts)
    ]
    talk = Conversation.of(statements, [(person, str(number % len(texts)), vote) for person, number, vote in cast])
    files = write_polis(talk, dict.fromkeys(talk.people, 1))
    read = read_polis(files["votes.csv"], files["comments.csv"])
    assert read.statements == talk.statements
    assert read.people == talk.people and np.array_equal(read.votes, talk.votes)
    assert read_official(files["participants-votes.csv"]).groups == dict.fromkeys(talk.people, 1)


def test_the_last_vote_counts_whatever_the_order_of_lines():
    lines = ["30,x,1,9,-1", "10,x,1,9,1", "20,x,1,9,0", "5,x,2,9,1", "5,x,2,9,0"]
    talk = read_polis("\ufeff" + HEADER + "\r\n".join(lines) + "\n\n")
    assert [one.id for one in talk.statements] == ["1", "2"]
    assert talk.votes.tolist() == [[-1, 0]]
    assert read_polis("vote,voter-id,comment-id\n1,a,7\n").votes.tolist() == [[1]]


@pytest.mark.parametrize(
    ("votes", "comments", "why"),
    [
        ("", None, "no column 'comment-id'"),
        ("a,b\n1,2\n", None, "no column"),
        (HEADER + "1,x,1,2,5\n", None, "votes.csv, line 2: '5' is no vote"),
        (HEADER + "1,x,1,2,1\n1,x,1,2\n", None, "line 3: 4 cells"),
        (HEADER + "1,x,,2,1\n", None, "line 2: comment-id is empty"),
        (HEADER + "soon,x,1,2,1\n", None, "no time"),
        (HEADER, "comment-id\n1\n1\n", "comments.csv, line 3"),
        (HEADER, "body\n1\n", "comments.csv has no column"),
        (HEADER + '1,x,1,2,"' + "1" * 1_100_000 + '"\n', None, "line 2"),
    ],
)
def test_a_bad_file_says_where(votes, comments, why):
    with pytest.raises(BadExport) as refused:
        read_polis(votes, comments)
    assert why in str(refused.value)


def test_a_conversation_refuses_what_is_none():
    for statements, votes in (
        ([Statement("1"), Statement("1")], []),
        ([Statement("1")], [("a", "2", 1)]),
        ([Statement("1")], [("a", "1", 2)]),
    ):
        with pytest.raises(ValueError, match=r"statement|vote"):
            Conversation.of(statements, votes)
    with pytest.raises(BadExport, match="no group"):
        read_official("participant,group-id\n1,x\n")
