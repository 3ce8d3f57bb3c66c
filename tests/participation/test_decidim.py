"""Decidim's open data: brought in once however often it is read, and each row that can't be is told."""

import json

import pytest

from kuutio.core.problems import Invalid
from kuutio.participation import proposal_queries
from kuutio.participation.importing import decidim
from kuutio.participation.models import Contribution, Proposal
from tests.participation.conftest import NOON
from tests.participation.test_proposals import idea_stage

HEADER = (
    "id;category/id;category/name/fi;participatory_space/url;component/id;title/fi;title/sv;body/fi;body/sv;address;latitude;"
    "longitude;state;answer/fi;votes;comments;published_at;url"
)
SITE = "https://osallistu.example.org/processes/ideat/f/1/proposals"
PROPOSALS = f"""{HEADER}
1;3;Puistot;{SITE};1;Penkkejä rantaan;;"<p>Rannalla ei voi<br>levätä &amp; katsella.</p>";;Rantatie 3;60.17;24.95;accepted;;41;2;2025-03-01 10:00:00 UTC;{SITE}/1
2;;;{SITE};1;;Belysning;;"Mörkt; ""väldigt"" mörkt";;60.30;25.04;;;7;0;2025-03-02T10:00:00+02:00;{SITE}/2
3;;;{SITE};1;Hylätty;;Teksti;;;;;rejected;Ei ole kaupungin maata.;0;0;2025-03-02 10:00:00 +0200;{SITE}/3
4;;;{SITE};1;Peruttu;;Teksti;;;;;withdrawn;;0;0;2025-03-02 10:00:00 UTC;{SITE}/4
5;;;{SITE};1;Kuussa;;Teksti;;;1.0;2.0;;;0;0;2025-03-02 10:00:00 UTC;{SITE}/5
6;;;{SITE};1;Ilman tekstiä;;;;;;;;;0;0;2025-03-02 10:00:00 UTC;{SITE}/6
7;;;{SITE};1;Outo aika;;Teksti;;;;;;;0;0;eilen;{SITE}/7
8;;;{SITE};1;Hylätty vailla syytä;;Teksti;;;;;rejected;;0;0;2025-03-02 10:00:00 UTC;{SITE}/8
"""
COMMENTS = f"""id;created_at;body;locale;author/id;author/name;alignment;depth;commentable_id;commentable_type;root_commentable_url
11;2025-03-03 08:00:00 UTC;Hyvä ajatus;fi;5;Aino Virtanen;1;0;1;Decidim::Proposals::Proposal;{SITE}/1
12;2025-03-03 09:00:00 UTC;För dyrt;sv;6;Bo Berg;-1;0;1;Decidim::Proposals::Proposal;{SITE}/1
13;2025-03-03 09:30:00 UTC;Missä?;fi;6;Bo Berg;0;0;1;Decidim::Proposals::Proposal;{SITE}/1
14;2025-03-03 09:40:00 UTC;Rannassa;fi;6;Bo Berg;0;1;13;Decidim::Comments::Comment;{SITE}/1
15;2025-03-03 09:50:00 UTC;Orpo;fi;6;Bo Berg;0;0;99;Decidim::Proposals::Proposal;{SITE}/99
"""


@pytest.fixture
def folder(tmp_path):
    """The two files, as Decidim names them."""
    (tmp_path / "site-open-data-proposals.csv").write_text(PROPOSALS, "utf-8")
    (tmp_path / "site-open-data-proposal_comments.csv").write_text(COMMENTS, "utf-8-sig")
    return tmp_path


