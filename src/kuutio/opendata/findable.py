"""What the search over everything knows of data sets."""

from kuutio.opendata.models import Dataset


def refresh(dataset: Dataset) -> None:
    """Put a data set's words into the index, or take them out when it isn't public."""
