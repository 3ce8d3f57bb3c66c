"""The programme's rules at the command line: the worked examples, and what hostile files get."""

import io
import json
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from kuutio.config.console import main
from kuutio.config.environment import ROOT

EXAMPLES = ROOT / "tests" / "data" / "programme" / "examples"
FILES = {
    "eligibility": "eligibility",
    "budget": "budgets",
    "score": "evaluation",
    "assign": "assignment",
    "claims": "claims",
}


def worked(rules: str) -> list[dict]:
    return json.loads((EXAMPLES / f"{FILES[rules]}.json").read_text("utf-8"))


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def asked(rules: str, content: object, *words: str) -> tuple[int, object, str]:
        file = tmp_path / "cases.json"
        written = content if isinstance(content, bytes) else json.dumps(content).encode()
        file.write_bytes(written)
        status = main(["programme", rules, str(file), *words])
        shown = capsys.readouterr()
        return status, json.loads(shown.out) if shown.out else None, shown.err

    return asked


@pytest.mark.parametrize("rules", FILES)
def test_every_worked_example_is_answered_exactly(ask, rules):
    cases = worked(rules)
    status, told, err = ask(rules, cases)
    assert (status, err) == (0, "")
    names = [case.get("id") or case["input"]["id"] for case in cases]
    assert told == [{"id": name, **case["expected"]} for name, case in zip(names, cases, strict=True)]


@pytest.mark.parametrize("rules", FILES)
def test_a_case_may_stand_alone_and_without_its_wrapping(ask, rules):
    for case in worked(rules):
        bare = {key: value for key, value in case["input"].items() if key != "id"}
        assert ask(rules, bare)[1] == [{"id": "1", **case["expected"]}]


@pytest.mark.parametrize("rules", ["eligibility", "budget", "score"])
def test_the_order_in_the_file_is_irrelevant(ask, rules):
    for case in worked(rules):
        turned = json.loads(json.dumps(case["input"]))
        for key in ("partners", "applications", "reviews", "reviewers"):
            Random(3).shuffle(turned.get(key, []))
        assert ask(rules, turned)[1][0] | {"id": ""} == case["expected"] | {"id": ""}


def test_details_tell_the_rules_the_pairs_and_the_draw(ask):
    (told,) = ask("eligibility", worked("eligibility")[1], "--details")[1]
    assert told["rules"]["E2"] is False
    assert (told["rules"]["E1"], told["rules"]["E3"], told["cities"]) == (True, None, ["Helsinki"])
    assert told["findings"][0]["facts"] == {"found": 1, "least": 2}
    (told,) = ask("assign", worked("assign"), "--details")[1]
    assert (told["fair"]["worst_affinity"], told["fair"]["total_affinity"]) == (45, 875)
    (told,) = ask("claims", worked("claims")[3], "--details")[1]
    assert (told["findings"][0]["rule"], told["findings"][0]["facts"]["over_cents"]) == ("C1", 1)
    (told,) = ask("budget", worked("budget")[4], "--details")[1]
    assert told["findings"][0]["rule"] == "M2"
    (told,) = ask("score", worked("score"), "--details")[1]
    assert (told["not_fundable"], told["bias_weak"]) == (["a6", "a5", "a2", "a3", "a4"], True)


def test_lots_decide_at_the_line_when_a_seed_was_published(ask):
    case = worked("score")[0]["input"]
    ties = {**case, "threshold": "0", "call_budget_cents": 25_000_000, "applications": [], "reviews": []}
    for name in ("a1", "a2", "a3"):
        ties["applications"].append({"id": name, "cities": [], "requested_cents": 10_000_000})
        scores = dict.fromkeys([one["key"] for one in case["criteria"]], 3)
        ties["reviews"].append({"application": name, "reviewer": "r1", "scores": scores, "submitted": True})
    (told,) = ask("score", ties)[1]
    assert (told["funded"], sorted(told["at_the_line"]), told["left_cents"]) == ([], ["a1", "a2", "a3"], 25_000_000)
    (told,) = ask("score", {**ties, "seed": "s"}, "--details")[1]
    assert told["funded"] == told["lots"][:2]
    assert (told["at_the_line"], told["left_cents"]) == (told["lots"][2:], 5_000_000)


