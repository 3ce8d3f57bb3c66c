import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.kinship import FAMILY
from kuutio.core.language import (
    LANGUAGES,
    Analyser,
    Known,
    Wanted,
    fold,
    indexed,
    similarity,
    sort_key,
    stem,
    tokens,
    trigrams,
    tsquery,
    wanted,
)

ANALYSER = Analyser()


def table(*texts: str, lang: str = "fi") -> Known:
    """A table of forms as the worker fills it from these texts."""
    forms = {form: ANALYSER.analyse(form, lang) for text in texts for form in tokens(text)}
    return forms.get


def document(text: str, lang: str = "fi") -> set[str]:
    return {term for form in tokens(text) for term in indexed(ANALYSER.analyse(form, lang))}


def fits(asked: list[Wanted], terms: set[str]) -> bool:
    return all(any(all(terms & set(any_term) for any_term in group) for group in word.any_of) for word in asked)


def finds(query: str, text: str, lang: str = "fi") -> bool:
    return fits(wanted(query, table(query, text, lang=lang), lang), document(text, lang))


@pytest.mark.parametrize(
    "query", ["katuvalot", "katuvalojen", "valaistus", "valaistuksen", "katuvalaisimet", "valot", "katu"]
)
@pytest.mark.parametrize("text", ["Katuvalaistus", "Tampereen katuvalaistuksen energiankulutus"])
def test_words_for_street_light_find_street_lighting(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("leikkikenttä", "leikkikentät"),
        ("katuvalot", "kadun valaistus"),
        ("linja-autopysäkit", "Linja-autopysäkki"),
        ("pysäkki", "linja-autopysäkit"),
        ("linja autot", "linja-autot"),
        ("raitiovaunut", "raitiovaunupysäkit"),
        ("hulevesien", "hulevesi"),
        ("kunnossapito", "talvikunnossapito"),
        ("pyöräily", "pyöräilijämäärät"),
        ("6Aika strategia", "6Aika-strategia"),
        ("Länsi-Uusimaa", "länsi-uudenmaan"),
        ("missä on päiväkoti", "Päiväkodit"),
        ("espoo", "Espoon"),
    ],
)
def test_other_forms_and_parts_find(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("katuvalot", "kävelykatu"),
        ("katuvalot", "katukartta"),
        ("valaistus", "valtuusto"),
        ("leikkipuisto", "puistometsä"),
        ("liikenne", "liikunta"),
        ("linja-auto", "auto"),
    ],
)
def test_strangers_do_not_find(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "text", "lang"),
    [
        ("gatubelysningen", "gatubelysning", "sv"),
        ("hur är lekplatser", "Lekplatserna i Esbo", "sv"),
        ("street lights", "The light of a street", "en"),
        ("bicycle counters", "Bicycle counter", "en"),
        ("services", "e-services", "en"),
    ],
)
def test_swedish_and_english_find_by_stems(query, text, lang):
    assert finds(query, text, lang)


@pytest.mark.parametrize("query", ["katuvalojen", "katuvalot", "katuvalaistus", "valaistus"])
def test_form_not_met_yet_is_asked_for_by_stem_and_trigrams(query):
    (word,) = wanted(query, lambda form: None, "fi")
    assert not word.known
    terms = document("katuvalaistus")
    assert fits([word], terms) or similarity(query, "katuvalaistus") > 0.3
    assert similarity("katuvallot", "katuvalot") > 0.5


def test_stem_of_an_unmet_form_is_the_base_of_a_document():
    assert fits(wanted("katuvalojen", lambda form: None, "fi"), document("katuvalot"))


def test_bases_keep_the_seams_and_the_plain_readings():
    assert ANALYSER.analyse("katuvalot", "fi") == ("katu|valo",)
    assert ANALYSER.analyse("linja-autopysäkit", "fi") == ("linja|auto|pysäkki",)
    assert ANALYSER.analyse("Helsingin", "fi") == ("helsinki",)
    assert ANALYSER.analyse("kuusi", "fi") == ("kuusi",)
    assert ANALYSER.analyse("qgis", "fi") == ("qgis",)
    assert ANALYSER.analyse("ja", "fi") == ANALYSER.analyse("missä", "fi") == ANALYSER.analyse("och", "sv") == ()


