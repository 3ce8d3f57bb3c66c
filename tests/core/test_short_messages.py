"""What a text message costs: worked by hand from the standard."""

import pytest

from kuutio.core.short_messages import counted, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("gsm-7", 0, 0)),
        ("Asianne KU-7F3K-9QX9 on vastattu: åäöÅÄÖé", ("gsm-7", 41, 1)),
        ("a" * 160, ("gsm-7", 160, 1)),
        ("a" * 161, ("gsm-7", 161, 2)),
        ("a" * 153 * 2, ("gsm-7", 306, 2)),
        ("a" * (153 * 2 + 1), ("gsm-7", 307, 3)),
        ("€" * 80, ("gsm-7", 160, 1)),
        ("a" + "€" * 80, ("gsm-7", 161, 2)),
        # 152 letters and a sign of two places: the sign goes whole to the second part, and the third is needed for what it pushed out.
        ("a" * 152 + "€" + "a" * 152, ("gsm-7", 306, 3)),
        ("ж" * 70, ("ucs-2", 70, 1)),
        ("ж" * 71, ("ucs-2", 71, 2)),
        ("ж" * 69 + "🙂", ("ucs-2", 71, 2)),
        ("ő", ("ucs-2", 1, 1)),
    ],
)
def test_parts_are_counted_as_networks_charge_them(text, expected):
    found = counted(text)
    assert (found.alphabet, found.places, found.parts) == expected


def test_typographic_marks_make_no_message_unicode():
    assert counted("it’s “here” – now…").alphabet == "ucs-2"
    assert counted(plain("it’s “here” – now…")).alphabet == "gsm-7"
