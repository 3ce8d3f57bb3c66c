"""The promises: each has figures or says what is missing, and its verdict follows from what lies in the database."""

import csv
import io
import json
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kuutio.config.console import main
from kuutio.core.evidence import Evidence, Found, Standing
from kuutio.core.problems import NotFound
from kuutio.opendata.declared import declared as declared_table
from kuutio.programme import demo, evidence
from kuutio.programme.actions.measuring import measure, measure_all
from kuutio.programme.models import EvidenceFigure, PartImplementation
from kuutio.programme.tasks import measure_promise
from tests.programme.openness.words import text_of

PROMISES = json.loads((demo.DATA / "promises.json").read_text("utf-8"))


def test_each_promise_has_evidence_or_a_stated_gap():
    shown = {one.promise for one in evidence.declared()} | {gap.promise for gap in evidence.stated_gaps()}
    keys = {promise["key"] for promise in PROMISES}
    assert keys - shown == set(), "say what shows these promises, or what is missing"
    assert shown - keys == set(), "no such promise"


def test_each_figure_says_all_that_lets_anybody_check_it():
    for one in evidence.declared():
        for language in ("fi", "sv", "en"):
            with translation.override(language):
                assert all(str(text) for text in (one.label, one.rule, one.source, one.missing)), one.key
        assert one.page == "/api/" or reverse(one.page), one.key
        assert re.fullmatch(r"[a-z]+-[a-z-]+", one.key)
        assert one.rows.startswith(("/api/", "/data/", "/fi/")), one.key


def test_the_rows_of_each_figure_are_there(client, strategy, desk):
    for path in sorted({one.rows for one in evidence.declared()}):
        if table := re.fullmatch(r"/data/(.+)\.csv", path):
            assert declared_table(table[1]) is not None, path
        else:
            assert client.get(path).status_code == 200, path


def test_verdicts_follow_from_the_data(strategy):
    measure_all(at=timezone.now())
    rows = {row.promise.key: row for row in evidence.judged(strategy)}
    assert list(rows) == [promise["key"] for promise in PROMISES]
    assert rows["spearheads"].standing is rows["joint"].standing is rows["funding"].standing is Standing.PARTLY
    assert rows["jobs"].standing is rows["calls"].standing is Standing.NOT_YET
    told = {one.evidence.key: (one.figure.value, one.figure.of) for row in rows.values() for one in row.figures}
    assert told["programme-spearheads"] == (3, 3)
    assert told["programme-spearhead-cities"] == (2, 3), "no source names the partners of A71005"
    assert told["programme-spearhead-years"] == (1, 3), "two were extended"
    assert told["programme-pilots"] == (5, 11)
    assert told["programme-joint"] == (5, 15)
    assert told["programme-alone"] == (1, None)
    assert told["programme-planned"] == (7_800_000_000, 8_000_000_000)
    assert told["programme-listed"] == (3_742_361_700, None)
    assert told["programme-esf"] == (123_205_900, None)
    assert told["programme-roles"] == (3, 18)


def test_a_figure_changes_with_what_it_counts(strategy):
    measure_all(at=timezone.now(), keys=["programme-reachable"])
    assert EvidenceFigure.objects.get().standing == "kept"
    part = PartImplementation.objects.first()
    part.desk.is_active = False
    part.desk.save()
    measure_promise(key="programme-reachable")
    figure = EvidenceFigure.objects.get()
    assert (figure.value, figure.of, figure.standing) == (2, 3, "partly")