def test_terms_of_a_document_stand_best_first():
    assert indexed(["raitio|vaunu|pysäkki"]) == [
        "raitiovaunupysäkki",
        "raitiovaunu",
        "vaunupysäkki",
        "raitio",
        "vaunu",
        "pysäkki",
        "raitiovaunu0pys",
        "raitio0vau",
        "vaunu0pys",
    ]
    assert indexed(["valo"]) == ["valo", "0valo"]


def test_query_is_text_of_a_tsquery():
    known = {"katuvalot": ("katu|valo",)}.get
    assert (
        tsquery(wanted("Katuvalot!", known, "fi")) == "((('katuvalo' | 'katu0val')) | (('katu') & ('valo' | '0valo')))"
    )
    assert tsquery(wanted("ja", known, "fi")) == "" == tsquery([])
    assert tsquery([Wanted("o'x\\", ((("o'x\\",),),), known=True)]) == "((('o''x\\\\')))"


def test_words_that_say_nothing_are_not_asked_for():
    assert wanted("och", lambda form: None, "sv") == []
    assert wanted("missä", lambda form: (), "fi") == []


def test_every_member_of_a_family_is_a_base_form_of_voikko():
    assert [word for word in FAMILY if word not in ANALYSER.analyse(word, "fi")] == []


def test_misspelt_words_are_near():
    assert similarity("pyora", "pyörä") == 1
    assert similarity("leikkikenta", "leikkikenttä") > 0.5 > 0.1 > similarity("leikkikenttä", "vesijohto")
    assert similarity("", "") == 0


def test_names_stand_in_finnish_order():
    names = [
        "Åbo",
        "Äänekoski",
        "Öja",
        "Zürich",
        "zone",
        "Vaasa",
        "Wasa",
        "Vöyri",
        "Müller",
        "Myller",
        "mylly",
        "Café",
        "cafe b",
    ]
    assert sorted(names, key=sort_key) == [
        *[
            "Café",
            "cafe b",
            "Müller",
            "Myller",
            "mylly",
            "Vaasa",
            "Vöyri",
            "Wasa",
            "zone",
            "Zürich",
            "Åbo",
            "Äänekoski",
            "Öja",
        ]
    ]
    assert sort_key("Café") == sort_key("cafe")


def test_fold_keeps_nordic_letters_and_drops_other_marks():
    assert fold("ŠKODA Ålesund Café Ærø Straße ﬁ") == "skoda ålesund cafe ärö strasse fi"
    assert fold("A\u0308iti") == "äiti"


@given(st.text(max_size=80))
def test_any_text_is_cut_without_a_fault_and_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    for word in tokens(text):
        assert tokens(word) == [word]
    assert trigrams(text) == sorted(set(trigrams(text)))
    assert sort_key(text).isascii() or not fold(text).isascii()
    for lang in LANGUAGES:
        for word in wanted(text, lambda form: None, lang):
            assert word.form and word.tsquery()


@given(st.text(alphabet="aäöåktuvlois-", min_size=1, max_size=14))
def test_any_word_has_itself_or_nothing_as_terms(word):
    bases = ANALYSER.analyse(word, "fi")
    assert all(base and not base.startswith("|") for base in bases)
    terms = indexed(bases)
    assert len(set(terms)) == len(terms)
    if bases:
        assert fits([Wanted(word, tuple(((term,),) for term in terms[:1]), known=True)], set(terms))


def test_queries_need_no_voikko():
    code = (
        "import sys; from kuutio.core.language import wanted, indexed, tsquery;"
        "assert tsquery(wanted('katuvalot', lambda form: ('katu|valo',), 'fi'));"
        "assert 'pyvoikko' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "src"})


def test_stems_are_light():
    assert stem("katuvalojen", "fi") == "katuvalo"
    assert stem("lights", "en") == "light"
