"""Whatever is sent, the answer is CKAN's: a result, or an error with its type; never a fault of ours."""

import json

import hypothesis
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from kuutio.opendata.actions import rows as verbs
from kuutio.opendata.ckan.views import ACTIONS  # with all of them named
from kuutio.opendata.models import Distribution, Group
from tests.factories import DatasetFactory, DistributionFactory, OrganisationFactory, PersonFactory
from tests.opendata.ckan.conftest import Api, key_for

EVIL = [
    "",
    " ",
    "'; DROP TABLE opendata_dataset; --",
    '" OR 1=1',
    "%' AND 1=(SELECT 1) --",
    "\\",
    "%s %(x)s {0} {x}",
    "*:*",
    "a:(b OR",
    "title:*",
    "id:*",
    "name:[a TO b]",
    "metadata_modified:[NOW-99999YEARS TO *]",
    "metadata_modified:[9999-12-31T23:59:59Z TO 0001-01-01T00:00:00Z]",
    "../../etc/passwd",
    "\u202e\u0000",
    "\ufdd0\uffff😀",
    "a" * 3000,
    "[" * 300,
    '{"a":' * 60,
    "1e999",
    "-1",
    "99999999999999999999999",
    "NaN",
    "null",
    "true",
    "helsinki",
    "helsinki-places",
    "helsinki-fuzzed",
    "envi",
    "id",
    "id desc, name",
    "_id",
    "geometry",
    'select * from "helsinki-places"',
    "0001-01-01",
    "9999-12-31T23:59:59+14:00",
    "https://example.org/a",
    "javascript:alert(1)",
]
NAMES = sorted(
    {
        *[
            "id",
            "name",
            "title",
            "q",
            "fq",
            "fq_list",
            "sort",
            "rows",
            "start",
            "limit",
            "offset",
            "facet",
            "facet.field",
            "facet.limit",
            "facet.mincount",
        ],
        *[
            "ext_bbox",
            "include_private",
            "include_drafts",
            "include_deleted",
            "all_fields",
            "organizations",
            "groups",
            "include_datasets",
        ],
        *[
            "query",
            "vocabulary_id",
            "resource_id",
            "fields",
            "filters",
            "distinct",
            "include_total",
            "records_format",
            "sql",
            "owner_org",
            "notes",
        ],
        *[
            "title_translated",
            "keywords",
            "tags",
            "tag_string",
            "extras",
            "resources",
            "state",
            "private",
            "access_rights",
            "license_id",
            "url",
        ],
        *[
            "author_email",
            "maintainer_email",
            "valid_from",
            "time_series_start",
            "spatial",
            "metadata_created",
            "date_released",
        ],
        *[
            "highvalue_category",
            "frequency",
            "update_frequency",
            "contract",
            "package_id",
            "upload",
            "size",
            "hash",
            "format",
            "table",
            "position",
        ],
        *[
            "datastore_active",
            "name_translated",
            "temporal_coverage_from",
            "resource",
            "records",
            "primary_key",
            "method",
            "force",
        ],
        *[
            "image_url",
            "description",
            "kind",
            "city",
            "business_id",
            "organization",
            "organization_id",
            "order_by",
            "geographical_coverage",
        ],
        *[
            "external_urls",
            "language",
            "version",
            "collection_type",
            "made_for_demonstration",
            "created",
            "last_modified",
        ],
    }
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.sampled_from(EVIL),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["id", "name", "key", "value", "type", "fi", "a", "_id", "_fields", "geometry", "filters"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
REQUESTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=7)


#: What each action takes when all is well, for hostile values to stand in its place.
WELL = {
    "package_create": {"name": "helsinki-made", "owner_org": "helsinki", "title": "X"},
    "package_update": {"id": "helsinki-fuzzed", "title": "X"},
    "package_patch": {"id": "helsinki-fuzzed"},
    "package_show": {"id": "helsinki-fuzzed"},
    "package_activity_list": {"id": "helsinki-fuzzed"},
    "resource_create": {"package_id": "helsinki-fuzzed", "url": "https://example.org/x"},
    "organization_create": {"name": "uusi", "title": "X"},
    "organization_update": {"id": "helsinki", "title": "X"},
    "organization_patch": {"id": "helsinki"},
    "organization_show": {"id": "helsinki"},
    "group_create": {"name": "uusi", "title": "X"},
    "group_update": {"id": "vihrea", "title": "X"},
    "group_patch": {"id": "vihrea"},
    "group_show": {"id": "envi"},
    "tag_show": {"id": "puu"},
    "help_show": {"name": "package_show"},
    "resource_search": {"query": "name:x"},
    "datastore_search": {"resource_id": "helsinki-places"},
    "datastore_info": {"id": "helsinki-places"},
    "datastore_upsert": {"resource_id": "helsinki-places", "records": [{"id": 1, "name": "x"}]},
    "datastore_delete": {"resource_id": "helsinki-places", "filters": {"id": 3}},
    "datastore_create": {"resource": {"package_id": "helsinki-fuzzed"}, "records": [{"a": 1, "b": "x"}]},
}


@pytest.fixture
def world(places, client, monkeypatch, settings):
    """A catalogue with a table, and everybody's keys."""
    settings.READS_PER_MINUTE = settings.WRITES_PER_MINUTE = 1_000_000
    monkeypatch.setattr(verbs.settle, "__kwdefaults__", {"together_s": 0.0})
    helsinki = OrganisationFactory()
    dataset = DatasetFactory(name="helsinki-fuzzed", publisher=helsinki, keywords={"fi": ["puu"]}, themes=["ENVI"])
    link = DistributionFactory(dataset=dataset)
    Group.objects.create(name="vihrea", title={"fi": "Vihreä"})
    keys = ["", key_for(PersonFactory(publisher_of=[helsinki])), key_for(PersonFactory(is_superuser=True))]
    table = Distribution.objects.get(table="helsinki-places")
    return [Api(client, key) for key in keys], [str(dataset.pk), str(link.pk), str(table.pk), str(helsinki.uuid)]


def _checked(response, action):
    body = json.loads(b"".join(response) if response.streaming else response.content)
    if response.status_code == 400:
        assert isinstance(body, str), (action, body)
        return
    assert response.status_code in {200, 403, 404, 409}, (action, response.status_code, body)
    assert body["success"] is (response.status_code == 200)
    if not body["success"]:
        assert body["error"]["__type"] in {
            "Validation Error",
            "Authorization Error",
            "Not Found Error",
            "Search Query Error",
        }


@hypothesis.settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    who=st.integers(0, 2),
    action=st.sampled_from(sorted(set(ACTIONS) - {"datastore_search_sql"})),
    data=REQUESTS,
    known=st.dictionaries(
        st.sampled_from(["id", "resource_id", "package_id", "owner_org", "query"]), st.integers(0, 3), max_size=2
    ),
)
@example(2, "package_create", {"name": "helsinki-q", "owner_org": "helsinki", "version": "\ud800"}, {})
def test_any_json_is_answered_in_ckans_form(world, who, action, data, known):
    apis, ids = world
    asked = {**WELL.get(action, {}), **data, **{name: ids[place] for name, place in known.items()}}
    _checked(apis[who].post(action, asked), action)


@hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    action=st.sampled_from(sorted(name for name, known in ACTIONS.items() if known.reads and "sql" not in name)),
    data=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(EVIL) | st.text(max_size=6), max_size=5),
)
def test_any_address_is_answered_in_ckans_form(world, action, data):
    apis, _ids = world
    _checked(apis[0].get(action, **{name: text.encode("utf-8", "replace") for name, text in data.items()}), action)


@pytest.mark.parametrize("body", [b"\x00\x01", b"\xff\xfe", b'{"a":' * 5000, b'{"id": "' + b"x" * 9_000_000 + b'"}'])
def test_bytes_that_are_no_json_are_refused(db, client, body):
    response = client.post("/api/3/action/package_show", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json().startswith("Bad request")


@pytest.mark.parametrize("sql", EVIL)
def test_hostile_sql_is_answered_in_ckans_form(world, sql):
    apis, _ids = world
    response = apis[0].post("datastore_search_sql", {"sql": sql})
    assert response.status_code in {200, 400, 409, 429}
