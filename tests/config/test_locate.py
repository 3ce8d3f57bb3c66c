import csv
import io
from pathlib import Path

import numpy as np
import pytest
import shapely

from kuutio.cities.layer import borders
from kuutio.config.console import main

# Where Helsinki's border with Vantaa runs, and Kauniainen's with Espoo.
SHAPES = {code: shapely.from_wkb(wkb) for code, wkb in borders() if code in ("091", "092", "235", "049")}


def on_line(one: str, other: str) -> tuple[float, float]:
    corners = shapely.get_coordinates(shapely.intersection(SHAPES[one], SHAPES[other]))
    return tuple(corners[len(corners) // 2].tolist())


@pytest.fixture
def locate(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def ask(*words: str, content: str | bytes | None = None) -> tuple[int, list[list[str]], str]:
        if content is not None:
            file = tmp_path / "points.csv"
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            words = ("--csv", str(file), *words)
        status = main(["locate", *words])
        shown = capsys.readouterr()
        return status, list(csv.reader(io.StringIO(shown.out))), shown.err

    return ask


HEADER = ["id", "municipality", "certainty"]


def test_one_point_is_one_row(locate):
    assert locate("24.9384", "60.1699") == (0, [HEADER, ["1", "091", "certain"]], "")
    assert locate("18.0686", "59.3293") == (0, [HEADER, ["1", "outside", ""]], "")
    assert locate("-25.5", "-60") == (0, [HEADER, ["1", "outside", ""]], "")


def test_one_point_that_is_none_is_told_why(locate):
    status, rows, said = locate("here", "60.1699")
    assert (status, rows[1]) == (0, ["1", "invalid", ""]) and "numbers" in said
    status, rows, said = locate("385000", "6672000")
    assert rows[1] == ["1", "invalid", ""] and "-180" in said


def test_swapped_numbers_are_told_and_not_mended(locate):
    status, rows, said = locate("60.1699", "24.9384")
    assert (status, rows[1]) == (0, ["1", "outside", ""])
    assert "./kuutio locate 24.9384 60.1699" in said
    status, rows, said = locate(content="id,lon,lat\na,24.9384,60.1699\nb,60.45,22.27\nc,60.5,22.3\n")
    assert [row[1] for row in rows[1:]] == ["091", "outside", "outside"]
    assert "2 points" in said and "b" in said


def test_a_file_is_answered_row_by_row(locate):
    content = "name,LAT,id, lon,more\n" + "\n".join(
        [
            'Station,60.1699,"a,1",24.9384,x',
            "Kauniainen,60.2125,b,24.7281,x",
            "Stockholm,59.3293,c,18.0686,x",
            "empty,,d,24.9,x",
            "no number,sixty,e,24.9,x",
            "NaN,nan,f,24.9,x",
            "infinite,60.1,g,-inf,x",
            "far,60.1,h,181,x",
            "past a pole,90.5,i,24.9,x",
            "short,60.1699,j",
            "",
            "Python's,60.1_699,k,24.9384,x",
            'comma,"60,1699",l,"24,9384",x',
            "twice,60.1699,b,24.9384,x",
            "nameless,60.1699,,24.9384,x",
            "the pole,90,m,0,x",
        ]
    )
    expected = [
        *(["a,1", "091", "certain"], ["b", "235", "certain"], ["c", "outside", ""]),
        *([one, "invalid", ""] for one in "defghijk"),
        *(["l", "091", "certain"], ["b", "091", "certain"], ["", "091", "certain"], ["m", "outside", ""]),
    ]
    for written in (content.encode(), b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode()):
        assert locate(content=written) == (0, [HEADER, *expected], "")
    assert locate(content="id,lon,lat\n") == (0, [HEADER], "")
    assert locate(content=b"id,lon,lat,name\n\xe4,24.9384,60.1699,\xe4\n")[1][1][1] == "091"


def test_points_come_from_stdin_too(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("id,lon,lat\n7,24.9384,60.1699\n"))
    assert main(["locate", "--csv", "-"]) == 0
    assert capsys.readouterr().out == "id,municipality,certainty\n7,091,certain\n"


@pytest.mark.parametrize(("one", "other"), [("091", "092"), ("049", "235")])
def test_near_a_border_it_says_so(locate, one, other):
    lon, lat = on_line(one, other)
    metre = 1 / 111_400
    # Away from the line: towards the inside of the one.
    inside = shapely.Point(lon, lat).buffer(150 * metre).intersection(SHAPES[one]).representative_point()
    away = np.array([inside.x - lon, inside.y - lat]) / np.hypot(inside.x - lon, inside.y - lat)
    points = [
        (name, *(away * off + (lon, lat)).tolist()) for name, off in (("on", 0), ("hair", 1e-9), ("near", 20 * metre))
    ]
    content = "id,lon,lat\n" + "".join(f"{name},{x!r},{y!r}\n" for name, x, y in points)
    _, found, _ = locate(content=content)
    assert [row[2] for row in found[1:]] == ["on_border", "on_border", "near_border"]
    assert all(row[1] in (one, other) for row in found[1:])
    assert found[1][1] == min(one, other)
    _, found, _ = locate("--accuracy", "0", content=content)
    assert [row[2] for row in found[1:]] == ["on_border", "on_border", "certain"]
    assert [row[2] for row in locate("--accuracy", "30000", content="id,lon,lat\n1,24.9384,60.1699\n")[1][1:]] == [
        "near_border"
    ]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "LON LAT"),
        (("24.9",), 2, "LON LAT"),
        (("24.9", "60.1", "--csv", "points.csv"), 2, "LON LAT"),
        (("--csv", "/nowhere/points.csv"), 1, "/nowhere/points.csv can't be read"),
        (("24.9", "60.1", "--accuracy", "nan"), 1, "--accuracy"),
        (("24.9", "60.1", "--borders", "/nowhere/borders.parquet"), 1, "/nowhere/borders.parquet"),
    ],
)
def test_what_makes_no_sense_is_refused(locate, words, status, said):
    found, rows, told = locate(*words)
    assert (found, rows) == (status, []) and said in told


@pytest.mark.parametrize("content", ["", "id;lon;lat\n1;24.9;60.1\n", "id,lon\n1,24.9\n"])
def test_a_file_without_its_columns_is_refused(locate, content):
    status, rows, told = locate(content=content)
    assert (status, rows) == (1, []) and "lat" in told
