"""Data sets in the search over everything: by which words each is found, and which ones a query means."""

from django.conf import settings
from django.db.models import F, FloatField, QuerySet, UUIDField
from django.db.models.expressions import RawSQL
from django.utils import translation
from i18nfield.strings import LazyI18nString

from kuutio.core.language import LANGUAGES, Language
from kuutio.opendata import addresses
from kuutio.opendata.models import Dataset
from kuutio.opendata.vocabularies import THEMES
from kuutio.search.actions import Words, forget, put
from kuutio.search.queries import understand

KIND = "dataset"


def _in(text: object, language: Language) -> str:
    """A translated text in exactly this language, or ""."""
    data = text.data if isinstance(text, LazyI18nString) else text
    if isinstance(data, dict):
        return str(data.get(language) or "")
    return str(data or "") if language == "fi" else ""


def refresh(dataset: Dataset) -> None:
    """Put a data set's words into the index, or take them out when it isn't public."""
    if dataset.state != Dataset.State.PUBLISHED or dataset.access == Dataset.Access.NON_PUBLIC:
        forget(KIND, str(dataset.pk))
        return
    columns = {
        str(column.get("title") or column["name"])
        for distribution in dataset.distributions.all()
        for column in distribution.columns
    }
    words: dict[Language, Words] = {}
    for language in LANGUAGES:
        title = _in(dataset.title, language)
        if not title:
            continue
        with translation.override(language):
            themes = [str(THEMES.get(code, "")) for code in dataset.themes]
        path = addresses.dataset_page(dataset, language).removeprefix(settings.SITE_URL)
        keywords = [*dataset.keywords.get(language, []), *themes, dataset.name.replace("-", " ")]
        body = [_in(dataset.notes, language), _in(dataset.publisher.name, language), *sorted(columns)[:200]]
        words[language] = Words(title, path, " ".join(keywords), " ".join(body))
    boost = 1.0 + min(dataset.quality_points, 405) / 4050 + (0.2 if dataset.city_id is None else 0)
    audience = ["public"] if dataset.access == Dataset.Access.PUBLIC else [f"organisation:{dataset.publisher_id}"]
    put(
        KIND, str(dataset.pk), words, at=dataset.modified_at, city=dataset.city_id or "", audience=audience, boost=boost
    )


def matching(rows: QuerySet[Dataset], text: str) -> QuerySet[Dataset]:
    """The data sets among `rows` that a query means, whatever forms its words have; all of them for a query of no word."""
    asked = understand(text)
    if not asked:
        return rows.none() if text.strip() else rows
    where, values = asked.condition()
    found = RawSQL(  # noqa: S611  # the SQL is ours, every value is a parameter
        f"SELECT key::uuid FROM search_entry WHERE kind = 'dataset' AND {where}",  # noqa: S608
        values,
        output_field=UUIDField(),
    )
    return rows.filter(pk__in=found)


def ranked(rows: QuerySet[Dataset], text: str, reader: Language) -> QuerySet[Dataset]:
    """The data sets among `rows` that a query means, best first."""
    asked = understand(text)
    if not asked:
        return rows.none() if text.strip() else rows
    rank, values = asked.rank(reader)
    score = RawSQL(  # noqa: S611  # the SQL is ours, every value is a parameter
        f"(SELECT max({rank}) FROM search_entry WHERE kind = 'dataset' AND key = opendata_dataset.id::text)",  # noqa: S608
        values,
        output_field=FloatField(),
    )
    return matching(rows, text).annotate(score=score).order_by(F("score").desc(nulls_last=True), "name")
