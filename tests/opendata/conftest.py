"""Tables that many tests read."""

import pytest

from tests.opendata.bringing import bring

PLACES = (
    "id,name,kind,height,planted,lon,lat\n"
    "1,Koivu,tree,12.5,2001-05-02,24.94,60.17\n"
    "2,Lamppu,lamp,4,2015-11-30,24.66,60.20\n"
    "3,Penkki,bench,,2020-01-01,25.04,60.29\n"
    "4,Mänty,tree,20,1999-12-31,24.95,60.18\n"
)


@pytest.fixture
def places(db):
    """`helsinki-places`: four points with text, numbers, dates."""
    load = bring(PLACES, "places.csv", what="places", options={"key": ["id"]})
    assert load.state == "served", load.problem
    return load.result["tables"][0]


@pytest.fixture
def names(db):
    """`helsinki-names`: a table without places."""
    load = bring("code;name\n001;Aino\n002;Väinö\n", "names.csv", what="names", accept="Keksittyjä nimiä.")
    assert load.state == "served", load.problem
    return load.result["tables"][0]
