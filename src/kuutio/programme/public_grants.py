"""What the programme publishes of its money and of what it reached: grants, payments, indicators, results. No person is in it.

Rows that the demonstration made up are marked as such in a column of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kuutio.core.published import Field, Kind, Published, Row, SmallCount, column, in_three
from kuutio.programme import money_queries
from kuutio.programme.models import Claim, IndicatorTarget, IndicatorValue, Payment, Result

_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("6Aika", "avustus", "hanke", "rakennerahastot"),
    "sv": ("6Aika", "bidrag", "projekt", "strukturfonder"),
    "en": ("6Aika", "grant", "project", "structural funds"),
}


_PROJECT = column("project", Kind.TEXT, "Hankekoodi", "Projektkod", "Project code")
_DECISION = column("decision", Kind.TEXT, "Päätöksen tunniste", "Beslutets referens", "Decision reference")
_PARTNER = column("partner", Kind.TEXT, "Toteuttajan Y-tunnus", "Genomförarens FO-nummer", "Partner's Business ID")
_NAME = column("partner_name", Kind.TEXT, "Toteuttaja", "Genomförare", "Partner")
_CITY = column("city", Kind.TEXT, "Kaupunki", "Stad", "City")
_EXAMPLE = column("example", Kind.BOOLEAN, "Keksitty esimerkki", "Påhittat exempel", "Made-up example")


def _cents(name: str, fi: str, sv: str, en: str) -> Field:
    return column(name, Kind.INTEGER, fi, sv, en, "cent")


GRANT_FIELDS = (
    _DECISION,
    _PARTNER,
    _PROJECT,
    _NAME,
    _CITY,
    column("fund", Kind.TEXT, "Rahasto", "Fond", "Fund"),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    column("decided_on", Kind.DATE, "Päätetty", "Beslutad", "Decided on"),
    column("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    column("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    column("first_ends_on", Kind.DATE, "Päättyi ensin päätetyn mukaan", "Slutade enligt första beslutet", "First end"),
    _cents("net_cents", "Nettokustannukset", "Nettokostnader", "Net costs"),
    _cents("eu_cents", "EU-rahoitus", "EU-finansiering", "EU funding"),
    _cents("state_cents", "Valtion rahoitus", "Statlig finansiering", "State funding"),
    _cents("own_cents", "Oma julkinen rahoitus", "Egen offentlig finansiering", "Own public funding"),
    _cents("paid_cents", "Maksettu", "Utbetalt", "Paid"),
    _EXAMPLE,
)
PAYMENT_FIELDS = (
    column("payment", Kind.TEXT, "Maksun tunniste", "Betalningens referens", "Payment reference"),
    _DECISION,
    _PARTNER,
    _PROJECT,
    _NAME,
    column("kind", Kind.TEXT, "Laji", "Typ", "Kind"),
    column("claim", Kind.INTEGER, "Maksatushakemus", "Utbetalningsansökan", "Payment claim"),
    column("paid_on", Kind.DATE, "Maksupäivä", "Betalningsdag", "Paid on"),
    _cents("cents", "Maksettu", "Utbetalt", "Paid"),
    _EXAMPLE,
)
CLAIM_FIELDS = (
    _DECISION,
    _PARTNER,
    column("claim", Kind.INTEGER, "Maksatushakemus", "Utbetalningsansökan", "Payment claim"),
    _PROJECT,
    column("starts_on", Kind.DATE, "Jakso alkaa", "Perioden börjar", "Period starts"),
    column("ends_on", Kind.DATE, "Jakso päättyy", "Perioden slutar", "Period ends"),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    _cents("pay_cents", "Päätetty maksettavaksi", "Beslutad utbetalning", "Ordered to be paid"),
    _EXAMPLE,
)
INDICATOR_FIELDS = (
    column("figure", Kind.TEXT, "Luvun tunnus", "Talets kod", "Id of the figure"),
    column("indicator", Kind.TEXT, "Indikaattori", "Indikator", "Indicator"),
    column("kind", Kind.TEXT, "Tavoite vai toteuma", "Mål eller utfall", "Target or actual"),
    _PROJECT,
    _CITY,
    column("starts_on", Kind.DATE, "Jakso alkaa", "Perioden börjar", "Period starts"),
    column("ends_on", Kind.DATE, "Jakso päättyy", "Perioden slutar", "Period ends"),
    *in_three("name", "Nimi", "Namn", "Name"),
    column("people", Kind.BOOLEAN, "Laskee ihmisiä", "Räknar människor", "Counts people"),
    column("value", Kind.NUMBER, "Luku", "Tal", "Figure"),
    column("evidence", Kind.TEXT, "Mikä sen osoittaa", "Vad som visar det", "What shows it"),
    column("evidence_url", Kind.TEXT, "Linkki", "Länk", "Link"),
    _EXAMPLE,
)
RESULT_FIELDS = (
    column("result", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _PROJECT,
    column("kind", Kind.TEXT, "Laji", "Typ", "Kind"),
    column("language", Kind.TEXT, "Kieli", "Språk", "Language"),
    column("title", Kind.TEXT, "Otsikko", "Rubrik", "Title"),
    column("summary", Kind.TEXT, "Tiivistelmä", "Sammanfattning", "Summary"),
    column("learnings", Kind.TEXT, "Mitä opittiin", "Lärdomar", "What was learnt"),
    column("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
    _EXAMPLE,
)


@dataclass(frozen=True, slots=True)
class SmallPeople:
    """A figure that counts people is left empty where it is small; figures of other things stay as they are."""

    value: str = "value"

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        if not row["people"] or row["kind"] != "actual":
            return row
        return SmallCount(self.value).safe(row)

    def columns(self) -> tuple[str, ...]:
        return ("people", "kind", self.value)


def tables(publisher: str) -> Iterator[Published]:
    """The tables of grants, payments, claims, indicators and results.

    Args:
        publisher: the slug of the organisation that publishes for all.
    """
    yield Published(
        slug="programme-grants",
        publisher=publisher,
        title={"fi": "Ohjelman avustukset", "sv": "Programmets bidrag", "en": "Grants of the programme"},
        text={
            "fi": "Päätetty rahoitus hankkeittain ja toteuttajittain rahoituslähteen mukaan ja mitä siitä on maksettu, sentteinä.",
            "sv": "Beviljad finansiering per projekt och genomförare enligt finansieringskälla och vad som har betalats, i cent.",
            "en": "Funding granted by project and partner, by who pays, and what of it was paid, in cents.",
        },
        fields=GRANT_FIELDS,
        rows=_grant_rows,
        key=("decision", "partner"),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("project", "city", "fund", "state"),
    )
    yield Published(
        slug="programme-payments",
        publisher=publisher,
        title={"fi": "Ohjelman maksut", "sv": "Programmets utbetalningar", "en": "Payments of the programme"},
        text={
            "fi": "Ennakot, maksatushakemusten mukaan maksetut tuet ja palautukset. Palautus on negatiivinen luku.",
            "sv": "Förskott, stöd som betalats enligt utbetalningsansökningar och återbetalningar. En återbetalning är negativ.",
            "en": "Advances, support paid on claims and paybacks. A payback is a negative figure.",
        },
        fields=PAYMENT_FIELDS,
        rows=_payment_rows,
        key=("payment",),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("project", "partner", "kind"),
    )
    yield Published(
        slug="programme-claims",
        publisher=publisher,
        title={
            "fi": "Ohjelman maksatushakemukset",
            "sv": "Programmets utbetalningsansökningar",
            "en": "Payment claims of the programme",
        },
        text={
            "fi": "Lähetetyt maksatushakemukset: jakso, tila ja mitä päätettiin maksaa. Kulurivit ja raportit eivät ole mukana.",
            "sv": "Inlämnade utbetalningsansökningar: period, status och beslutad utbetalning. Kostnadsrader och rapporter ingår inte.",
            "en": "Payment claims that were sent: period, state and what was ordered to be paid. Cost lines and reports are not in it.",
        },
        fields=CLAIM_FIELDS,
        rows=_claim_rows,
        key=("decision", "partner", "claim"),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("project", "partner", "state"),
    )
    yield Published(
        slug="programme-indicators",
        publisher=publisher,
        title={"fi": "Ohjelman indikaattorit", "sv": "Programmets indikatorer", "en": "Indicators of the programme"},
        text={
            "fi": "Tavoitteet ja toteumat jaksoittain, hankkeittain ja kaupungeittain ja mikä luvun osoittaa. Alle viiden ihmisen luvut puuttuvat.",
            "sv": "Mål och utfall per period, projekt och stad och vad som visar talet. Tal för färre än fem personer saknas.",
            "en": "Targets and actuals by period, project and city, and what shows each figure. Counts of fewer than five people are left out.",
        },
        fields=INDICATOR_FIELDS,
        rows=_indicator_rows,
        key=("figure",),
        privacy=(SmallPeople(),),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("indicator", "kind", "project", "city"),
    )
    yield Published(
        slug="programme-results",
        publisher=publisher,
        title={"fi": "Hankkeiden tulokset", "sv": "Projektens resultat", "en": "Results of the projects"},
        text={
            "fi": "Loppuraportit ja muut tulokset: mitä tehtiin ja mitä opittiin.",
            "sv": "Slutrapporter och andra resultat: vad som gjordes och vad man lärde sig.",
            "en": "Final reports and other results: what was made and what was learnt.",
        },
        fields=RESULT_FIELDS,
        rows=_result_rows,
        key=("result",),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("project", "kind", "language"),
    )


def _grant_rows() -> Iterator[Row]:
    for one in money_queries.awarded():
        yield {
            "decision": one.grant.reference,
            "partner": one.part.partner.business_id,
            "project": one.project.code,
            "partner_name": one.part.partner.name,
            "city": one.part.city_id,
            "fund": one.grant.fund.key,
            "state": one.grant.state,
            "decided_on": one.decided_on,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "first_ends_on": one.grant.first_ends_on,
            "net_cents": one.net_cents,
            "eu_cents": one.eu_cents,
            "state_cents": one.state_cents,
            "own_cents": one.own_cents,
            "paid_cents": one.paid_cents,
            "example": one.is_example,
        }


def _payment_rows() -> Iterator[Row]:
    rows = Payment.objects.filter(part__grant__state__in=money_queries.IN_FORCE)
    rows = rows.select_related("part__partner", "part__grant__project", "claim").order_by("paid_on", "reference")
    for row in rows.iterator(chunk_size=2000):
        grant = row.part.grant
        yield {
            "payment": row.reference,
            "decision": grant.reference,
            "partner": row.part.partner.business_id,
            "project": grant.project.code,
            "partner_name": row.part.partner.name,
            "kind": row.kind,
            "claim": row.claim.number if row.claim else None,
            "paid_on": row.paid_on,
            "cents": -row.cents if row.kind == Payment.Kind.BACK else row.cents,
            "example": grant.is_example,
        }


def _claim_rows() -> Iterator[Row]:
    rows = Claim.objects.filter(sent_at__isnull=False, part__grant__state__in=money_queries.IN_FORCE)
    rows = rows.select_related("part__partner", "part__grant__project")
    for row in rows.order_by("part__grant__reference", "part__partner__business_id", "number").iterator(
        chunk_size=2000
    ):
        grant = row.part.grant
        yield {
            "decision": grant.reference,
            "partner": row.part.partner.business_id,
            "claim": row.number,
            "project": grant.project.code,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "state": row.state,
            "pay_cents": row.pay_cents if row.is_decided else None,
            "example": grant.is_example,
        }


def _indicator_rows() -> Iterator[Row]:
    targets = IndicatorTarget.objects.select_related("indicator", "project")
    for target in targets.order_by("indicator__position", "project__code", "by_on"):
        yield _indicator(target, "target", None, target.by_on) | {
            "value": float(target.value),
            "evidence": None,
            "evidence_url": None,
        }
    values = IndicatorValue.objects.select_related("indicator", "project")
    for value in values.order_by("indicator__position", "project__code", "city", "starts_on"):
        yield _indicator(value, "actual", value.starts_on, value.ends_on) | {
            "city": value.city_id,
            "value": float(value.value),
            "evidence": value.evidence or None,
            "evidence_url": value.evidence_url or None,
        }


def _indicator(row: IndicatorTarget | IndicatorValue, kind: str, starts_on: Any, ends_on: Any) -> dict[str, Any]:
    names = row.indicator.name.data if isinstance(row.indicator.name.data, dict) else {"fi": row.indicator.name.data}
    project = row.project.code if row.project else "whole"
    city = (row.city_id if isinstance(row, IndicatorValue) else None) or "all"
    return {
        "figure": f"{row.indicator.key}/{kind}/{project}/{city}/{starts_on or ends_on}/{ends_on}",
        "indicator": row.indicator.key,
        "people": row.indicator.counts_people,
        "kind": kind,
        "project": row.project.code if row.project else None,
        "city": None,
        "starts_on": starts_on or ends_on,
        "ends_on": ends_on,
        "example": row.is_example,
        **{f"name_{code}": names.get(code) for code in ("fi", "sv", "en")},
    }


def _result_rows() -> Iterator[Row]:
    for row in Result.objects.select_related("project").order_by("published_at", "pk"):
        yield {
            "result": str(row.uuid),
            "project": row.project.code,
            "kind": row.kind,
            "language": row.language,
            "title": row.title,
            "summary": row.summary,
            "learnings": "\n".join(row.learnings) or None,
            "published_at": row.published_at.replace(microsecond=0),
            "example": row.is_example,
        }
