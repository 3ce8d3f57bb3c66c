"""The vote is what it promises: one ballot a person, in a log that tells when it was touched, joined with nobody."""

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from kuutio.audit.models import Entry as Audit
from kuutio.config.commands import verify
from kuutio.core.bundles import LOG, PB, Broken, b64u, pack, read_heads, unpack, verify_bundle
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation.actions import batches, closing, voting
from kuutio.participation.models import Budget, Channel, Count, Entry, Pass, ProcessKey, Stage, Witnessed
from kuutio.participation.problems import HasVoted, NotEligible, PassSpent
from tests.factories import PersonFactory
from tests.participation.conftest import three
from tests.participation.voting import STRONG, Browser, address, end, identify, make_vote, resident
from tests.races import at_once


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    """Sessions of made-up residents are believed; files are of this test."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


def _run(bundle, tmp_path, capsys, *more):
    """`./kuutio verify FILE`: its exit and what it printed."""
    import argparse

    file = tmp_path / "vote.zip"
    file.write_bytes(bundle)
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    code = verify.run(parser.parse_args([str(file), *more]))
    return code, capsys.readouterr().out


def _touched(bundle, change):
    """The bundle with its log's lines changed."""
    files = {}
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        for name in archive.namelist():
            files[name] = archive.read(name)
    lines = files[LOG].splitlines(keepends=True)
    change(lines)
    files[LOG] = b"".join(lines)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def _bundle(budget):
    """The bundle that was published."""
    with Budget.objects.get(pk=budget.pk).count.bundle.open("rb") as kept:
        return kept.read()


def _flip(lines):
    entry = json.loads(lines[500])
    entry["ballot"] = ["5"] if entry["ballot"] != ["5"] else ["1"]
    lines[500] = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _swap(lines):
    lines[500], lines[501] = lines[501], lines[500]


def _ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    for rank, place in enumerate(order):
        found[place] = rank
    return found


def _correlation(one, other):
    """Spearman's: of two orders without ties."""
    pairs = list(zip(_ranks(one), _ranks(other), strict=True))
    n = len(pairs)
    return 1 - 6 * sum((a - b) ** 2 for a, b in pairs) / (n * (n * n - 1))


