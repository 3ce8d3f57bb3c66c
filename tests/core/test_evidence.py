"""How a promise's verdict follows from its figures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.evidence import Gap, Standing, all_of, at_least, verdict

STANDINGS = st.lists(st.sampled_from([*Standing, None]), max_size=6)


@settings(max_examples=60)
@given(STANDINGS, st.booleans(), st.randoms())
def test_the_order_of_the_figures_plays_no_part_and_more_proof_never_lowers_a_promise(standings, lacks, random):
    before = verdict(standings, lacks=lacks)
    mixed = random.sample(standings, len(standings))
    assert verdict(mixed, lacks=lacks) is before
    rank = [Standing.NOT_YET, Standing.PARTLY, Standing.KEPT].index
    better = [Standing.KEPT for _one in standings]
    assert rank(verdict(better, lacks=lacks)) >= rank(before)
    assert verdict(standings, lacks=True) is not Standing.KEPT


def test_nothing_shown_is_not_yet_and_one_figure_without_data_holds_a_promise_back():
    assert verdict([], lacks=False) is verdict([None, Standing.NOT_YET], lacks=False) is Standing.NOT_YET
    assert verdict([Standing.KEPT], lacks=False) is Standing.KEPT
    assert verdict([Standing.KEPT, None], lacks=False) is verdict([Standing.KEPT], lacks=True) is Standing.PARTLY


def test_a_gap_closes_by_the_figures_that_it_waits_for():
    told = ["innovation-trials"]
    assert [Gap("g", "p", "Missing.", by).stands(told) for by in ("", "innovation-", "contact-", None)] == [
        False,
        False,
        True,
        True,
    ]
    assert Gap("g", "p", "Missing.").stands([])


def test_parts_of_a_whole_and_least_figures():
    assert all_of(0, 0) is None
    assert [all_of(value, 6).standing for value in (0, 5, 6)] == ["not-yet", "partly", "kept"]
    assert [at_least(value, 4).standing for value in (0, 3.9, 4)] == ["not-yet", "partly", "kept"]
