"""Two versions of a text, word by word: nothing of either is lost, and no text takes long."""

import time

from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.differences import compared


@given(st.text("ab c", max_size=30), st.text("ab c", max_size=30))
def test_a_comparison_holds_both_versions_whole(before, after):
    parts = compared(before, after)
    assert " ".join(text for tag, text in parts if tag != "ins").split() == before.split()
    assert " ".join(text for tag, text in parts if tag != "del").split() == after.split()


def test_a_text_that_repeats_itself_is_compared_at_once():
    begun = time.process_time()
    parts = compared("a b " * 2500, "a c " * 2500)
    assert time.process_time() - begun < 2
    assert {tag for tag, _text in parts} >= {"del", "ins"}
