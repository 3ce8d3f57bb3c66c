"""A reply finds its case by an address that only we can make."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.contact.mail.reading import read as read_message
from kuutio.contact.mail.tokens import Token, address_for, read
from tests.contact.mail.messages import made

KEYS = [b"k" * 32]
CONTACTS = {"KU-7F3K9Q": ["17", "18"], "KU-AAAAAA": ["19"]}
ADDRESS = address_for("KU-7F3K9Q", "18", domain="kuutio.example", keys=KEYS)


def found(*recipients: str, keys: list[bytes] = KEYS) -> Token | None:
    return read(recipients, contacts=lambda case: CONTACTS.get(case, []), keys=keys, domain="kuutio.example")


def test_an_address_is_read_as_what_it_was_made_of() -> None:
    assert ADDRESS.startswith("vastaus+ku-7f3k9q.")
    assert ADDRESS.lower() == ADDRESS
    assert len(ADDRESS.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert len(ADDRESS.partition("@")[0].rpartition(".")[2]) * 5 >= 80
    assert found(ADDRESS) == Token("KU-7F3K9Q", "18")


@pytest.mark.parametrize("as_written", [ADDRESS.upper(), ADDRESS.title(), f"<{ADDRESS}>", f" {ADDRESS} "])
def test_upper_case_and_brackets_change_nothing(as_written: str) -> None:
    assert found(as_written) == Token("KU-7F3K9Q", "18")


@given(st.integers(0, len(ADDRESS) - 1), st.characters(codec="ascii"))
def test_an_address_with_any_other_character_is_none(at: int, other: str) -> None:
    forged = ADDRESS[:at] + other + ADDRESS[at + 1 :]
    assert (found(forged) is None) == (forged.strip().strip("<>").lower() != ADDRESS)


@given(st.text(max_size=400))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert found(text, f"vastaus+{text}@kuutio.example", f"vastaus+ku-7f3k9q.{text}@kuutio.example") is None


def test_a_code_counts_for_its_case_and_contact_alone() -> None:
    code = ADDRESS.partition("@")[0].rpartition(".")[2]
    assert found(f"vastaus+ku-aaaaaa.{code}@kuutio.example") is None
    assert address_for("KU-7F3K9Q", "17", domain="kuutio.example", keys=KEYS) != ADDRESS
    assert found(address_for("KU-7F3K9Q", "99", domain="kuutio.example", keys=KEYS)) is None
    assert found(ADDRESS.replace("@kuutio.example", "@evil.example")) is None
    assert found(ADDRESS.replace("@", "@kuutio.example@")) is None


def test_a_key_can_be_changed_and_the_old_one_read_for_a_while() -> None:
    new = [b"n" * 32, *KEYS]
    assert address_for("KU-7F3K9Q", "18", domain="kuutio.example", keys=new) != ADDRESS
    assert found(ADDRESS, keys=new) == Token("KU-7F3K9Q", "18")
    assert found(ADDRESS, keys=new[:1]) is None


@pytest.mark.parametrize(
    ("case", "keys"), [("KU 7", KEYS), ("", KEYS), ("KU.7", KEYS), ("KU-7", []), ("KU-7", [b"short"])]
)
def test_what_can_make_no_safe_address_is_refused(case: str, keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r"number|key"):
        address_for(case, "18", domain="kuutio.example", keys=keys)


def test_the_envelope_is_asked_before_what_the_sender_wrote() -> None:
    other = address_for("KU-AAAAAA", "19", domain="kuutio.example", keys=KEYS)
    message = read_message(made(f"To: {other}"), recipients=[ADDRESS])
    assert found(*message.recipients_by_trust) == Token("KU-7F3K9Q", "18")


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"])
def test_where_the_mail_server_cut_the_code_away_the_headers_are_asked(name: str) -> None:
    message = read_message(made(f"{name}: {ADDRESS.upper()}"), recipients=["vastaus@kuutio.example"])
    assert found(*message.recipients_by_trust) == Token("KU-7F3K9Q", "18")


def test_contacts_are_asked_only_for_numbers_that_may_be_one() -> None:
    asked: list[str] = []

    def contacts(case: str) -> Iterator[str]:
        asked.append(case)
        yield "18"

    read(
        ["vastaus+'; drop.x@kuutio.example", "vastaus@kuutio.example", ADDRESS],
        contacts=contacts,
        keys=KEYS,
        domain="kuutio.example",
    )
    assert asked == ["KU-7F3K9Q"]
