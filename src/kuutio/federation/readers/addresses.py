"""A list of addresses as a source: one a line, a title after it if there is one, `#` before a remark.

# Tampere's own files
https://data.example.org/puistot.csv  Puistot
https://data.example.org/reitit.gpkg
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kuutio.federation.readers.values import (
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    raw_of,
    short_format,
    texts,
    web_address,
)


def parse(default: str = "fi") -> Parse:
    """A parser of lists whose titles are in `default`."""
    return partial(page, default=default)


def page(body: bytes, address: str = "", *, default: str = "fi") -> Page:
    """All the addresses of a list; a line that begins with none is quarantined."""
    records: dict[str, RemoteDataset] = {}
    broken = []
    for number, line in enumerate(body.decode("utf-8-sig", "replace").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        url, title, *_rest = [*re.split(r",?[\s;]+", line, maxsplit=1), ""]
        if not web_address(url):
            broken.append(Quarantined(f"line {number}", "The line doesn't begin with a web address.", raw_of(line)))
            continue
        records.setdefault(url, _file(url, title.strip(' "'), default))
    return Page(tuple(records.values()), tuple(broken))


def _file(url: str, title: str, default: str) -> RemoteDataset:
    path = PurePosixPath(unquote(urlsplit(url).path))
    named = texts([(None, title or path.stem.replace("_", " ").strip() or urlsplit(url).netloc)], default)
    kinds = path.suffixes[-1:]
    form = RemoteDistribution(
        remote_id=url, url=url, download=url, title=named, format=short_format(kinds[0] if kinds else "")
    )
    return RemoteDataset(remote_id=url, name=path.stem, title=named, distributions=(form,))