def test_reading_twice_changes_nothing_and_what_cannot_be_read_is_told(folder, make_process):
    stage = idea_stage(make_process(others=["vantaa"]))
    outcome = decidim.read(folder, lambda row: stage, at=NOON)
    assert outcome.made == {"proposals": 3, "comments": 3}
    assert outcome.left_out == 2
    told = [(row["file"].rsplit("-", 1)[1], row["line"]) for row in outcome.rejected]
    assert told == [("proposals.csv", line) for line in (6, 7, 8, 9)] + [("proposal_comments.csv", 6)]
    bench, light, rejected = Proposal.objects.order_by("contribution__made_at", "pk")
    assert bench.contribution.text == "Rannalla ei voi\nlevätä & katsella."
    assert (bench.city_id, bench.status, bench.earlier_supports, bench.category) == (
        "helsinki",
        "chosen",
        41,
        "environment",
    )
    assert (light.city_id, light.contribution.language, light.contribution.text) == (
        "vantaa",
        "sv",
        'Mörkt; "väldigt" mörkt',
    )
    assert rejected.changes.get().words.localize("fi") == "Ei ole kaupungin maata."
    found = proposal_queries.arguments(bench)
    assert [[row.text for row in found[kind]] for kind in ("argument_for", "argument_against", "comment")] == [
        ["Hyvä ajatus"],
        ["För dyrt"],
        ["Missä?"],
    ]
    assert proposal_queries.of_stage(stage).get(pk=bench.pk).supports == 41
    assert not Contribution.objects.exclude(author=None).exists()  # nobody's name is read
    rows = list(Contribution.objects.order_by("pk").values())
    again = decidim.read(folder, lambda row: stage, at=NOON)
    assert (again.made, again.known) == ({"proposals": 0, "comments": 0}, 6)
    assert list(Contribution.objects.order_by("pk").values()) == rows


def test_the_same_as_json_makes_the_same(tmp_path, make_process):
    proposals = [
        {
            "id": 1,
            "category": {"id": 3, "name": {"fi": "Puistot"}},
            "participatory_space": {"url": SITE},
            "title": {"fi": "Penkkejä rantaan", "sv": ""},
            "body": {"fi": "<p>Rannalla ei voi<br>levätä &amp; katsella.</p>"},
            "address": "Rantatie 3",
            "latitude": 60.17,
            "longitude": 24.95,
            "state": "accepted",
            "votes": 41,
            "attachments": [],
            "published_at": "2025-03-01 10:00:00 UTC",
            "url": f"{SITE}/1",
        },
        {"id": 2, "title": {"fi": "Ilman tekstiä"}, "url": f"{SITE}/2", "published_at": "2025-03-01 10:00:00 UTC"},
    ]
    comment = {
        "id": 11,
        "created_at": "2025-03-03 08:00:00 UTC",
        "body": {"fi": "Hyvä ajatus"},
        "locale": "fi",
        "alignment": 1,
        "commentable_id": 1,
        "commentable_type": "Decidim::Proposals::Proposal",
        "root_commentable_url": f"{SITE}/1",
    }
    (tmp_path / "site-open-data-proposals.json").write_text(json.dumps(proposals), "utf-8")
    (tmp_path / "site-open-data-proposal_comments.json").write_text(json.dumps([comment]), "utf-8")
    stage = idea_stage(make_process())
    outcome = decidim.read(tmp_path, lambda row: stage, at=NOON)
    assert outcome.made == {"proposals": 1, "comments": 1} and [row["line"] for row in outcome.rejected] == [2]
    row = Proposal.objects.get()
    assert row.contribution.text == "Rannalla ei voi\nlevätä & katsella."
    assert (row.earlier_supports, row.status, row.category, row.contribution.place) == (
        41,
        "chosen",
        "environment",
        "Rantatie 3",
    )
    # What came as CSV before is known as JSON.
    (tmp_path / "more-proposals.csv").write_text(PROPOSALS.split("2;;;")[0], "utf-8")
    assert decidim.read(tmp_path, lambda row: stage, at=NOON).known == 3
    (tmp_path / "odd-proposals.json").write_text('{"a": 1}', "utf-8")
    with pytest.raises(Invalid):
        decidim.read(tmp_path, lambda row: stage, at=NOON)


def test_a_folder_without_proposals_is_refused(tmp_path, make_process):
    stage = idea_stage(make_process())
    with pytest.raises(Invalid):
        decidim.bring(tmp_path, stage.process.owner, at=NOON)
    (tmp_path / "proposals.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid):
        decidim.bring(tmp_path, stage.process.owner, at=NOON)
    (tmp_path / "proposals.csv").write_text("a;b\n1;2\n", "utf-8")
    with pytest.raises(Invalid):
        decidim.bring(tmp_path, stage.process.owner, at=NOON)


def test_a_space_becomes_a_draft_once(folder, cities):
    assert decidim.bring(folder, cities["helsinki"], at=NOON).made == {"proposals": 3, "comments": 3}
    assert decidim.bring(folder, cities["helsinki"], at=NOON).known == 6
    process = Contribution.objects.first().process
    assert (process.slug, process.state, process.owner_id) == ("decidim-osallistuexampleorg-ideat", "draft", "helsinki")
    assert Contribution.objects.exclude(process=process).count() == 0