def test_a_decision_stands_beside_and_entered_funding_is_judged(ask):
    case = worked("budget")[5]["input"]
    decided = [
        {"partner": "p1", "source": "EU", "amount": "127790.00", "reason": "Whole euros."},
        {"partner": "p1", "source": "OWN_PUBLIC", "amount": "127788.59", "reason": "Whole euros."},
    ]
    (told,) = ask("budget", {**case, "decided": decided})[1]
    assert [row["difference"] for row in told["decided"]] == ["0.71", "0.00", "-0.71", "0.00", "0.00", "0.00"]
    (told,) = ask("budget", {**case, "decided": decided[:1]})[1]
    assert told == {
        "id": "PB005",
        "errors": [{"partner": "p1", "error": "PARTNER_NOT_BALANCED", "difference": "0.71"}],
    }
    funding = {name: one["funding"] for name, one in worked("budget")[5]["expected"]["partners"].items()}
    assert "errors" not in ask("budget", {**case, "funding": funding})[1][0]
    funding["p2"] = {**funding["p2"], "EU": "191707.47"}
    (told,) = ask("budget", {**case, "funding": funding})[1]
    assert [one["error"] for one in told["errors"]] == ["PARTNER_NOT_BALANCED", "SUPPORT_OVER_SHARE"]


def test_what_is_impossible_says_why(ask):
    (told,) = ask("assign", {**worked("assign")[0]["input"], "max_load": 2})[1]
    assert (told["feasible"], told["max_total_affinity"]) == (False, None)
    assert told["errors"][0]["code"] == "DEMAND_OVER_SUPPLY"
    assert told["errors"][0]["facts"] == {"demand": 12, "least": 0, "most": 10}


def test_claims_are_corrected_and_closed(ask):
    period, next_period = ["2016-01-01", "2016-06-30"], ["2016-07-01", "2016-12-31"]
    claim = {"type": "CLAIM", "lines": {"STAFF": {"claimed": "100.00", "accepted": 90}}, "period": period}
    case = {"granted_support": "70.00", "support_bp": 7000, "period": ["2016-01-01", "2016-12-31"]}
    events = [
        {"type": "ADVANCE", "amount": "20.00"},
        {**claim, "report": period, "id": "first"},
        {"type": "CORRECTION", "claim": "first", "amount": "10.00"},
        {"type": "CLOSING"},
    ]
    (told,) = ask("claims", {**case, "events": events})[1]
    assert told["steps"][1:] == [
        {"cumulative_accepted": "90.00", "pay": "43.00", "cumulative_paid": "63.00"},
        {"cumulative_accepted": "80.00", "pay": "0.00", "cumulative_paid": "63.00"},
        {"cumulative_accepted": "80.00", "pay": "0.00", "cumulative_paid": "56.00", "back": "7.00"},
    ]
    for events, code in [
        ([claim], "REPORT_MISSING"),
        ([{**claim, "report": period}] * 2, "PERIOD_OVERLAPS"),
        ([{**claim, "period": ["2017-01-01", "2017-02-01"]}], "PERIOD_OUTSIDE_PROJECT"),
        ([{"type": "CLOSING"}, {**claim, "period": next_period, "report": next_period}], "CLAIM_AFTER_CLOSING"),
    ]:
        assert ask("claims", {**case, "events": events})[1] == [{"id": "1", "error": code}]


def test_scores_outside_the_scale_carry_the_rules_code(ask):
    case = json.loads(json.dumps(worked("score")[0]["input"]))
    case["reviews"][3]["scores"]["relevance"] = 6
    (told,) = ask("score", case)[1]
    assert [(one["rule"], one["error"], one["where"]) for one in told["errors"]] == [
        ("V1", "SCORE_OUTSIDE_SCALE", "a5/r5/relevance")
    ]


def test_applications_without_reviews_have_no_score_and_apart_ones_no_advice(ask):
    case = json.loads(json.dumps(worked("score")[0]["input"]))
    case["applications"].append({"id": "a7", "cities": [], "requested_cents": 1})
    (told,) = ask("score", case)[1]
    assert (told["score"]["a7"], told["rank"]["a7"], told["bias_adjusted_score"]["a7"]) == (None, None, None)
    case["reviewers"].append({"id": "r7", "city": "Oulu"})
    case["reviews"].append({**case["reviews"][5], "application": "a7", "reviewer": "r7"})
    (told,) = ask("score", case)[1]
    assert (told["bias_adjusted_score"], told["rank"]["a7"]) == (None, 7)


