"""The lines for other tools are run as they stand on the page, against the house itself."""

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from kuutio.opendata.engine.types import Column, ColumnType
from kuutio.opendata.pages import snippets
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

CODES = 'koodi;nimi "x";päivä;määrä\n001;Öljy;1.2.2026;5\n010;;2.2.2026;6\n'


def lines(client: Client, key: str) -> str:
    """What a reader would copy."""
    page = client.get("/en/data/helsinki-things/use/").content.decode()
    found = re.search(rf'<code id="code-{key}">(.*?)</code>', page, re.DOTALL)
    assert found, f"no lines for {key}"
    return html.unescape(found[1])


@pytest.fixture
def house(transactional_db: None, live_server: LiveServer, settings: LazySettings) -> str:
    settings.SITE_URL = live_server.url
    samples.place()
    return live_server.url


def ran(code: str, folder: Path) -> str:
    script = folder / "copied.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=120, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_lines_read_the_table_with_its_types(client: Client, house: str, tmp_path: Path) -> None:
    bring(CODES)
    code = (
        lines(client, "python")
        + "\nprint(df.shape, df['koodi'].tolist(), df['päivä'].dt.month.tolist(), df['määrä'].sum())\n"
    )
    said = ran(code, tmp_path)
    assert "(2, 4) ['001', '010'] [2, 2] 11" in said


def test_the_geopandas_lines_read_the_places(client: Client, house: str, tmp_path: Path) -> None:
    bring(samples.counters(3))
    said = ran(lines(client, "geopandas") + "\nprint(len(gdf), set(gdf.geom_type), gdf.crs.to_epsg())\n", tmp_path)
    assert "18 {'Point'} 4326" in said


def test_the_curl_lines_fetch_the_file_and_the_first_rows(client: Client, house: str, tmp_path: Path) -> None:
    bring(CODES)
    curl = shutil.which("curl")
    assert curl, "curl is needed: it comes with every system that Kuutio runs on"
    done = subprocess.run(["sh", "-e"], input=lines(client, "curl"), capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "helsinki-things.csv").read_text().splitlines()[1] == "001,Öljy,2026-02-01,5"
    assert '"numberMatched":2' in done.stdout


def test_names_are_quoted_as_each_language_wants() -> None:
    columns = [Column('a "b"\\c', ColumnType.TEXT), Column("päivä", ColumnType.DATE)]
    python = snippets.python("https://x.fi/data/t.csv", columns)
    assert compile(python, "lines", "exec") and '"a \\"b\\"\\\\c"' in python
    assert '"a ""b""\\c"' in snippets.excel("https://x.fi/data/t.csv", columns)
    assert '"a \\"b\\"\\\\c" = "character"' in snippets.r("https://x.fi/data/t.csv", columns)
