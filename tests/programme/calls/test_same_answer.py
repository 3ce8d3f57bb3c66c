"""One function answers the form, the interface and the command line: the same rules fail, the same cents come out."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.config.commands import programme as command
from kuutio.core.money import exact
from kuutio.programme import figures
from kuutio.programme.models import Application, ApplicationPartner, BudgetLine
from tests.programme.calls import cases, made

CENTS = st.integers(0, 10**10)


@pytest.fixture
def row(db):
    found, _people = made.consortium(
        made.call(cost_models=["ACTUAL", "FLAT_7", "FLAT_15", "FLAT_17", "FLAT_24", "FLAT_40"])
    )
    return found


def at_command_line(rule, case, tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    assert command.run(type("Options", (), {"rules": rule, "file": str(file), "details": True})()) == 0
    return json.loads(capsys.readouterr().out)[0]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    staff=st.tuples(CENTS, CENTS),
    travel=CENTS,
    model=st.sampled_from(["ACTUAL", "FLAT_7", "FLAT_15", "FLAT_17", "FLAT_24", "FLAT_40", "LUMP"]),
    shares=st.tuples(st.integers(0, 7000), st.integers(0, 3000)),
    days=st.integers(-10, 1500),
    kinds=st.tuples(st.sampled_from(["MUNICIPALITY", "COMPANY"]), st.sampled_from(["UNIVERSITY", "COOPERATIVE"])),
    signed=st.booleans(),
)
def test_form_interface_and_command_line_say_the_same(
    row, tmp_path, capsys, staff, travel, model, shares, days, kinds, signed
):
    Application.objects.filter(pk=row.pk).update(
        cost_model=model, eu_bp=shares[0], state_bp=shares[1], ends_on=row.starts_on + timedelta(days=days)
    )
    for partner, cents, kind in zip(row.partners.order_by("position"), staff, kinds, strict=True):
        ApplicationPartner.objects.filter(pk=partner.pk).update(
            actor_type=kind, **({} if signed else {"signed_at": None, "signed_digest": ""})
        )
        BudgetLine.objects.update_or_create(partner=partner, category="STAFF", defaults={"cents": cents})
        BudgetLine.objects.update_or_create(partner=partner, category="TRAVEL", defaults={"cents": travel})
    found = made.fresh(row)
    own = [(one.rule, one.code, one.where) for checked in figures.panel_of(found) for one in checked.findings]
    case = cases.case_of(found)
    answer = Client().post("/api/v1/programme/eligibility", json.dumps(case), content_type="application/json")
    assert answer.status_code == 200, answer.content
    line = at_command_line("eligibility", case, tmp_path, capsys)
    for told in (answer.json(), line):
        assert [(one["rule"], one["code"], one["where"]) for one in told["findings"]] == own
    computed, budget = figures.computed(found), cases.budget_case_of(found)
    answer = Client().post("/api/v1/programme/budget", json.dumps(budget), content_type="application/json").json()
    line = at_command_line("budget", budget, tmp_path, capsys)
    for told in (answer, line):
        assert [one["key"] for one in told["findings"]] == [one.key for one in computed.findings]
        if not computed.findings:
            assert exact(told["project"]["net"]) == computed.project.net
            assert {name: exact(one["funding"]["EU"]) for name, one in told["partners"].items()} == {
                name: one.funding["EU"] for name, one in computed.partners.items()
            }


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "[]", "{}", "nonsense", '{"call": 1}', '{"a": NaN}', "[" * 5000, '{"a":1,"a":2}'])
def test_a_hostile_question_is_told_what_it_lacks(body):
    for rule in ("eligibility", "budget"):
        answer = Client().post(f"/api/v1/programme/{rule}", body, content_type="application/json")
        assert answer.status_code == 422 and answer["Content-Type"].startswith("application/problem+json")
