"""How good a data set's description is, by the rules of data.europa.eu (MQA)."""

from kuutio.opendata.models import Dataset


def refresh(dataset: Dataset) -> None:
    """Compute the points again and keep them with the data set."""
