"""From texts to a `tsvector`, through the table of analysed words."""

from collections.abc import Iterable, Mapping

from kuutio.core.language import Language, indexed, stem, tokens, trigrams
from kuutio.search.models import WordForm

#: A text's words beyond this many add nothing that a reader would search by.
_MOST_WORDS = 4000
_MOST_POSITIONS = 16000


def forms_of(*texts: str) -> list[str]:
    """The different words of some texts, in order."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(tokens(text)[:_MOST_WORDS]))
    return list(found)


def learnt(forms: Iterable[str], language: Language) -> dict[str, list[str]]:
    """The bases of those words that the table knows."""
    rows = WordForm.objects.filter(language=language, form__in=list(forms), bases__isnull=False)
    return {form: bases or [] for form, bases in rows.values_list("form", "bases")}


def note_unknown(forms: Iterable[str], language: Language, known: Mapping[str, list[str]]) -> bool:
    """Put the words that the table lacks on the worker's list; returns whether there were any."""
    lacking = [form for form in forms if form not in known]
    WordForm.objects.bulk_create(
        [WordForm(language=language, form=form, trigrams=trigrams(form)) for form in lacking], ignore_conflicts=True
    )
    return bool(lacking)


def terms(form: str, language: Language, known: Mapping[str, list[str]]) -> list[str]:
    """By which terms a word is found; a word not yet learnt by itself and by its stem."""
    if form in known:
        return indexed(known[form])
    return list(dict.fromkeys([form, stem(form, language)]))


def vector(language: Language, known: Mapping[str, list[str]], weighted: Iterable[tuple[str, str]]) -> str:
    """A `tsvector` as text, to be cast.

    Args:
        weighted: weight (A to D) and text, the heaviest first.
    """
    places: dict[str, list[str]] = {}
    position = 0
    for weight, text in weighted:
        for form in tokens(text)[:_MOST_WORDS]:
            position = min(position + 1, _MOST_POSITIONS)
            for rank, term in enumerate(terms(form, language, known)):
                # What a word merely shares with relatives counts less than the word itself.
                own = weight if rank == 0 else chr(min(ord(weight) + 1, ord("D")))
                places.setdefault(term[:200], []).append(f"{position}{own}")
    quoted = (term.replace("\\", "\\\\").replace("'", "''") for term in places)
    return " ".join(
        f"'{word}':{','.join(list(dict.fromkeys(spots))[:50])}"
        for word, spots in zip(quoted, places.values(), strict=True)
    )
