"""Large tables get what makes them quick after they are served, those that were served before it too."""

from pathlib import Path

import pytest

from kuutio.opendata.actions.afterwards import make_missing_aids
from kuutio.opendata.engine.aids import making
from kuutio.opendata.models import Distribution
from kuutio.opendata.tables import current_table, serving_path
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


def test_what_large_tables_lack_is_made_and_one_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    points = "".join(f"{n};{60 + n / 100};{24 + n / 100}\n" for n in range(40))
    bring(f"tunnus;lat;lon\n{points}", what="large")
    bring("tunnus;nimi\n" + "".join(f"{n};nimi {n}\n" for n in range(50)), what="broken")
    bring("tunnus;laji\n1;koivu\n", what="small")
    monkeypatch.setattr(making, "LEAST_ROWS", 40)
    serving_path("helsinki-broken", Distribution.objects.get(table="helsinki-broken").current.content).unlink()
    assert make_missing_aids() == 1
    large, small = (current_table(Distribution.objects.get(table=f"helsinki-{what}")) for what in ("large", "small"))
    assert large.finder.aids.places is not None
    assert large.finder.aids.scan is not None
    assert small.finder.aids.scan is None
    made = {path: path.stat().st_mtime_ns for path in Path(large.store.path).parent.iterdir()}
    assert make_missing_aids() == 1
    assert {path: path.stat().st_mtime_ns for path in made} == made