def test_a_figure_of_nothing_is_no_zero(strategy):
    one = Evidence("test-empty", "jobs", "x", "x", "x", "x", lambda at: None, "programme:promises", "/api/promises.csv")
    figure = measure(one, at=timezone.now())
    assert (figure.value, figure.standing) == (None, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFigure.objects.filter(pk="test-empty").update(standing="kept")
    counted = Evidence(**{**{n: getattr(one, n) for n in one.__slots__}, "find": lambda at: Found(1, Standing.KEPT)})
    assert measure(counted, at=timezone.now()).standing == "kept"


def test_what_nobody_declares_any_more_is_forgotten_and_a_strange_key_is_refused(strategy):
    EvidenceFigure.objects.create(key="gone-away", promise="jobs", measured_at=timezone.now())
    with pytest.raises(NotFound):
        measure_all(at=timezone.now(), keys=["gone-away"])
    measure_all(at=timezone.now())
    assert not EvidenceFigure.objects.filter(key="gone-away").exists()
    measure_promise(key="gone-away")  # a job that was waiting finds nothing to do


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["Lupaukset", "Osittain", "Ei vielä", "Mitä puuttuu", "78 000 000 € / 80 000 000 €", "Laske uudelleen"]),
        ("sv", ["Löften", "Delvis", "Inte än", "Vad som saknas", "Räkna på nytt"]),
        ("en", ["Promises", "Partly", "Not yet", "What is missing", "€78,000,000 of €80,000,000", "Compute it again"]),
    ],
)
def test_the_page_reads_in_three_languages(client, strategy, language, words):
    measure_all(at=timezone.now())
    text = text_of(client.get(f"/{language}/promises/"))
    for word in words:
        assert word in text
    assert all(promise[language] in text for promise in PROMISES)
    assert "./kuutio programme promises programme-joint" in text
    assert "%(" not in text


def test_the_page_shows_those_that_stand_alike_and_takes_no_strange_word(client, strategy):
    measure_all(at=timezone.now())
    few = text_of(client.get("/en/promises/?standing=not-yet"))
    assert "The strategy creates new business." in few
    assert "Each focus area has a three-year spearhead" not in few
    assert "No promise stands like this" in text_of(client.get("/en/promises/?standing=kept"))
    assert "The strategy creates new business." in text_of(client.get("/en/promises/?standing=%00"))


def test_before_the_first_night_the_page_says_what_is_missing(client, strategy):
    text = text_of(client.get("/en/promises/"))
    assert "0 Kept 0 Partly 20 Not yet" in text
    assert "nothing to count yet" in text


def test_without_a_strategy_the_pages_say_so(client, db):
    for path in ("promises/", "strategy/money/", "strategy/projects/"):
        assert "There is no strategy here yet" in text_of(client.get(f"/en/{path}"))


@pytest.mark.parametrize(
    ("path", "most"),
    [("promises/", 10), ("strategy/money/", 16), ("strategy/projects/", 15), ("strategy/projects/A70202/", 14)],
)
def test_the_pages_ask_the_database_a_fixed_number_of_times(strategy, path, most, django_assert_max_num_queries):
    measure_all(at=timezone.now())
    client = Client()
    client.get(f"/fi/{path}")
    with django_assert_max_num_queries(most):
        assert client.get(f"/fi/{path}").status_code == 200


def test_the_data_says_what_the_page_says(client, strategy):
    measure_all(at=timezone.now())
    told = client.get("/api/promises.json").json()["promises"]
    assert {row["promise"]: row["standing"] for row in told} == {
        row.promise.key: str(row.standing) for row in evidence.judged(strategy)
    }
    joint = next(row for row in told if row["promise"] == "joint")
    assert [(one["evidence"], one["value"]) for one in joint["evidence"]] == [
        ("programme-joint", 5.0),
        ("programme-alone", 1.0),
    ]
    assert joint["evidence"][0]["command"] == "./kuutio programme promises programme-joint"
    table = list(csv.DictReader(io.StringIO(client.get("/api/promises.csv").content.decode())))
    assert [row["promise"] for row in table] == [row["promise"] for row in told]
    assert all(row["missing_en"] for row in table if row["standing"] != "kept")


def test_the_command_computes_one_figure_or_all(strategy, capsys):
    assert main(["programme", "promises", "programme-joint"]) == 0
    answered = json.loads(capsys.readouterr().out)
    assert [(one["key"], one["value"], one["of"], one["standing"]) for one in answered["figures"]] == [
        ("programme-joint", 5.0, 15, "partly")
    ]
    assert main(["programme", "promises"]) == 0
    answered = json.loads(capsys.readouterr().out)
    assert len(answered["figures"]) == len(evidence.declared())
    assert answered["promises"]["funding"] == "partly"
    assert main(["programme", "promises", "no-such-figure"]) == 1
    assert "no-such-figure" in capsys.readouterr().err
