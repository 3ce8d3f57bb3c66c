"""Points that anybody can add up: the same for the same, never fewer for more in common, at most a hundred."""

from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.matching import WHOLE, Ground, Profile, fit, terms_of, weights_of

WORDS = ("pyöräily", "sensorit", "valaistus", "robots", "parkering")
PROFILES = st.builds(
    Profile,
    themes=st.frozensets(st.sampled_from(["mobility", "energy", "safety"])),
    technologies=st.frozensets(st.sampled_from(["sensors", "ai"])),
    cities=st.frozensets(st.sampled_from(["helsinki", "oulu", "turku"])),
    readiness=st.none() | st.integers(1, 9),
    text=st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
)
THINGS = st.fixed_dictionaries(
    {
        "themes": st.frozensets(st.sampled_from(["mobility", "energy", "culture"])),
        "technologies": st.frozensets(st.sampled_from(["sensors", "xr"])),
        "cities": st.frozensets(st.sampled_from(["helsinki", "oulu", "espoo"])),
        "readiness": st.none() | st.tuples(st.integers(1, 5), st.integers(5, 9)),
        "text": st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    }
)


@given(PROFILES)
def test_a_profile_shares_out_all_its_points_and_no_more(profile):
    weights = weights_of(profile)
    said = profile != Profile()
    assert sum(weights.values()) == (WHOLE if said else 0)
    assert all(points > 0 for points in weights.values())


@given(PROFILES, THINGS)
def test_the_points_are_the_sum_of_the_reasons_and_every_reason_is_true(profile, thing):
    weights, terms = weights_of(profile), terms_of(**thing)
    found = fit(weights, terms)
    assert found.points == sum(reason.points for reason in found.reasons) <= WHOLE
    assert all(reason.points > 0 and reason.values for reason in found.reasons)
    said = {f"{reason.ground}:{value}" for reason in found.reasons for value in reason.values}
    assert said == set(weights) & terms
    assert found == fit(dict(reversed(weights.items())), sorted(terms))  # no order counts


@given(PROFILES, THINGS, THINGS)
def test_more_in_common_never_gives_fewer_points(profile, thing, other):
    weights = weights_of(profile)
    less, more = terms_of(**thing), terms_of(**thing) | terms_of(**other)
    assert fit(weights, less).points <= fit(weights, more).points


def test_an_example_that_one_can_follow_by_hand():
    profile = Profile(themes=frozenset({"mobility"}), cities=frozenset({"oulu", "turku"}))
    # Themes have 35 parts and cities 15, of 50 together: 70 and 30 points of a hundred; each city has half of its share.
    assert weights_of(profile) == {"theme:mobility": 7000, "city:oulu": 1500, "city:turku": 1500}
    found = fit(weights_of(profile), terms_of(themes=["mobility"], cities=["oulu"]))
    assert (found.points, found.percent) == (8500, 85)
    assert [(reason.ground, reason.values) for reason in found.reasons] == [
        (Ground.THEME, ("mobility",)),
        (Ground.CITY, ("oulu",)),
    ]


def test_a_word_meets_its_other_forms():
    weights = weights_of(Profile(text="pyöräilijöiden anturi"))
    assert fit(weights, terms_of(text="Liikenteen anturit")).points > 0


def test_a_word_whose_consonants_change_meets_its_other_forms_once_they_are_known():
    table = {
        "pysäköinti": ["pysäköinti"],
        "pysäköinnin": ["pysäköinti"],
        "katuvalojen": ["katu|valo"],
        "valo": ["valo"],
    }
    thing = "Pysäköinnin katuvalojen kokeilu"
    for asked in ("pysäköinti", "valo"):
        assert fit(weights_of(Profile(text=asked)), terms_of(text=thing)).points == 0
        weights = weights_of(Profile(text=asked), table.get)
        assert fit(weights, terms_of(text=thing, known=table.get)).reasons[0].ground is Ground.WORD
    # A form that isn't known yet is asked for by its stem, and finds what is known by its base.
    weights = weights_of(Profile(text="pysäköintiä"), table.get)
    assert fit(weights, terms_of(text=thing, known=table.get)).points > 0