@pytest.mark.parametrize(
    ("rules", "content", "said"),
    [
        ("budget", b"", "is no JSON"),
        ("budget", b"\xff\xfe", "is no UTF-8"),
        ("budget", b"[" * 100_000, "is no JSON"),
        ("budget", b'{"a": NaN}', "NaN is no number"),
        ("budget", b'{"a": 1, "a": 2}', "same key twice"),
        ("budget", b'{"eu_bp": 1' + b"0" * 5000 + b"}", "too many digits"),
        ("budget", b'{"eu_bp": 1e999999999}', "too many digits"),
        ("budget", b"7", "must be an object"),
        ("budget", b"[null]", "must be an object"),
        ("score", b'{"criteria": {}}', "/criteria: must be a list"),
        ("assign", b'{"applications": -1, "reviewers": 1}', "/applications: must be a whole number from 0"),
        ("assign", b'{"applications": true, "reviewers": 1}', "must be a whole number"),
        ("claims", b'{"granted_support": "-1", "support_bp": 1, "events": []}', "must not be negative"),
        (
            "claims",
            b'{"granted_support": 1, "support_bp": 1, "events": [{"type": []}]}',
            "/events/0/type: must be ADVANCE",
        ),
        ("eligibility", b'{"partners": []}', 'has no "call"'),
    ],
)
def test_hostile_files_get_a_clear_word(ask, rules, content, said):
    status, told, err = ask(rules, content)
    assert (status, told) == (1, None)
    assert err.startswith("kuutio: ")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("rules", "path", "value"),
    [
        ("eligibility", ["call", "closes_at"], "2016-01-15T16:15:00"),
        ("eligibility", ["call", "max_months"], 10**9),
        ("eligibility", ["start"], "0001-01-01"),
        ("eligibility", ["start"], "2016-13-01"),
        ("eligibility", ["kind"], ["PILOT"]),
        ("eligibility", ["partners", 0, "lead"], 1),
        ("eligibility", ["partners", 0, "business_id"], "x" * 500),
        ("budget", ["cost_model"], "FLAT_99"),
        ("budget", ["eu_bp"], 10_001),
        ("budget", ["partners", 0, "costs", "STAFF"], "1.005"),
        ("budget", ["partners", 0, "costs", "STAFF"], "1" * 16),
        ("budget", ["partners", 0, "costs", "STAFF"], None),
        ("budget", ["partners", 1, "id"], "p1"),
        ("score", ["reviews", 0, "application"], "a99"),
        ("score", ["reviews", 0, "reviewer"], "r99"),
        ("score", ["reviews", 1], {}),
        ("score", ["threshold"], "1/0"),
        ("score", ["scale"], [5, 0]),
        ("score", ["applications", 1, "id"], "a1"),
        ("assign", ["affinity", 0], [1, 2]),
        ("assign", ["affinity", 0, 0], "12/7777777777777"),
        ("assign", ["conflicts", 0], [6, 0]),
        ("assign", ["max_load"], [1]),
        ("assign", ["one_per_city"], True),
        ("claims", ["events", 0, "amount"], 1.5e-7),
        ("claims", ["support_bp"], "7000"),
    ],
)
def test_a_field_that_does_not_fit_is_named(ask, rules, path, value):
    case = json.loads(json.dumps(worked(rules)[1 if rules == "budget" else 0]["input"]))
    at = case
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    status, told, err = ask(rules, [case])
    assert (status, told) == (1, None)
    assert "1 of 1 cases can't be understood" in err
    assert "Traceback" not in err


def test_a_file_that_is_not_there_and_wrong_words(capsys, tmp_path):
    assert main(["programme", "budget", str(tmp_path / "none.json")]) == 1
    assert "No such file" in capsys.readouterr().err
    for words in (["programme"], ["programme", "dance", "x.json"], ["programme", "budget"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 2


def test_cases_come_from_stdin_too(monkeypatch, capsys):
    raw = io.BytesIO((EXAMPLES / "claims.json").read_bytes())
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=raw))
    assert main(["programme", "claims", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 5
