"""Official lists of projects, taken in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.project_lists import AMOUNTS, FIELDS, ListRead
from kuutio.core.problems import NotAllowed
from kuutio.programme.models import ListedProject, ProjectList

_CHUNK = 2000
_COLUMNS = {name: f"{name}_cents" if name in AMOUNTS else name for name in FIELDS}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a list changed: how many projects are new, are told otherwise now, and are as they were."""

    made: int
    changed: int
    same: int


@transaction.atomic
def take_in_list(key: str, read: ListRead, *, by: Person | None, at: datetime) -> TakenIn:
    """Take in an official list of projects. The same list again changes nothing, and then nothing is noted either.

    A project that the list doesn't name any more stays as it was last told: lists are cut by who is running at the time.

    Args:
        key: of the list, such as `2014-2020`.
        by: an administrator of the whole; None: the installation's operator.

    Raises:
        NotAllowed: somebody else.
    """
    if by is not None and not by.is_superuser:
        raise NotAllowed("Only an administrator can bring in a list of projects.")
    ProjectList.objects.get_or_create(key=key, defaults={"read_at": at})
    whole = ProjectList.objects.select_for_update().get(key=key)  # two who bring it in at once come one after another
    known = {project.code: project for project in ListedProject.objects.filter(list=whole)}
    made, changed = [], []
    for row in read.projects:
        told = {_COLUMNS[name]: value for name, value in asdict(row).items()}
        project = known.get(row.code)
        if project is None:
            made.append(ListedProject(list=whole, **told))
        elif any(getattr(project, column) != value for column, value in told.items()):
            for column, value in told.items():
                setattr(project, column, value)
            changed.append(project)
    ListedProject.objects.bulk_create(made, batch_size=_CHUNK)
    ListedProject.objects.bulk_update(
        changed, [column for column in _COLUMNS.values() if column != "code"], batch_size=_CHUNK
    )
    if made or changed:
        whole.read_at = at
        whole.save(update_fields=["read_at"])
        record("take_in_list", f"project-list:{key}", by=by, at=at, made=len(made), changed=len(changed))
    return TakenIn(len(made), len(changed), len(read.projects) - len(made) - len(changed))
