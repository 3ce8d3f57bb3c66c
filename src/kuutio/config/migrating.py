"""Making all tables from nothing, in a fifth of the time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState

_DRAWS = "_find_reload_model"
"""Django's method that says which models are drawn anew."""


@contextmanager
def each_model_drawn_alone() -> Iterator[None]:
    """Migrate an empty database: of the models as they were, each operation draws the one that it changes.

    Django draws anew whatever has to do with that one by any number of steps: in a house whose every table leads to a city or a
    person, some hundred models for each of a thousand operations. Their SQL needs none of these; a function that a migration runs
    gets all of them fresh, since the state says that it was delayed. A test holds the tables made so to those that `migrate` makes
    by itself.
    """

    def alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        state.is_delayed = True
        return {(app_label, model_name)}

    usual = getattr(ProjectState, _DRAWS)
    setattr(ProjectState, _DRAWS, alone)
    try:
        yield
    finally:
        setattr(ProjectState, _DRAWS, usual)
