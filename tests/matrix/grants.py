"""What the rows of `grants.toml` speak of."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

from kuutio.core.grants.budgets import CostModel
from kuutio.programme import demo
from kuutio.programme.actions import awards, claims, evidence, paying, reaching
from kuutio.programme.actions.claims import Cost, Told
from kuutio.programme.models import Indicator, Programme, Project, Source
from tests.factories import PersonFactory


def things() -> dict[str, str]:
    """A running grant with a claim that was sent with a file, an indicator with a file that shows it, and a result with one."""
    demo.load()
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    person = PersonFactory(email="grantee@matrix.example.org")
    project = Project.objects.get(code="A70011")
    partner = awards.AwardedPartner("0204819-8", "Turku", {"STAFF": 100_00}, is_lead=True, people=[person])
    grant = awards.award(
        awards.Award(
            "MATRIX/1",
            date(2027, 1, 1),
            project,
            "erdf",
            CostModel.ACTUAL,
            5000,
            1700,
            date(2027, 1, 1),
            date(2027, 12, 31),
            [partner],
        ),
        by=None,
        at=at,
    )
    paying.move_grant(grant, "accept", by=person, at=at)
    paying.move_grant(grant, "start", by=None, at=at)
    part = grant.parts.get()
    claim = claims.start_claim(part, date(2027, 1, 1), date(2027, 6, 30), by=person, at=at)
    claims.put_line(claim, Cost("STAFF", "Palkat", 10_00), by=person, at=at)
    file = evidence.add_evidence(claim, b"%PDF-1.7\n", "lasku.pdf", by=person, at=at)
    claims.write_report(claim, Told("Teimme."), by=person, at=at)
    claims.submit_claim(claim, by=person, at=at)
    indicator = Indicator.objects.create(
        programme=Programme.objects.get(),
        key="matrix",
        name={"fi": "Matriisi"},
        kind="output",
        position=900,
        source=Source.objects.first(),
    )
    actual = reaching.Actual(date(2027, 1, 1), date(2027, 6, 30), Decimal(3), file=("luettelo.pdf", b"%PDF-1.7\n"))
    value = reaching.tell_actual(indicator, project, actual, by=person, at=at)
    told = reaching.Told("final-report", "Matriisi", "Tiivistelmä.")
    result = reaching.publish_result(project, told, files=[("raportti.pdf", b"%PDF-1.7\n")], by=person, at=at)
    return {
        "grant": str(grant.uuid),
        "claim": str(claim.uuid),
        "claim_file": str(file.uuid),
        "value": str(value.uuid),
        "result": str(result.uuid),
        "result_file": str(result.files.get().uuid),
        "nothing": str(uuid.uuid4()),
    }
