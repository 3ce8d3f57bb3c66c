"""The published bundle: whoever tampers with it is caught at the first wrong entry."""

import json
import re
from copy import deepcopy
from functools import cache

import pytest

from kuutio.core.bundles import Broken, canonical, verify_bundle
from kuutio.core.bundles.archive import Bundle, pack, unpack
from kuutio.core.bundles.logs import log_files
from kuutio.core.ledger import Frontier, Head, SigningKey, leaf_hash, sign_head
from kuutio.core.ledger.heads import LOG
from kuutio.selection.actions import conflicts, publishing, ranking, reviewing
from kuutio.selection.models import Review, RoundLog
from tests.selection import made as given

pytestmark = pytest.mark.django_db


@cache
def published() -> bytes:
    """The bundle of a round, made once: it is a file, whatever becomes of the database."""
    made = given.decided(given.make_round())
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    return publishing.bundle_of(made.again())


@pytest.fixture
def packed(db):
    return published()


def changed(packed, **files):
    bundle = unpack(packed)
    return pack(Bundle(bundle.kind, bundle.origin, {**bundle.files, **files}, facts=bundle.facts))


def resigned(packed, change):
    """The bundle of somebody who holds a key and signs a log that suits them."""
    bundle = unpack(packed)
    entries = [json.loads(line) for line in bundle.files["log.jsonl"].splitlines()]
    key = SigningKey(bundle.origin, LOG, b"k" * 32)
    entries[0]["keys"]["log"] = str(key.public())
    change(entries)
    contents = [canonical(one) for one in entries]
    frontier, heads = Frontier(), []
    for content in contents:
        frontier = frontier.extended([leaf_hash(content)])
        heads.append(sign_head(Head(bundle.origin, frontier.size, frontier.root(), 1_500_000_000), key))
    files = dict(bundle.files) | log_files(contents, heads)
    return pack(Bundle(bundle.kind, bundle.origin, files, facts=bundle.facts))


def of_type(entries, kind):
    return next(place for place, one in enumerate(entries) if one["type"] == kind)


def test_what_is_published_names_nobody_and_counts_conflicts_alone(packed):
    bundle = unpack(packed)
    text = b"\n".join(bundle.files.values()).decode()
    assert "Reviewer" not in text and "example.org" not in text and "reviewers.json" not in bundle.files
    closing = json.loads(bundle.files["log.jsonl"].splitlines()[-1])
    assert closing["conflicts"].keys() == {"hard", "soft", "declared"}
    assert re.fullmatch(r"r\d+", json.loads(bundle.files["log.jsonl"].splitlines()[6])["reviewer"])


def test_a_changed_score_a_dropped_review_and_a_changed_result_are_caught(packed):
    verify_bundle(packed)
    lines = unpack(packed).files["log.jsonl"].split(b"\n")
    place = next(number for number, line in enumerate(lines) if b'"type":"review"' in line)
    better = re.sub(rb'"impact":\d', b'"impact":5', lines[place])
    with pytest.raises(Broken) as caught:
        verify_bundle(changed(packed, **{"log.jsonl": b"\n".join([*lines[:place], better, *lines[place + 1 :]])}))
    assert caught.value.entry == place
    with pytest.raises(Broken) as caught:
        verify_bundle(changed(packed, **{"log.jsonl": b"\n".join([*lines[:place], *lines[place + 1 :]])}))
    assert caught.value.entry == place
    result = json.loads(unpack(packed).files["result.json"])
    result["rows"][1]["outside"] = "99/1"
    with pytest.raises(Broken, match=r"candidate .*/outside"):
        verify_bundle(changed(packed, **{"result.json": canonical(result) + b"\n"}))
    result = json.loads(unpack(packed).files["result.json"])
    result["rows"][0]["advice"] = "1/3"
    with pytest.raises(Broken, match="/advice"):
        verify_bundle(changed(packed, **{"result.json": canonical(result) + b"\n"}))


def test_titles_that_are_changed_about_are_caught(packed):
    titles = json.loads(unpack(packed).files["titles.json"])
    first, second = list(titles)[:2]
    titles[first], titles[second] = titles[second], titles[first]
    with pytest.raises(Broken, match=r"titles\.json"):
        verify_bundle(changed(packed, **{"titles.json": canonical(titles) + b"\n"}))
    with pytest.raises(Broken, match=r"reviewers\.json"):
        verify_bundle(changed(packed, **{"reviewers.json": canonical({"r1": ["Somebody", "Else"]}) + b"\n"}))


def test_a_review_opened_again_and_then_in_conflict_keeps_no_round_from_being_published(db):
    made = given.reviewed(given.make_round())
    review = Review.objects.filter(candidate__round=made.round).select_related("candidate", "reviewer__person").first()
    reviewing.reopen_review(review, reason="Syy", by=made.office, at=given.NOON + given.DAY)
    told = {review.candidate.number: ("DECLARED_OTHER", "Tunnen hakijan.")}
    conflicts.declare_conflicts(review.reviewer, told, by=review.reviewer.person, at=given.NOON + given.DAY)
    ranking.make_ranking(made.round, by=made.office, at=given.NOON + 2 * given.DAY)
    made.again()
    given.finish(made, given.going(made))
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    verify_bundle(publishing.bundle_of(made.again()))


def raised(entries):
    entries[of_type(entries, "review")]["scores"]["impact"] = 6


def stranger(entries):
    entries[of_type(entries, "review")]["reviewer"] = "r9999"


def hard(entries):
    entries[of_type(entries, "review")]["conflict"] = "HARD"


def late(entries):
    place = of_type(entries, "review")
    entries.insert(of_type(entries, "ranking"), entries.pop(place))


def unproposed(entries):
    place = of_type(entries, "decision")
    entries[place]["outcome"] = "proposed_no"


def lots(entries):
    place = of_type(entries, "decision")
    nonce = "A" * 22
    entries.insert(place, {"type": "draw", "order": ["1"], "funded": ["1"], "nonce": nonce})


@pytest.mark.parametrize("change", [raised, stranger, hard, unproposed, lots, late], ids=lambda one: one.__name__)
def test_a_log_signed_anew_is_judged_by_what_its_entries_say(packed, change):
    verify_bundle(resigned(packed, lambda entries: None))
    where = []

    def noted(entries):
        before = deepcopy(entries)
        change(entries)
        where.extend(place for place, (a, b) in enumerate(zip(before, entries, strict=False)) if a != b)

    with pytest.raises(Broken) as caught:
        verify_bundle(resigned(packed, noted))
    assert caught.value.entry is not None and caught.value.entry >= where[0]


def test_the_names_of_reviewers_are_there_where_the_round_says_so():
    made = given.decided(given.make_round(names_reviewers=True, names_rejected=False))
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    files = unpack(publishing.bundle_of(made.again())).files
    assert "Reviewer" in files["reviewers.json"].decode()
    assert len(json.loads(files["titles.json"])) == 2
    assert RoundLog.objects.get().size == len(files["log.jsonl"].splitlines())
