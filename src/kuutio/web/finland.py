"""The front page's map: the country from the borders of its municipalities, the cities in it, a label beside each.

Drawn once for an installation, by a process that ends with it (`land`), and kept in the data folder: losing the file loses
half a second. A name in the file's name stands for all that the drawing depends on.
"""

import json
import logging
import os
import pickle
import secrets
import subprocess
import sys
import threading
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.db import connection

import kuutio
from kuutio.cities.models import Municipality
from kuutio.cities.places import City
from kuutio.web import land
from kuutio.web.land import HEIGHT, LABEL_HEIGHT, LETTER, Drawing, Shape

__all__ = ["HEIGHT", "LABEL_HEIGHT", "LETTER", "Drawing", "Shape", "drawing_of"]

log = logging.getLogger(__name__)
_lock = threading.Lock()
_LAYOUT = 1  # one more whenever `land` draws otherwise
_TIMEOUT_S = 60
_BORDERS = "SELECT md5(string_agg(concat_ws(' ', code, west, south, east, north), ',' ORDER BY code)) FROM %s"


def drawing_of(cities: list[City]) -> Drawing | None:
    """The map for these cities; None where no borders are loaded, or where they can't be drawn (the log says why)."""
    longest = max((len(name) for city in cities for name in city.name.data.values()), default=0)
    with connection.cursor() as cursor:
        cursor.execute(_BORDERS % connection.ops.quote_name(Municipality._meta.db_table))
        (state,) = cursor.fetchone()
    if state is None:
        return None
    try:
        with _lock:  # one draws, the others wait for it
            return _drawing(tuple((city.code, city.municipality_id) for city in cities), longest, state)
    except subprocess.SubprocessError:
        log.exception("the front page's map can't be drawn")
        return None


@lru_cache(maxsize=4)
def _drawing(cities: tuple[tuple[str, str], ...], longest: int, state: str) -> Drawing:
    named = blake2b(repr((_LAYOUT, cities, longest, state)).encode(), digest_size=12).hexdigest()
    kept = Path(settings.DATA) / "drawn" / f"{named}.json"
    try:
        return Drawing.from_json(json.loads(kept.read_bytes()))
    except FileNotFoundError:
        pass
    borders = {code: bytes(border) for code, border in Municipality.objects.values_list("code", "border")}
    # Our own program, told what our own database holds.
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", land.__name__],
        input=pickle.dumps((borders, cities, longest)),
        stdout=subprocess.PIPE,
        timeout=_TIMEOUT_S,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(kuutio.__file__).parents[1])},
    )
    drawing = Drawing.from_json(json.loads(done.stdout))
    with suppress(OSError):  # a full disk costs the next process its half a second
        kept.parent.mkdir(parents=True, exist_ok=True)
        building = kept.with_name(f".{secrets.token_hex(4)}-{kept.name}")
        building.write_bytes(done.stdout)
        building.replace(kept)
    return drawing
