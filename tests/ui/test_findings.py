"""What the rules find, said to people."""

from datetime import date

import pytest
from django.utils import translation

from kuutio.core.grants.budgets import Category, CostModel, Source
from kuutio.core.grants.eligibility import spearhead_length
from kuutio.core.grants.findings import RULES, Finding
from kuutio.ui.findings import TOKENS, WORDS, token, words

SAMPLES = {"start": "2016-05-01", "end": "2018-04-30", "earliest": "2016-05-01", "latest": "2018-04-30"}
SAMPLES |= {"before": "2019-05-01", "line": "STAFF", "category": "TRAVEL", "source": "EU", "model": "FLAT_24"}
SAMPLES |= {"missing": "Oulu, Turku", "type": "PERSON", "business_id": "1234567-8", "offered": "FLAT_24, LUMP"}


def sample(key: str) -> Finding:
    return Finding(key, "Oulun kaupunki", {name: SAMPLES.get(name, 123_45) for name in RULES[key][2:]})


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_every_finding_has_its_words_in_each_language(lang):
    assert set(WORDS) == set(RULES)
    with translation.override(lang):
        said = {key: words(sample(key)) for key in RULES}
    for key, text in said.items():
        assert text.endswith("."), key
        assert "%" not in text.replace("24%", "").replace("24 %", "").replace("123.45%", "").replace(
            "123,45\u00a0%", ""
        )
        assert "_" not in text and "2016-" not in text
    if lang != "en":
        with translation.override("en"):
            assert not {key for key in RULES if words(sample(key)) == said[key]}


def test_amounts_days_and_names_are_written_as_the_reader_does():
    (late,) = spearhead_length(date(2016, 2, 1), date(2019, 3, 1), 36)
    with translation.override("fi"):
        assert words(late) == (
            "Kärkihanke suunnitellaan tasan 36 kuukaudeksi: se päättyy 31.1.2019. Jatkoa haetaan muutoshakemuksella."
        )
        over = Finding("m5-over-share", "p1", {"source": "EU", "over_cents": 1})
        assert words(over) == "Osuus ylittyy (EU-rahoitus): liikaa on 0,01\u00a0€."
        share = Finding("e11-support-share", "", {"asked_bp": 6701, "most_bp": 6700})
        assert words(share) == "Tuki voi olla enintään 67\u00a0% nettokustannuksista, haettu osuus on 67,01\u00a0%."
        assert words(Finding("e7-not-signed", "p1"), {"p1": "Turun kaupunki"}.__getitem__).startswith(
            "Turun kaupunki ei"
        )
        assert token("FLAT_24") == "flat rate 24 % palkoista"


def test_every_category_source_and_model_has_a_name():
    assert {*Category, *Source, *CostModel} <= set(TOKENS)
    assert token("WINE") == "WINE"


def test_a_finding_has_its_own_facts_and_no_others():
    with pytest.raises(ValueError, match="facts of e2-two-cities"):
        Finding("e2-two-cities", "", {"found": 1})
    with pytest.raises(ValueError, match="No rule"):
        Finding("e99")
