"""What a grant's parts have left and are due: the rules of claims (C1 to C7) asked with what lies in the database."""

from __future__ import annotations

from django.db.models import Sum

from kuutio.programme.models import Grant, Payment


def paid_by_part(grant: Grant) -> dict[int, int]:
    """Cents paid so far by the part's id: advances and payments of claims, without what came back."""
    found: dict[int, int] = {}
    rows = Payment.objects.filter(part__grant=grant).order_by().values_list("part", "kind").annotate(sum=Sum("cents"))
    for part, kind, cents in rows:
        found[part] = found.get(part, 0) + (-cents if kind == Payment.Kind.BACK else cents)
    return found
