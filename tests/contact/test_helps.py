"""Templates and articles: one text for the group, a city's own beside it, honest about languages, filled where it is used."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kuutio.contact.actions import helping, working
from kuutio.contact.helps import said, values_of, with_current
from kuutio.contact.links import secret_of
from kuutio.contact.models import Help, HelpVersion
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.search.queries import find
from tests.contact.conftest import MONDAY
from tests.contact.making import case as made
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(group):
    person = PersonFactory()
    person.roles.create(role="office", organisation=group["desk"])
    return person


def begin(by, slug="mended", kind="template", **words):
    words.setdefault("title", {"fi": "Korjattu", "sv": "Reparerat"})
    words.setdefault("text", {"fi": "Asia {number} on hoidettu. {city}", "sv": "Ärendet {number} är skött. {city}"})
    words.setdefault("categories", ["pothole"])
    return helping.begin_help(kind, slug, by=by, at=MONDAY, **words)


def read(row, city, language):
    return said(with_current(Help.objects.filter(pk=row.pk)).get(), city=city, language=language)


def test_a_citys_own_text_takes_the_place_of_the_groups_or_follows_it(group, agents, office):
    row = begin(office)
    city = group["helsinki"].city

    def own(way, text, seen, title=None):
        helping.write_own(row, city, way=way, title=title or {}, text=text, seen=seen, by=agents["helsinki"], at=MONDAY)

    own("paragraph", {"fi": "Soita 09 310 10111."}, 0)
    assert read(row, "helsinki", "fi").text.endswith("{city}\n\nSoita 09 310 10111.")
    assert read(row, "espoo", "fi").text == "Asia {number} on hoidettu. {city}"
    swedish = read(row, "helsinki", "sv")  # the paragraph isn't in Swedish: the common text, and the agent is told
    assert (swedish.text, swedish.lacks) == ("Ärendet {number} är skött. {city}", "city")
    own("whole", {"fi": "Omin sanoin."}, 1, title={"fi": "Oma"})
    assert (read(row, "helsinki", "fi").title, read(row, "helsinki", "fi").text) == ("Oma", "Omin sanoin.")
    assert read(row, "helsinki", "sv").lacks == "city"
    english = read(row, "helsinki", "en")
    assert (english.language, english.lacks) == ("fi", "language")
    own("none", {}, 2)
    assert read(row, "helsinki", "fi").own == ""
    # Every version stays, with who and when; the same again is none.
    own("none", {}, 3)
    kept = HelpVersion.objects.filter(help=row, city=city).order_by("number")
    assert [(one.number, one.way, one.by) for one in kept] == [
        (number, way, agents["helsinki"]) for number, way in enumerate(("paragraph", "whole", "none"), 1)
    ]


def test_each_writes_what_is_theirs_and_nobody_over_another(group, agents, office):
    row = begin(office)
    words = {"title": {"fi": "A"}, "text": {"fi": "B"}}
    with pytest.raises(NotAllowed):
        begin(agents["helsinki"], slug="other")
    with pytest.raises(NotAllowed):
        helping.write_group(row, **words, categories=[], is_active=True, seen=1, by=agents["helsinki"], at=MONDAY)
    with pytest.raises(NotAllowed):
        helping.write_own(row, group["espoo"].city, way="whole", **words, seen=0, by=agents["helsinki"], at=MONDAY)
    desk = {"by": agents["desk"], "at": MONDAY, "categories": [], "is_active": True}
    helping.write_group(row, **words, seen=1, **desk)
    with pytest.raises(Conflict):
        helping.write_group(row, title={"fi": "A"}, text={"fi": "C"}, seen=1, **desk)
    assert read(row, "", "fi").text == "B"


def test_what_could_not_be_filled_is_refused_when_it_is_saved(group, office):
    for text in ("Hei {nimi}", "Hei {number", "Hei }", "Hei { number }"):
        with pytest.raises(Invalid) as refused:
            begin(office, text={"fi": text, "sv": "Hej"})
        assert [error["pointer"] for error in refused.value.errors] == ["/text/fi"], text
    for words in (
        {"kind": "article"},
        {"text": {}, "title": {}},
        {"text": {"fi": "A", "sv": "B", "en": "C"}},
        {"categories": ["nothing"]},
        {"text": {"fi": "A\0", "sv": "B"}},
        {"title": {"fi": "x" * 201, "sv": "B"}},
    ):
        with pytest.raises(Invalid):
            begin(office, **words)
    assert not Help.objects.exists()


def test_a_template_is_filled_in_the_cases_language_and_never_with_its_secret(group, agents, office, client):
    begin(office, text={"fi": "{number} {link} {promise}", "sv": "Hej {number}: {link}, {unit}, {promise}"})
    case = made(language="sv")
    told = values_of(case)
    assert told["link"].endswith("/sv/cases/") and "kl." in told["promise"]
    client.force_login(agents["helsinki"])
    page = client.post(
        reverse("contact:case-helps", args=[case.number]), {"insert": "mended", "text": "Hej!", "then": "resolved"}
    )
    answer = page.context["answer_form"].initial
    assert answer["text"].startswith(f"Hej!\n\nHej {case.number}: http") and answer["then"] == "resolved"
    assert "{" not in answer["text"] and secret_of(case) not in answer["text"]
    # What the case doesn't have stays, is told, and isn't sent as it is.
    working.answer_case(case, text="Klart.", by=agents["helsinki"], then="resolved", at=MONDAY + timedelta(hours=2))
    page = client.post(reverse("contact:case-helps", args=[case.number]), {"insert": "mended"})
    assert "{promise}" in page.context["answer_form"].initial["text"]
    sent = client.post(
        reverse("contact:answer", args=[case.number]), page.context["answer_form"].initial | {"then": ""}
    )
    assert sent.status_code == 422 and "{promise}" in str(sent.context["answer_form"].errors)


def test_helps_beside_a_case_are_those_of_its_category_and_of_its_words(
    group, agents, office, client, django_assert_max_num_queries
):
    begin(office)
    begin(office, slug="lamp", title={"fi": "Valot"}, text={"fi": "Katuvalo vaihdetaan."}, categories=["street-light"])
    begin(
        office, slug="holes", kind="article", title={"fi": "Kuopat"}, text={"fi": "Paikkaamme kuopat."}, categories=[]
    )
    begin(office, slug="parking", kind="article", title={"fi": "Pysäköinti"}, text={"fi": "Tunnus."}, categories=[])
    case = made("Iso kuoppa suojatien edessä")
    client.force_login(agents["helsinki"])
    page = client.get(reverse("contact:case", args=[case.number])).content.decode()
    helps = page[page.index('id="helps"') : page.index('id="helps"') + 8000]
    assert 'value="mended"' in helps and 'value="holes"' in helps
    assert 'value="lamp"' not in helps and 'value="parking"' not in helps
    with django_assert_max_num_queries(25):
        other = client.post(
            reverse("contact:case-helps", args=[case.number]), {"help_q": "katuvalot"}, headers={"HX-Request": "true"}
        ).content.decode()
    assert 'value="lamp"' in other and 'value="mended"' not in other and "<html" not in other
    client.force_login(agents["vantaa"])
    assert client.post(reverse("contact:case-helps", args=[case.number]), {"insert": "mended"}).status_code == 404
    client.force_login(agents["helsinki"])
    for hostile in ("x" * 30_000, "absent", "ab\0sent"):
        assert client.post(reverse("contact:case-helps", args=[case.number]), {"insert": hostile}).status_code == 404


def test_an_article_is_public_found_and_honest_about_its_language(group, agents, office, client):
    texts = {"fi": "Paikkaamme **kuopat**. <script>x</script> [Lisää](javascript:x)", "sv": "Vi lappar **groparna**."}
    row = begin(office, "holes", "article", title={"fi": "Kuopat kadulla", "sv": "Gropar i gatan"}, text=texts)
    helping.write_own(
        row,
        group["helsinki"].city,
        way="paragraph",
        title={},
        text={"fi": "Helsingissä paikataan öisin."},
        seen=0,
        by=agents["helsinki"],
        at=MONDAY,
    )
    assert [hit.path for hit in find("kuopat", language="fi", kind="article").rows] == [
        "/fi/help/holes/",
        "/fi/help/holes/?city=helsinki",
    ]
    assert [hit.path for hit in find("groparna", language="sv", kind="article").rows] == ["/sv/help/holes/"]
    page = client.get("/sv/help/holes/").content.decode()
    assert "<strong>groparna</strong>" in page and "öisin" not in page
    page = client.get("/fi/help/holes/?city=helsinki").content.decode()
    assert "öisin" in page and "<script>x" not in page and 'href="javascript' not in page
    page = client.get("/en/help/holes/").content.decode()
    assert 'lang="fi"' in page and "This isn’t written in English yet" in page
    assert "/fi/help/holes/" in client.get("/fi/report/?q=kuopat").content.decode()
    assert "/sv/help/holes/" in client.get("/sv/help/?q=groparna").content.decode()
    assert client.get("/fi/help/?q=%00&from=99999999999").status_code == 200
    desk = {"by": agents["desk"], "at": MONDAY, "categories": [], "seen": 1}
    helping.write_group(row, title={"fi": "K", "sv": "G"}, text=texts, is_active=False, **desk)
    assert not find("kuopat", language="fi", kind="article").rows
    assert client.get("/sv/help/holes/").status_code == 404


def test_texts_are_written_on_their_pages(group, agents, office, client):
    client.force_login(agents["helsinki"])
    assert client.get(reverse("contact:help-new")).status_code == 403
    client.force_login(office)
    new = {"kind": "template", "slug": "mended", "title_fi": "Korjattu", "text_fi": "{nimi}", "categories": ["pothole"]}
    refused = client.post(reverse("contact:help-new"), new)
    assert refused.status_code == 422 and "{nimi}" in str(refused.context["form"].errors["text_fi"])
    assert client.post(reverse("contact:help-new"), new | {"text_fi": "Valmis {number}"}).status_code == 302
    assert client.post(reverse("contact:help-new"), new | {"text_fi": "Valmis"}).status_code == 422  # the name is taken
    address = reverse("contact:help", args=["mended"])
    client.force_login(agents["helsinki"])
    own = {"helsinki-city": "helsinki", "helsinki-way": "paragraph", "helsinki-text_fi": "Omaa.", "helsinki-seen": "0"}
    assert client.post(address, own).status_code == 302
    stale = client.post(address, own | {"helsinki-text_fi": "Toista."})
    assert stale.status_code == 422 and "Toista." in stale.content.decode()
    assert client.post(address, {"seen": 1, "title_fi": "A", "text_fi": "B"}).status_code == 403
    listed = client.get(reverse("contact:helps")).content.decode()
    assert "Korjattu" in listed and "Helsinki" in listed
    assert "Omaa." in client.get(address).content.decode()
