"""Learn the words that the index has met and doesn't know yet; heavy, in the worker only."""

from collections.abc import Iterable

from django.db import connection, transaction

from kuutio.core.language import SEAM, Analyser, Language, tokens
from kuutio.search import vectors
from kuutio.search.models import Entry, WordForm

_AT_ONCE = 500
_LONGEST = 80  # letters of a form
_TOGETHER = 200  # entries in one statement
_analyser = Analyser()


def learn(at_most: int = 100_000) -> int:
    """Analyse waiting words and build anew the vectors of the texts that hold them; returns how many were learnt.

    It may be cut off at any point: what isn't learnt still waits.
    """
    count = 0
    while count < at_most:
        waiting = list(WordForm.objects.filter(bases__isnull=True).order_by("language", "id")[:_AT_ONCE])
        if not waiting:
            break
        for row in waiting:
            row.bases = [base[:200] for base in _analyser.analyse(row.form, row.language)]  # type: ignore[arg-type]
        with transaction.atomic():
            WordForm.objects.bulk_update(waiting, ["bases"])
            _note_bases(waiting)
            for language in {row.language for row in waiting}:
                renew(
                    language,  # type: ignore[arg-type]  # the database holds languages only
                    [row.form for row in waiting if row.language == language],
                )
        count += len(waiting)
    return count


def _note_bases(learnt: Iterable[WordForm]) -> None:
    """Let the base forms of our texts' Finnish words be learnt too, whole and part by part: people ask by them.

    They have no trigrams: only what a text holds is offered as a correction. (In the other languages a base is a stem.)
    """
    bases = {base for row in learnt if row.language == "fi" and row.trigrams for base in row.bases or []}
    words = {base.replace(SEAM, "") for base in bases}.union(*(base.split(SEAM) for base in bases))
    WordForm.objects.bulk_create(
        [
            WordForm(language="fi", form=word)
            for word in sorted(words)
            if tokens(word) == [word] and len(word) <= _LONGEST
        ],
        ignore_conflicts=True,
    )


def renew(language: Language, forms: list[str]) -> None:
    """Build anew the vectors of the entries in which one of the words stands as it was written."""
    query = " | ".join("'" + form.replace("\\", "\\\\").replace("'", "''") + "'" for form in forms)
    rows = Entry.objects.filter(language=language).extra(where=["vector @@ %s::tsquery"], params=[query])
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _TOGETHER):
        # Locked, and read as they are then: a verb that changes a text meanwhile is not undone.
        some = list(Entry.objects.select_for_update().filter(pk__in=ids[start : start + _TOGETHER]).order_by("pk"))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE search_entry SET vector = made.vector::tsvector"
                " FROM unnest(%s::bigint[], %s::text[]) made (id, vector) WHERE search_entry.id = made.id",
                [[entry.pk for entry in some], [_vector(entry, language) for entry in some]],
            )


def _vector(entry: Entry, language: Language) -> str:
    texts = (("A", entry.title), ("B", entry.keywords), ("C", entry.body))
    known = vectors.learnt(vectors.forms_of(*(text for _weight, text in texts)), language)
    return vectors.vector(language, known, texts)
