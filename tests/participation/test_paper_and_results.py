"""Paper beside the web, what officers do with budgets, what a result tells, and where the winners go."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.audit.models import Entry as Audit
from kuutio.cities.identified import facts_of
from kuutio.core.identity_codes import NoIdentityCode, read_code
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import alike, letters, turnout
from kuutio.participation.actions import budgets, closing, freezing, paper, proposing, stages
from kuutio.participation.actions.contributing import Said, contribute  # noqa: F401  # the kinds are there
from kuutio.participation.models import Budget, Channel, Entry, Pass, Sheet
from kuutio.participation.problems import BadBallot, HasVoted, NotReady
from kuutio.participation.voices import Level, Voice
from kuutio.programme.models import PromisedProject
from tests.factories import PersonFactory
from tests.participation.conftest import three
from tests.participation.voting import Browser, address, end, make_vote, resident

CODE, OTHER = "010594Y9032", "020594X903P"
"""Codes of made-up people, from the register's own examples."""


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pair(officers, cities):
    """Two officers of Helsinki."""
    return officers["helsinki"], PersonFactory(publisher_of=[cities["helsinki"].organisations.get()])


def _shown(code=CODE):
    return paper.Shown(code, "091", "00500")


def test_identity_codes_are_read_and_mistyped_ones_are_not():
    assert read_code("010594y9032 ") == (CODE, date(1994, 5, 1))
    assert read_code("131052-308T")[1] == date(1952, 10, 13)
    for wrong in ("010594Y9033", "310294Y903A", "010594", "", "010594*9032"):
        with pytest.raises(NoIdentityCode):
            read_code(wrong)


def test_what_strong_identification_tells_is_reduced_to_what_is_needed():
    told = {
        "urn:oid:1.2.246.21": CODE,
        "urn:oid:1.2.246.517.2002.2.18": "091",
        "address": {"postal_code": "00500"},
        "name": "Nordea Demo",
    }
    facts = facts_of(told, {"postal_code": "address.postal_code"})
    assert (facts.municipality, facts.postal_code, facts.born_on) == ("091", "00500", date(1994, 5, 1))
    assert CODE not in str(facts) and "Demo" not in str(facts)
    assert facts_of({"sub": "1"}) is None


@pytest.mark.django_db
def test_paper_after_the_web_is_refused_at_the_desk_and_the_web_after_paper(cities, pair, settings):
    budget = make_vote(cities)
    facts = facts_of({"urn:oid:1.2.246.21": CODE, "urn:oid:1.2.246.517.2002.2.18": "091"})
    browser = Browser(budget, facts)
    assert browser.ask().status_code == 200 and browser.cast(["1"]).status_code == 200
    officer = pair[0]
    with pytest.raises(HasVoted):
        paper.mark_at_desk(budget, _shown(), channel=Channel.PAPER, by=officer, at=timezone.now())
    client = Client()
    client.force_login(officer)
    form = {"code": CODE, "municipality": "091", "postal_code": "00500", "works_in": "", "channel": "paper"}
    desk = f"/fi/work/participation/{budget.process.slug}/budgets/{budget.slug}/desk/"
    assert client.post(desk, form).status_code == 422
    assert client.post(desk, form | {"code": OTHER}).status_code == 302
    other = Browser(budget, facts_of({"urn:oid:1.2.246.21": OTHER, "urn:oid:1.2.246.517.2002.2.18": "091"}))
    assert other.ask().json()["type"] == "/problems#has-voted"
    assert client.post(desk, form | {"code": "1"}).status_code == 422
    assert Pass.objects.count() == 2