def _stored(table, column, where):
    """Where rows lie in the database and which transaction wrote them, by a column."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, (ctid::text::point)[0]::int * 10000 + (ctid::text::point)[1]::int, xmin::text::bigint "
            f"FROM {table} WHERE {where}"
        )
        return {bytes(key): (place, writer) for key, place, writer in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_thousand_ballots_through_the_doors_are_found_whole_and_belong_to_nobody(cities, tmp_path, capsys):
    budget = make_vote(cities, others=("vantaa",), budgets_of=(None,))
    drawn, client, leaves, nullifiers = random.Random(5), Client(), [], []
    for number in range(1000):
        facts = resident(number, drawn.choice(["091", "092"]))
        choice = [key for key in "12345" if drawn.random() < 0.5] or ["5"]
        if number % 10:
            answer = Browser(budget, None, client).ask_and_cast_within(facts, choice)
        else:
            browser = Browser(budget, facts, client)
            assert browser.ask().status_code == 200
            answer = browser.cast(choice)
        assert answer.status_code == 200, answer.content
        nullifiers.append(closing_nullifier(budget, number))
        leaves.append(bytes.fromhex(json.loads(answer.content)["leaf"]))
        if number % 250 == 249:
            assert batches.append_batch(budget, at=timezone.now()) == 250
            assert batches.witness_log(budget, at=timezone.now()) == 2  # Vantaa and Oulu; Helsinki keeps the log
    kept_heads = Client().get(address(budget, "heads.txt")).content
    closing.tend(end(budget), full_only=True, at=timezone.now())

    count = Budget.objects.get(pk=budget.pk).count
    bundle = _bundle(budget)
    code, said = _run(bundle, tmp_path, capsys)
    assert code == 0 and said.startswith("PASS"), said
    heads = tmp_path / "heads.txt"
    heads.write_bytes(kept_heads)
    assert _run(bundle, tmp_path, capsys, "--heads", str(heads))[0] == 0
    assert len(read_heads(kept_heads)) == 5
    for change, why in (
        (_flip, "entry 500: it was changed"),
        (lambda lines: lines.pop(500), "entry 500: it was dropped"),
        (lambda lines: lines.insert(501, lines[500]), "entry 501: entry 500 stands here once more"),
        (_swap, "entry 500: the order was changed"),
    ):
        code, said = _run(_touched(bundle, change), tmp_path, capsys)
        assert code == 1 and said.startswith(f"FAIL {why}"), said
    assert count.result["voters"] == 1000 and count.comparison["both"]

    # No order is left: neither where rows lie, nor who wrote them when, nor their numbers.
    ballots = _stored("participation_entry", "leaf", "token IS NOT NULL")
    passes = _stored("participation_pass", "nullifier", "true")
    assert len({writer for _place, writer in passes.values()}) == 1
    assert len({writer for _place, writer in ballots.values()}) == 4  # the batches
    pass_places = [passes[nullifier][0] for nullifier in nullifiers]
    ballot_places = [ballots[leaf][0] for leaf in leaves]
    numbers = dict(Entry.objects.filter(token__isnull=False).values_list("leaf", "number"))
    numbers = {bytes(leaf): number for leaf, number in numbers.items()}
    for other in (ballot_places, [numbers[leaf] for leaf in leaves]):
        assert abs(_correlation(pass_places, other)) < 0.13  # four standard deviations of chance at n = 1,000
    for start in range(0, 1000, 250):  # nor, within a batch, between the order of casting and of the log
        within = range(start, start + 250)
        assert abs(_correlation(list(within), [numbers[leaves[at]] for at in within])) < 0.26


def closing_nullifier(budget, number):
    """The nullifier of a made-up resident."""
    from kuutio.participation.opened import nullifier_of

    return nullifier_of(budget, resident(number))


def test_no_column_of_a_pass_or_of_a_ballot_tells_of_the_other_or_of_a_time():
    said = {model: {field.name: field for field in model._meta.get_fields()} for model in (Pass, Entry)}
    related = {field.related_model for fields in said.values() for field in fields.values() if field.is_relation}
    assert not related & {Pass, Entry}
    kinds = {field.get_internal_type() for fields in said.values() for field in fields.values()}
    assert not {kind for kind in kinds if "Date" in kind or "Time" in kind or "Auto" in kind}
    assert set(said[Pass]) & set(said[Entry]) == {"id", "budget"}
    assert not {"session", "user", "person", "address", "agent", "author", "ip"} & set(said[Entry])


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_with_one_pass_are_one_ballot(cities):
    budget = make_vote(cities)
    browser = Browser(budget, resident(1))
    browser.ask()
    choices = [["1"], ["2"], ["3"], ["4"], ["5"]]

    def cast():
        ballot = voting.Ballot(choices[random.randrange(5)], browser.token, browser.signature, commitment=None)
        return voting.cast_ballot(Budget.objects.get(pk=budget.pk), ballot, at=timezone.now())

    found = []
    for _round in range(10):  # twenty connections at a time: more than these the server doesn't take
        found += at_once(cast, times=20)
    leaves = {one for one in found if isinstance(one, bytes)}
    assert len(leaves) == 1
    assert {type(one) for one in found} == {bytes, PassSpent}
    assert Entry.objects.filter(token__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_at_once_a_person_gets_one_pass(cities):
    budget = make_vote(cities)

    def ask():
        browser = Browser(budget, None)
        return voting.issue_pass(budget, resident(1), blinded=browser.blinded, voice=STRONG, at=timezone.now())

    found = at_once(ask, times=12)
    assert sum(isinstance(one, bytes) for one in found) == 1
    assert sum(isinstance(one, HasVoted) for one in found) == 11
    assert Pass.objects.count() == 1


@pytest.mark.django_db
def test_retries_give_the_same_answer_and_a_second_pass_is_refused(cities):
    budget = make_vote(cities)
    browser = Browser(budget, resident(1))
    first, again = browser.ask(), browser.ask()
    assert first.json() == again.json()
    assert browser.cast(["1", "2"]).json() == browser.cast(["1", "2"]).json()
    assert browser.cast(["3"]).json()["type"] == "/problems#pass-spent"
    other = Browser(budget, resident(1))
    assert other.ask().json()["type"] == "/problems#has-voted"
    assert (Pass.objects.count(), Entry.objects.filter(token__isnull=False).count()) == (1, 1)
    assert not Audit.objects.filter(verb__in=["issue_pass", "cast_ballot"]).exists()


@pytest.mark.django_db
def test_the_last_ballot_counts_whatever_the_order_of_the_log(cities):
    budget = make_vote(cities)
    for number in range(6):
        browser = Browser(budget, resident(number))
        browser.ask()
        browser.cast(["4"])
        if number < 5:
            assert browser.change(["1"]).status_code == 200
            assert browser.change(["2"]).status_code == 200
    spent = browser.post({"ballot": ["1"], "replaces": "A" * 43})
    assert spent.json()["type"] == "/problems#bad-pass"
    closing.tend(end(budget), full_only=True, at=timezone.now())
    count = Budget.objects.get(pk=budget.pk).count
    assert count.result["voters"] == 6 and count.result["replaced"] == 10
    support = {step["project"]: step["support"] for step in count.result["steps"] + count.result["losers"]}
    assert support == {"1": 0, "2": 5, "3": 0, "4": 1, "5": 0} | {
        key: value for key, value in support.items() if key in {"2", "4"}
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (resident(1, "049"), "municipality"),
        (resident(2, born=2020), "age"),
        (resident(3, postal_code="00100"), "district"),
    ],
)
def test_who_is_not_eligible_is_told_why_before_any_pass(cities, facts, reason):
    budget = make_vote(cities, postal_codes=["00500", "00510"], area={"fi": "Kallio", "sv": "Berghäll"})
    client = Client()
    browser = Browser(budget, facts, client)
    answer = browser.ask()
    assert answer.status_code == 403 and answer.json()["reason"] == reason
    page = client.get(address(budget)).content.decode()
    assert answer.json()["detail"] in page and 'id="ballot"' not in page
    assert not Pass.objects.exists()


@pytest.mark.django_db
def test_who_works_in_the_city_votes_where_that_counts_and_once(cities):
    home, work = make_vote(
        cities, others=("vantaa",), budgets_of=("helsinki", "vantaa"), work_city_counts=True, group="omat"
    )
    worker = resident(1, "092")
    with pytest.raises(NotEligible):
        voting.issue_pass(home, worker, blinded=b"", voice=STRONG, at=timezone.now())
    browser = Browser(home, worker)
    assert browser.ask(works_in="helsinki").status_code == 200
    assert (Pass.objects.get().city_id, Pass.objects.get().district) == ("helsinki", "work")  # told apart
    assert Browser(work, worker).ask().json()["type"] == "/problems#has-voted"  # of one group: one of them


@pytest.mark.django_db
def test_a_ballot_that_is_not_allowed_is_refused_and_spends_nothing(cities):
    budget = make_vote(cities, paper="knapsack")
    browser = Browser(budget, resident(1))
    browser.ask()
    for choice in (["1", "4", "2"], ["9"], ["1", "1"], {"1": 1}, [], "1", [1]):
        answer = browser.cast(choice)
        assert answer.status_code == 422, (choice, answer.content)
    forged = browser.post({"ballot": ["1"], "pass": "A" * 43, "signature": "A" * 342})
    assert forged.json()["type"] == "/problems#bad-pass"
    assert browser.cast(["1", "4"]).status_code == 200


@pytest.mark.django_db
def test_without_scripts_the_vote_works_and_a_second_press_is_the_same_ballot(cities):
    budget = make_vote(cities, paper="ordinal")
    client = Client()
    identify(client, resident(1))
    page = client.get(address(budget)).content.decode()
    token, following = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "next"))
    sent = {"token": token, "next": following, "n-3": "1", "n-1": "2"}
    first, again = client.post(address(budget), sent), client.post(address(budget), sent)
    assert first.status_code == 200 and following in first.content.decode()
    assert first.content.decode().count("receipt-code") == again.content.decode().count("receipt-code") == 2
    entry = json.loads(bytes(Entry.objects.get(token__isnull=False).content))
    assert (entry["ballot"], entry["channel"]) == (["3", "1"], "form")
    assert client.post(address(budget), sent | {"n-5": "1"}).status_code == 422  # two with one number
    changed = client.post(address(budget), {"code": following, "next": b64u(bytes(32)), "n-5": "1"})
    assert changed.status_code == 200 and b64u(bytes(32)) in changed.content.decode()
    assert Pass.objects.get().channel == Channel.FORM


@pytest.mark.django_db
def test_few_ballots_wait_for_others_and_the_receipt_says_where_one_is(cities):
    budget = make_vote(cities)
    receipts = []
    for number in range(5):
        browser = Browser(budget, resident(number))
        browser.ask()
        receipts.append(browser.cast(["1"]).json()["receipt"])
        if number == 3:
            assert batches.append_batch(budget, at=timezone.now()) == 0
            assert "Odottaa" in Client().get(receipts[0]).content.decode()
            assert Client().get(receipts[0] + "proof.json").status_code == 404
    assert batches.append_batch(budget, at=timezone.now()) == 5
    page = Client().get(receipts[0]).content.decode()
    assert "Hanke" not in page and "lokissa" in page
    proof = Client().get(receipts[0] + "proof.json").json()
    from kuutio.core.ledger import read_head, verify_inclusion

    head = read_head(proof["head"].encode()).head
    hashes = [bytes.fromhex(one) for one in proof["inclusion"]]
    assert verify_inclusion(bytes.fromhex(proof["leaf"]), proof["number"], head.size, hashes, head.root)
    assert Client().get(address(budget, f"receipts/{'0' * 64}/")).status_code == 404
    assert Client().get(address(budget, "receipts/none/")).status_code == 404


@pytest.mark.django_db
def test_a_witness_does_not_sign_a_log_that_was_changed(cities):
    from kuutio.core.ledger import NotConsistent

    budget = make_vote(cities)
    assert batches.witness_log(budget, at=timezone.now()) == 2
    assert batches.witness_log(budget, at=timezone.now()) == 0
    for number in range(5):
        browser = Browser(budget, resident(number))
        browser.ask()
        browser.cast(["1"])
    batches.append_batch(budget, at=timezone.now())
    Witnessed.objects.update(root=b"\1" * 32)
    with pytest.raises(NotConsistent):
        batches.witness_log(budget, at=timezone.now())


@pytest.mark.django_db
def test_a_witness_with_a_key_of_its_own_signs_on_its_own_machine(cities, tmp_path, capsys, monkeypatch):
    from kuutio.config import downloads
    from kuutio.config.console import main
    from kuutio.participation.actions import witnessing

    key, now = tmp_path / "vantaa.key", timezone.now()
    assert main(["witness", "--key", str(key), "--make", "vantaa.example/witness"]) == 0
    public = capsys.readouterr().out.strip()
    with pytest.raises(NotAllowed):
        witnessing.name_witness(cities["vantaa"], public, by=PersonFactory(), at=now)
    for wrong in ("x", public.replace("vantaa", "oulu")):
        with pytest.raises(Invalid):
            witnessing.name_witness(cities["vantaa"], wrong, by=None, at=now)
    witnessing.name_witness(cities["vantaa"], public, by=None, at=now)
    budget = make_vote(cities)
    assert batches.witness_log(budget, at=now) == 1  # Oulu, whose key is here

    def door(url, most, *, body=None):
        path = url.removeprefix("https://cities.example")
        answer = Client().get(path) if body is None else Client().post(path, body, content_type="text/plain")
        if answer.status_code != 200:
            raise Invalid(answer.content.decode())
        return answer.content

    def sign():
        code = main(["witness", f"https://cities.example{address(budget)}", "--key", str(key)])
        shown = capsys.readouterr()
        return code, shown.out or shown.err

    monkeypatch.setattr(downloads, "download", door)
    assert sign()[1].startswith("SIGNED 1 entries") and sign()[1].startswith("NOTHING NEW")
    for number in range(5):
        browser = Browser(budget, resident(number))
        browser.ask()
        browser.cast(["1"])
    batches.append_batch(budget, at=now)
    assert sign()[1].startswith("SIGNED 6 entries")
    assert Witnessed.objects.get(witness__city="vantaa").size == 6
    # Who signs a head that isn't there, or isn't a witness, is refused; sent again it is nothing new.
    last = bytes(budget.heads.order_by("-size")[0].signed)
    assert Client().post(address(budget, "cosign/"), last, content_type="text/plain").json() == {"added": 0}
    bare = last.split(b"\n\n")[0] + b"\n\n" + last.split(b"\n\n")[1].splitlines(keepends=True)[0]
    for sent in (b"x", bare, last.replace(b"time 1", b"time 2", 1)):
        assert Client().post(address(budget, "cosign/"), sent, content_type="text/plain").status_code == 422
    # The count waits for it, not for ever; its page says whose key is where.
    over = end(budget)
    closing.tend(over, full_only=True, at=timezone.now())
    assert Budget.objects.get(pk=budget.pk).state == "closed"
    assert sign()[1].startswith("SIGNED 7 entries")
    closing.tend(over, full_only=True, at=timezone.now())
    page = Client().get(address(budget, "result/")).content.decode()
    assert "vantaa.example/witness (säilyttää avaimensa itse)" in page and "(avain tässä asennuksessa)" in page
    assert "vantaa.example/witness" in verify_bundle(_bundle(budget)).witnesses
    # A log that was changed gets no signature more.
    seen = json.loads((tmp_path / "vantaa.key.seen").read_text())
    (origin,) = seen
    seen[origin] |= {"size": 6, "root": "00" * 32}
    (tmp_path / "vantaa.key.seen").write_text(json.dumps(seen))
    code, said = sign()
    assert code == 1 and said.startswith("FAIL")


@pytest.mark.django_db
def test_what_was_frozen_stays_and_the_database_holds_the_rest(cities):
    from kuutio.participation.actions import budgets, freezing, stages
    from kuutio.participation.problems import Frozen, StageClosed

    budget = make_vote(cities)
    now = timezone.now()
    for act in (
        lambda: budgets.change_budget(budget, amount_cents=1, by=None, at=now),
        lambda: budgets.add_project(budget, title={"fi": "Uusi"}, cost_cents=1, by=None, at=now),
        lambda: budgets.remove_project(budget.projects.first(), by=None, at=now),
        lambda: freezing.open_vote(budget, by=None, at=now),
    ):
        with pytest.raises(Frozen):
            act()
    stage = budget.stage
    told = {"title": {"fi": "A", "sv": "B"}, "identification": "strong", "settings": {}, "by": None, "at": now}
    times = {"opens_at": stage.opens_at, "closes_at": stage.closes_at}
    stages.change_stage(stage, **told | times)
    for change in (
        {"closes_at": now + timedelta(minutes=1)},
        {"closes_at": stage.closes_at + timedelta(days=50)},
        {"opens_at": now + timedelta(days=1)},
        {"identification": "registered"},
    ):
        with pytest.raises(Frozen):
            stages.change_stage(stage, **told | times | change)
    with pytest.raises(Conflict):
        stages.remove_stage(stage, by=None, at=now)
    # Also whoever writes into the database ends no vote, and prolongs none.
    Stage.objects.filter(pk=stage.pk).update(opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=50))
    browser = Browser(budget, resident(2))
    assert browser.ask().status_code == 200 and browser.cast(["1"]).status_code == 200
    late = Browser(budget, resident(1))
    with pytest.raises(StageClosed):
        fresh = Budget.objects.get(pk=budget.pk)
        voting.issue_pass(
            fresh, resident(1), blinded=late.blinded, voice=STRONG, at=budget.closes_at + timedelta(seconds=1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Pass.objects.create(
            process=budget.process, group="g", nullifier=b"1", budget=budget, channel="post", city_id="helsinki"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(budget=budget, content=b"1", leaf=b"1")  # what waits is a ballot


@pytest.mark.django_db
def test_whose_people_vote_on_a_common_budget_is_frozen(cities, officers):
    from kuutio.participation.actions import processes
    from kuutio.participation.actions.processes import Decision
    from kuutio.participation.models import ProcessCity
    from kuutio.participation.problems import Frozen

    budget, now = make_vote(cities, others=("vantaa",), budgets_of=(None,)), timezone.now()
    for others in ([], [cities["vantaa"], cities["oulu"]]):
        with pytest.raises(Frozen):
            processes.change_process(budget.process, cities=others, by=officers["helsinki"], at=now)
    processes.change_process(budget.process, cities=[cities["vantaa"]], by=officers["helsinki"], at=now)
    ProcessCity.objects.filter(process=budget.process, city="vantaa").delete()
    ProcessCity.objects.create(process=budget.process, city=cities["oulu"])
    assert Browser(budget, resident(1, "092")).ask().status_code == 200
    assert Browser(budget, resident(2, "564", "90100")).ask().json()["reason"] == "municipality"
    over = end(budget)
    Stage.objects.filter(pk=budget.stage_id).update(closes_at=now - timedelta(seconds=1))
    decision = Decision(three("Päätös"), three("Syy"), now.date(), three("Valtuusto"))
    with pytest.raises(Conflict):  # not counted yet
        processes.close_process(budget.process, decision, by=None, at=now)
    closing.tend(over, full_only=True, at=timezone.now())
    assert processes.close_process(budget.process, decision, by=None, at=timezone.now()).state == "closed"


@pytest.mark.django_db
def test_the_key_that_tells_voters_apart_is_destroyed_after_the_appeals(cities):
    budget = make_vote(cities)
    browser = Browser(budget, resident(1))
    browser.ask()
    browser.cast(["1"])
    now = timezone.now()
    with pytest.raises(Conflict):
        closing.destroy_keys(budget.process, by=None, at=now)
    with pytest.raises(Conflict):
        closing.close_vote(budget, by=None, at=now)
    closing.tend(end(budget), full_only=True, at=now)
    closing.tend(budget, full_only=True, at=now)  # again: nothing more
    with pytest.raises(Conflict):
        closing.destroy_keys(budget.process, by=None, at=now + timedelta(days=10))
    with pytest.raises(NotAllowed):
        closing.destroy_keys(budget.process, by=PersonFactory(), at=now + closing.APPEALS + timedelta(days=1))
    keys, officer = f"/fi/work/participation/{budget.process.slug}/keys/", Client()
    officer.force_login(PersonFactory(publisher_of=[cities["helsinki"].organisations.get()]))
    assert "kunnes muutoksenhakuaika on ohi" in officer.get(keys).content.decode()
    assert officer.post(keys).status_code == 302 and ProcessKey.objects.get().secret is not None  # refused: too early
    before = Count.objects.get()
    Count.objects.update(counted_at=before.counted_at - closing.APPEALS)
    assert "Hävitä avaimet" in officer.get(keys).content.decode()
    assert officer.post(keys).status_code == 302
    Count.objects.update(counted_at=before.counted_at)
    assert "Avaimet on hävitetty" in officer.get(keys).content.decode()
    assert officer.get("/fi/work/participation/raha/").status_code == 200
    assert ProcessKey.objects.get().secret is None
    assert Budget.objects.get(pk=budget.pk).keys.pass_key is None
    assert verify_bundle(_bundle(budget)).entries == 3


@pytest.mark.django_db
def test_a_destroyed_key_lives_on_in_no_process_s_memory(cities):
    """The door keeps a budget between requests; the key that tells voters apart isn't among what it keeps."""
    budget = make_vote(cities)
    assert Browser(budget, resident(1)).ask().status_code == 200
    ProcessKey.objects.update(secret=None, destroyed_at=timezone.now())
    assert Browser(budget, resident(2)).ask().status_code == 409


