"""The official list of projects of 2014–2020, loaded as an operator would load it (`data/README.md` names its source)."""

from pathlib import Path

import yaml
from django.utils import timezone

from kuutio.core.grants.project_lists import read_layout, read_list
from kuutio.core.grants.reading import Node
from kuutio.programme.actions.lists import take_in_list
from kuutio.programme.models import ProjectList

DATA = Path(__file__).parent / "data"
NAME = "projektilista-2014-2020"


def load() -> int:
    """Bring in the list; how many projects came, 0 when it is there already."""
    layout = read_layout(Node(yaml.safe_load((DATA / f"{NAME}.yaml").read_bytes())))
    if ProjectList.objects.filter(key=layout.list).exists():
        return 0
    read = read_list((DATA / f"{NAME}.csv").read_bytes(), layout)
    return take_in_list(layout.list, read, by=None, at=timezone.now()).made
