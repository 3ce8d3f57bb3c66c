"""What the search over everything knows of data sets."""

from django.db.models import Q, QuerySet

from kuutio.opendata.models import Dataset


def refresh(dataset: Dataset) -> None:
    """Put a data set's words into the index, or take them out when it isn't public."""


def matching(rows: QuerySet[Dataset], words: str) -> QuerySet[Dataset]:
    """The data sets among `rows` in whose texts every word is found."""
    for word in words.split()[:20]:
        rows = rows.filter(Q(name__icontains=word) | Q(title__icontains=word) | Q(notes__icontains=word) | Q(keywords__icontains=word))
    return rows
