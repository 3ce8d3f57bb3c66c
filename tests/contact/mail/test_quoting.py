"""What a person wrote stays, what their mail program added goes."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kuutio.contact.mail.quoting import MARKERS, reply_text

SAMPLES = tomllib.loads((Path(__file__).parent / "quotes.toml").read_text("utf-8"))["sample"]
_PIECES = st.sampled_from(
    [
        "",
        "Kuoppa on yhä siinä.",
        "> Hei!",
        ">> Hei!",
        "ma 3.2.2026 klo 10.00 Helsingin kaupunki <p@k.example> kirjoitti:",
        "Den mån 3 feb. 2026 kl 10:00 skrev",
        "Esbo stad <p@k.example>:",
        "-----Original Message-----",
        "Lähettäjä: x",
        "Lähetetty: y",
        "Aihe: z",
        "________________________________",
        "-- ",
        "Lähetetty iPhonesta",
        MARKERS[0],
    ]
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["name"])
def test_a_reply_is_what_the_person_wrote(sample: dict[str, str]) -> None:
    assert reply_text(sample["text"]) == sample["reply"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["name"])
def test_a_reply_cut_twice_loses_nothing_more(sample: dict[str, str]) -> None:
    assert reply_text(sample["reply"]).strip()
    assert reply_text(sample["text"].replace("\n", " \n")).split() == sample["reply"].split()


@given(st.one_of(st.text(), st.lists(_PIECES | st.text(max_size=20), max_size=30).map("\n".join)))
@example("> a\n> b")
@example("-- \n")
def test_a_reply_is_made_of_lines_of_the_text_in_their_order(text: str) -> None:
    reply = reply_text(text)
    rest = iter([line.rstrip() for line in text.split("\n")])
    assert all(line in rest for line in reply.split("\n") if line)
    assert bool(reply.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "line",
    [
        "a" * 1_000_000,
        "> " * 500_000,
        "-" * 1_000_000,
        "Lähettäjä: " * 90_000,
        "wrote:" * 160_000,
        " " * 1_000_000 + ":",
        "_" * 10**6,
    ],
    ids=lambda line: line[:12],
)
def test_a_line_of_a_million_characters_is_read_at_once(line: str) -> None:
    # A pattern that backtracks would sit here for hours.
    assert reply_text(f"Hei\n{line}\nwrote:\n\nloppu").startswith("Hei")


@pytest.mark.parametrize(
    "block", ["\n", "--\n", "--\n\n", "> a\nb\n", "Aihe: x\n", "Aihe: x\nwrote:\nkirjoitti:\n--\n"]
)
def test_a_hundred_thousand_lines_are_read_at_once(block: str) -> None:
    reply = reply_text("\n" * 3 + "Hei\n" + block * (100_000 // block.count("\n")))
    assert reply.startswith("Hei")
    alone = reply_text(block * (100_000 // block.count("\n")))
    assert bool(alone.strip()) == bool(block.strip())