@pytest.mark.django_db
def test_a_bundle_with_more_ballots_than_passes_is_not_believed(cities):
    budget = make_vote(cities)
    browser = Browser(budget, resident(1))
    browser.ask()
    browser.cast(["1"])
    Pass.objects.all().delete()
    with pytest.raises(Broken, match="only 0 passes"):
        closing.tend(end(budget), full_only=True, at=timezone.now())


@pytest.mark.django_db
def test_the_ballots_are_published_bare_as_pb(cities, tmp_path, capsys):
    from kuutio.core.budgeting import read_pb

    budget = make_vote(cities, paper="cumulative")
    for number in range(3):
        browser = Browser(budget, resident(number))
        browser.ask()
        browser.cast({"1": 6, "5": 4})
    assert Client().get(address(budget, "bundle.zip")).status_code == 404
    closing.tend(end(budget), full_only=True, at=timezone.now())
    found = read_pb(Client().get(address(budget, "votes.pb")).content)
    assert found.election.voters == 3 and found.votes.columns == ("voter_id", "vote", "points")
    assert found.meta["currency"] == "EUR" and not found.notes
    bundle = unpack(b"".join(Client().get(address(budget, "bundle.zip")).streaming_content))
    assert bundle.files[PB] == Client().get(address(budget, "votes.pb")).content
    # Who changes the file and makes the manifest fit is found out; who leaves it out, too.
    for files in (
        bundle.files | {PB: bundle.files[PB].replace(b"6,4", b"5,5", 1)},
        {name: body for name, body in bundle.files.items() if name != PB},
    ):
        code, said = _run(pack(replace(bundle, files=files)), tmp_path, capsys)
        assert code == 1 and said.startswith("FAIL") and PB in said