@pytest.mark.django_db
def test_a_paper_ballot_needs_two_people_who_saw_the_same(cities, pair):
    budget, now = make_vote(cities), timezone.now()
    one, other = pair
    paper.mark_at_desk(budget, _shown(), channel=Channel.PAPER, by=one, at=now)
    key = uuid.uuid4()
    sheet = paper.enter_sheet(budget, ["1", "2"], serial="A1", channel=Channel.PAPER, key=key, by=one, at=now)
    assert paper.enter_sheet(budget, ["1"], serial="A1", channel=Channel.PAPER, key=key, by=one, at=now) == sheet
    with pytest.raises(Conflict):
        paper.enter_sheet(budget, ["1"], serial="A1", channel=Channel.PAPER, key=uuid.uuid4(), by=one, at=now)
    with pytest.raises(BadBallot):
        paper.enter_sheet(budget, ["9"], serial="A2", channel=Channel.PAPER, key=uuid.uuid4(), by=one, at=now)
    with pytest.raises(NotAllowed):
        paper.confirm_sheet(sheet, ["1", "2"], by=one, at=now)
    with pytest.raises(NotAllowed):
        paper.confirm_sheet(sheet, ["1", "2"], by=PersonFactory(), at=now)
    with pytest.raises(Conflict):
        paper.confirm_sheet(sheet, ["1"], by=other, at=now)
    done = paper.confirm_sheet(sheet, ["1", "2"], by=other, at=now)
    assert paper.confirm_sheet(sheet, ["1", "2"], by=other, at=now).leaf == done.leaf
    assert Entry.objects.filter(token__isnull=False).count() == 1
    spare = paper.enter_sheet(budget, ["1"], serial="A3", channel=Channel.PAPER, key=uuid.uuid4(), by=one, at=now)
    with pytest.raises(Conflict):  # one was given out
        paper.confirm_sheet(spare, ["1"], by=other, at=now)
    paper.take_back_sheet(spare, by=one, at=now)
    with pytest.raises(Conflict):
        paper.take_back_sheet(sheet, by=one, at=now)
    assert Sheet.objects.count() == 1
    leaf = bytes(done.leaf).hex()
    assert not [row for row in Audit.objects.all() if leaf in str(row.facts)]  # an audit line is never forgotten
    closing.tend(end(budget), full_only=True, at=timezone.now())
    assert closing.destroy_due_keys(at=timezone.now()) == 0 and Sheet.objects.exists()
    assert closing.destroy_due_keys(at=timezone.now() + closing.APPEALS + timedelta(days=1)) == 1
    assert not Sheet.objects.exists()
    assert closing.destroy_due_keys(at=timezone.now() + closing.APPEALS + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_the_log_waits_for_paper_that_was_given_out_and_not_for_ever(cities, pair):
    budget, now = make_vote(cities), timezone.now()
    paper.mark_at_desk(budget, _shown(), channel=Channel.PAPER, by=pair[0], at=now)
    over = end(budget)
    assert not closing.is_due(over, now)
    assert closing.is_due(over, now + closing.PAPER_WAITS)
    client = Client()
    for person, path in ((pair[0], "paper/"), (pair[1], "paper/{}/")):
        client.force_login(person)
        row = Sheet.objects.first()
        url = f"/fi/work/participation/{budget.process.slug}/budgets/{budget.slug}/" + path.format(row and row.pk)
        assert client.get(url).status_code == 200
        sent = {"serial": "B7", "channel": "paper", "key": str(uuid.uuid4()), "choice": ["2", "3"]}
        assert client.post(url, sent | {"choice": []}).status_code == 422
        assert client.post(url, sent).status_code == 302
    assert closing.is_due(over, now)
    closing.tend(over, full_only=True, at=now)
    assert Budget.objects.get(pk=budget.pk).count.turnout["channels"] == {"paper": None}  # one is too few to be told


@pytest.mark.django_db
def test_an_officer_makes_a_budget_from_a_pb_file_judges_and_opens_it(cities, officers):
    draft = make_vote(cities, open_now=False)
    client = Client()
    client.force_login(officers["helsinki"])
    base = f"/fi/work/participation/{draft.process.slug}/budgets/"
    made = client.post(
        f"{base}new/",
        {
            "stage": draft.stage.pk,
            "title_0": "Piha",
            "title_1": "Gård",
            "title_2": "Yard",
            "city": "helsinki",
            "amount_cents": "1 000",
            "paper": "knapsack",
            "rule": "greedy",
            "least_age": "13",
            "group": "piha",
            "postal_codes": "00500, 00510",
        },
    )
    assert made.status_code == 409 or made.status_code == 422  # the city has a budget at this address
    budgets.change_budget(draft, paper="knapsack", rule="greedy", by=officers["helsinki"], at=timezone.now())
    page = client.get(f"{base}helsinki/").content.decode()
    assert "Hanke 1" in page
    pb = (
        b"META\nkey;value\nbudget;1000\nvote_type;approval\nnum_projects;2\nnum_votes;0\nPROJECTS\nproject_id;cost;name\n"
        b"a;400;Keinu\n1;500;Penkki\nVOTES\nvoter_id;vote\n"
    )
    added = budgets.import_projects(draft, pb, by=officers["helsinki"], at=timezone.now())
    assert [project.key for project in added] == ["a"]  # 1 is there
    with pytest.raises(Invalid, match="Tiedostoa"):
        budgets.import_projects(draft, b"META\nkey;value\nbudget;x\n", by=None, at=timezone.now())
    with pytest.raises(NotReady):
        freezing.open_vote(draft, by=None, at=timezone.now())
    judge = f"{base}helsinki/projects/a/judge/"
    assert client.post(judge, {"feasible": "no"}).status_code == 422
    assert (
        client.post(judge, {"feasible": "no", "reason_0": "Ei mahdu.", "reason_1": "", "reason_2": ""}).status_code
        == 302
    )
    assert client.post(f"{base}helsinki/open/").status_code == 302
    opened = Budget.objects.get(pk=draft.pk)
    assert opened.state == "open" and "Ei mahdu." in Client().get(address(opened)).content.decode()
    assert client.post(f"{base}helsinki/projects/1/remove/").status_code == 409


@pytest.mark.django_db
def test_a_vote_is_opened_when_its_projects_are_written_in_the_languages_of_the_cities(cities):
    budget, now = make_vote(cities, open_now=False), timezone.now()
    budgets.change_project(budget.projects.get(key="2"), title={"fi": "Vain suomeksi"}, by=None, at=now)
    budgets.change_project(budget.projects.get(key="3"), text={"sv": "Bara på svenska"}, by=None, at=now)
    budgets.change_budget(budget, title={"en": "English only"}, by=None, at=now)
    with pytest.raises(NotReady) as refused:
        freezing.open_vote(budget, by=None, at=now)
    assert [error["pointer"] for error in refused.value.errors] == ["/title", "/projects/title", "/projects/text"]


@pytest.mark.django_db
def test_only_what_fits_becomes_a_budget(cities):
    stage = make_vote(cities, open_now=False).stage
    for wrong in (
        {"amount_cents": 0},
        {"paper": "lottery"},
        {"limits": {"max_points": 3}},
        {"rule": "mes-points"},
        {"city": cities["oulu"]},
        {"postal_codes": ["123"]},
        {"title": {}},
    ):
        told = {"title": three("Uusi"), "amount_cents": 5, "slug": "uusi"} | wrong
        with pytest.raises(Invalid):
            budgets.add_budget(stage, by=None, at=timezone.now(), **told)


@pytest.mark.django_db
def test_a_budget_moves_to_another_stage_and_goes_with_its_draft(cities, officers, client):
    from kuutio.core.problems import Conflict
    from kuutio.participation.actions import processes, stages
    from kuutio.participation.models import Process

    budget = make_vote(cities, open_now=False)
    other = stages.add_stage(
        budget.process,
        "vote",
        title=three("Toinen"),
        opens_at=timezone.now(),
        closes_at=timezone.now() + timedelta(days=9),
        by=None,
        at=timezone.now(),
    )
    with pytest.raises(Conflict):
        stages.remove_stage(budget.stage, by=None, at=timezone.now())
    client.force_login(officers["helsinki"])
    form = {"title_0": "Raha", "amount_cents": "1000", "paper": "approval", "rule": "greedy", "least_age": "12"}
    change = f"/fi/work/participation/raha/budgets/{budget.slug}/change/"
    assert client.post(change, form | {"stage": other.pk, "city": "helsinki"}).status_code == 302
    assert Budget.objects.get(pk=budget.pk).stage_id == other.pk
    stages.remove_stage(budget.stage, by=None, at=timezone.now())
    Process.objects.filter(pk=budget.process_id).update(state="draft", published_at=None)
    processes.remove_draft(budget.process, by=None, at=timezone.now())
    assert not Budget.objects.exists()


@pytest.mark.django_db
def test_the_result_tells_who_paid_what_and_the_winners_become_projects_once(cities):
    budget = make_vote(cities, others=("vantaa",), budgets_of=(None,))
    for number in range(12):
        browser = Browser(budget, resident(number, "091" if number < 9 else "092"))
        browser.ask()
        assert browser.cast(["1", "2", "5"] if number < 8 else ["3", "4"]).status_code == 200
    budget.projects.filter(key__in=["1", "3"]).update(area={"fi": "Kallio", "sv": "Berghäll", "en": "Kallio"})
    closing.tend(end(budget), full_only=True, at=timezone.now())
    closing.count_vote(budget, at=timezone.now())
    count = Budget.objects.get(pk=budget.pk).count
    page = Client().get(address(budget, "result/")).content.decode()
    for words in (
        "Voittajat rahoitusjärjestyksessä",
        "Hanke 1",
        "äänestäjää maksoi",
        "./kuutio verify",
        "–",
        "Mihin raha menee",
        "Kallio",
    ):
        assert words in page, words
    assert {line["city"]: line["voters"] for line in count.turnout["cities"]} == {"helsinki": None, "vantaa": None}
    winners = count.result["winners"]
    promised = {row.reference: row for row in PromisedProject.objects.all()}
    assert set(promised) == {f"raha/common/{key}" for key in winners}
    first = promised[f"raha/common/{winners[0]}"]
    assert {city.pk for city in first.cities.all()} == {"helsinki", "vantaa"} and first.amount_cents > 0
    assert Client().get(first.address).status_code == 200
    assert f"Hanke {winners[0]} (sv)" in Client().get("/sv/strategy/promised/").content.decode()
    assert Client().get(address(budget)).status_code == 302  # the paper leads to the result


@pytest.mark.django_db
def test_those_who_proposed_are_told_whether_their_proposal_won(cities, officers):
    from kuutio.participation.actions import deciding
    from kuutio.participation.models import StatusChange
    from tests.participation.test_proposals import idea_stage, proposed

    budget = make_vote(cities, open_now=False)
    ideas = idea_stage(budget.process)
    rows = {name: proposed(ideas, name) for name in ("Voittaa", "Häviää", "Ei voi", "Yhdistetty", "Työn alla")}
    stays = proposed(ideas, "Jää")
    sources = {"5": "Voittaa", "4": "Häviää", "1": "Yhdistetty", "3": "Työn alla"}
    for key, name in sources.items():
        budget.projects.filter(key=key).update(source=rows[name].contribution)
    unfit = budgets.add_project(
        budget, title={}, cost_cents=1000, source=rows["Ei voi"].contribution, by=None, at=timezone.now()
    )
    unfit.refresh_from_db()
    assert unfit.title.localize("fi") == "Ei voi" and unfit.text.localize("fi") == "Rannalla ei voi levätä."
    budgets.judge_project(unfit, feasible=False, reason=three("Kaava"), by=None, at=timezone.now())
    deciding.merge(rows["Yhdistetty"], stays, by=officers["helsinki"], at=timezone.now())
    deciding.set_status(rows["Työn alla"], "in_progress", {}, by=None, at=timezone.now())
    budget = freezing.open_vote(budget, by=None, at=timezone.now() - timedelta(hours=1))
    for number in range(6):
        browser = Browser(budget, resident(number))
        browser.ask()
        assert browser.cast(["1", "5"]).status_code == 200
    closing.tend(end(budget), full_only=True, at=timezone.now())
    for row in (*rows.values(), stays):
        row.refresh_from_db()
    assert {name: row.status for name, row in rows.items()} == {
        "Voittaa": "chosen",
        "Häviää": "rejected",
        "Ei voi": "rejected",
        "Yhdistetty": "received",
        "Työn alla": "in_progress",
    }
    assert stays.status == "chosen"
    words = StatusChange.objects.get(proposal=rows["Voittaa"]).words
    assert "/sv/participation/raha/" in words.localize("sv") and "voitti" in words.localize("fi")
    assert "Kaava (sv)" in StatusChange.objects.get(proposal=rows["Ei voi"]).words.localize("sv")


@pytest.mark.django_db
def test_what_nobody_voted_for_gets_no_money(cities):
    budget = make_vote(cities, rule="greedy")
    browser = Browser(budget, resident(1))
    browser.ask()
    assert browser.cast(["1"]).status_code == 200
    closing.tend(end(budget), full_only=True, at=timezone.now())
    count = Budget.objects.get(pk=budget.pk).count
    assert len(count.result["winners"]) > 1 and closing.supported_winners(count) == ["1"]
    assert [row.reference for row in PromisedProject.objects.all()] == [f"raha/{budget.slug}/1"]
    page = Client().get(address(budget, "result/")).content.decode()
    assert "Kukaan ei äänestänyt tätä" in page


@pytest.mark.django_db
def test_evening_by_evening_the_passes_are_told_in_fives(cities):
    from kuutio.participation.actions import daily
    from kuutio.participation.public_votes import _day_rows

    budget, now = make_vote(cities), timezone.now()
    Pass.objects.bulk_create(
        Pass(
            process=budget.process,
            group=budget.group,
            nullifier=str(number).encode(),
            budget=budget,
            channel="web" if number < 11 else "paper",
            city=cities["helsinki"],
            district="00500" if number < 7 else "00510",
        )
        for number in range(13)
    )
    made = daily.keep_day(budget, at=now)
    assert made.entries == 1 and made.passes["all"] == 10
    assert made.passes["channels"] == {"paper": 0, "web": 10}
    assert made.passes["cities"][0]["districts"] == [
        {"district": "00500", "voters": 5},
        {"district": "00510", "voters": 5},
    ]
    Pass.objects.filter(nullifier=b"1").delete()
    assert daily.keep_day(budget, at=now) == made  # what is told stays
    page = Client().get(address(budget, "result/")).content.decode()
    assert "Ilta illalta" in page and "00500" in page
    assert {(row["part"], row["name"], row["passes"]) for row in _day_rows()} >= {
        ("all", None, 10),
        ("channel", "web", 10),
    }
    assert daily.keep_day(Budget(pk=budget.pk, state="counted"), at=now) is None


@pytest.mark.django_db
def test_the_officer_s_form_offers_every_rule_by_name_and_keeps_another(cities):
    from kuutio.core.budgeting import rule_from_name, rule_to_json
    from kuutio.participation.pages.budget_forms import RULES, BudgetForm

    names = [name for name, _words in RULES if name]
    assert {"greedy-no-skip", "mes-cost+add1-exhaustive", "mes-points+add1+u", "mes-cardinality"} < set(names)
    assert len({str(words) for _name, words in RULES}) == len(RULES) and all(map(rule_from_name, names))
    budget = make_vote(cities, open_now=False)
    budget.rule = rule_to_json(rule_from_name("mes-cost+add100+floor"))
    assert "mes-cost+add100+floor" in dict(BudgetForm(process=budget.process, budget=budget).fields["rule"].choices)


@pytest.mark.django_db
def test_a_winner_that_can_not_be_carried_out_is_taken_back_with_its_reason(cities, officers, client):
    budget = make_vote(cities)
    for number in range(6):
        browser = Browser(budget, resident(number))
        browser.ask()
        assert browser.cast(["2", "5"]).status_code == 200
    client.force_login(officers["helsinki"])
    back = f"/fi/work/participation/raha/budgets/{budget.slug}/projects/"
    why = {"why_0": "Maaperä on pilaantunut.", "why_1": "Marken är förorenad.", "why_2": ""}
    assert client.post(f"{back}2/back/", why).status_code == 422  # not counted yet
    closing.tend(end(budget), full_only=True, at=timezone.now())
    assert client.post(f"{back}2/back/", {"why_0": " "}).status_code == 422
    assert client.post(f"{back}4/back/", why).status_code == 422  # did not win
    assert client.post(f"{back}2/back/", why).status_code == 302
    assert client.post(f"{back}2/back/", why).status_code == 422  # once
    for page in (address(budget, "result/"), "/fi/strategy/promised/"):
        said = client.get(page).content.decode()
        assert "Maaperä on pilaantunut." in said and "ei toteutetakaan" in said, page
    kept = PromisedProject.objects.get(reference=f"raha/{budget.slug}/2")
    assert kept.withdrawn_at and PromisedProject.objects.filter(withdrawn_at=None).exists()
    assert "2" in Budget.objects.get(pk=budget.pk).count.result["winners"]  # the result stays


@pytest.mark.django_db
def test_the_proposal_of_a_winner_that_was_taken_back_says_so(cities, officers, client, mailoutbox):
    now = timezone.now()
    budget = make_vote(cities, open_now=False)
    times = {"opens_at": now - timedelta(days=6), "closes_at": now - timedelta(days=3)}
    ideas = stages.add_stage(
        budget.process, "proposals", title=three("Ideat"), **times, by=None, at=now - timedelta(days=7)
    )
    author = PersonFactory(language="sv")
    said = Said(text="Rannalla ei voi levätä.", title="Penkkejä rantaan", language="fi", key=uuid.uuid4())
    row = proposing.propose(
        ideas,
        said,
        proposing.Extras(category="environment"),
        voice=Voice(author, Level.REGISTERED),
        at=now - timedelta(days=4),
    )
    budgets.add_project(
        budget,
        title=three("Penkit"),
        text=three("Rannalla ei voi levätä."),
        cost_cents=20_000_00,
        key="6",
        source=row.contribution,
        feasible=True,
        by=None,
        at=now - timedelta(days=3),
    )
    budget = freezing.open_vote(budget, by=None, at=now - timedelta(days=2))
    for number in range(6):
        browser = Browser(budget, resident(number))
        browser.ask()
        assert browser.cast(["6"]).status_code == 200
    closing.tend(end(budget), full_only=True, at=timezone.now())
    page = f"/fi/proposals/{row.contribution.uuid}/"
    assert "Maaperä on pilaantunut." not in client.get(page).content.decode()
    client.force_login(officers["helsinki"])
    why = {"why_0": "Maaperä on pilaantunut.", "why_1": "Marken är förorenad.", "why_2": ""}
    back = f"/fi/work/participation/raha/budgets/{budget.slug}/projects/6/back/"
    assert client.post(back, why).status_code == 302
    client.logout()
    for language, status, reason in (
        ("fi", "Ei toteuteta", "Maaperä on pilaantunut."),
        ("sv", "Genomförs inte", "Marken är förorenad."),
    ):
        shown = client.get(page.replace("/fi/", f"/{language}/")).content.decode()
        assert status in shown, language
        assert reason in shown, language
    step = row.changes.get(status="rejected")
    letters.write("status", step.pk, author.pk)
    assert "Marken är förorenad." in mailoutbox[-1].body


def test_ballots_alike_beyond_chance_are_told_and_others_are_not():
    crowd = [["1", "2", "3"]] * 30
    others = [[str(a), str(b), str(c)] for a in range(1, 9) for b in range(1, 9) for c in range(1, 9) if a < b < c]
    found = alike.groups(crowd + others)
    assert [(one.projects, one.ballots) for one in found] == [(("1", "2", "3"), 31)]
    assert len(alike.without(crowd + others, found)) == len(others) - 1
    assert alike.groups(others) == () and alike.groups([]) == ()
    assert alike.groups([["1"]] * 50) == ()
    ticked = [["1", "2", "3"]] * 8 + [["3", "1", "2"]] * 8  # the same boxes, one after another
    assert [(one.projects, one.ballots) for one in alike.groups(ticked + others)] == [(("1", "2", "3"), 17)]
    assert not alike.groups(ticked + others, is_ranked=True)


def test_ballots_with_other_points_are_not_taken_out_with_a_group():
    few = [{"1": 5, "2": 3, "3": 2}] * 12
    many = [{"1": 2, "2": 3, "3": point} for point in range(5, 35)]
    rest = [{"4": 1}] * 400
    found = alike.groups(few + many + rest)
    assert [(one.projects, one.ballots) for one in found] == [(("1", "2", "3"), 12)]
    assert alike.without(few + many + rest, found) == many + rest


def test_small_numbers_of_voters_can_not_be_had_back_by_subtraction():
    shown = turnout.table(
        [
            ("helsinki", "00500", "web", 50),
            ("helsinki", "00510", "web", 3),
            ("vantaa", "01300", "paper", 60),
            ("vantaa", "01400", "web", 70),
        ]
    )
    helsinki = shown["cities"][0]
    assert helsinki["voters"] == 53 and [one["voters"] for one in helsinki["districts"]] == [None, None]
    assert shown["all"] == 183 and shown["channels"] == {"paper": 60, "web": 123}


@pytest.mark.django_db
def test_times_of_the_paper_and_the_doors_are_the_frozen_ones(cities):
    budget = make_vote(cities)
    assert budget.closes_at == budget.stage.closes_at and budget.opened_at < budget.stage.opens_at + timedelta(days=1)
