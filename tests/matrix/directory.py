"""What the rows of `directory.toml` speak of."""

import uuid
from datetime import timedelta

from django.utils import timezone

from kuutio.cities.models import City, CityService, Service, Unit
from kuutio.contact.actions.drafting import begin_draft
from kuutio.contact.appointments import secret_of
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Appointment, AppointmentKind, ServiceForm


def things() -> dict[str, str]:
    """A service of Helsinki with a form, a unit with appointments, one of them; another one in Oulu."""
    now, names = timezone.now(), {}
    load_catalogue()
    service = Service.objects.create(code="matrix-service", name={"fi": "Palvelu"})
    own = CityService.objects.create(service=service, city=City.objects.get(pk="helsinki"))
    form = ServiceForm.objects.create(city_service=own, category_id="other", name={"fi": "Lomake"})
    for whose, city in (("", "helsinki"), ("other_", "oulu")):
        unit = Unit.objects.create(slug=f"matrix-{city}", city_id=city, name={"fi": "Piste"}, lon=25.0, lat=60.2)
        kind = AppointmentKind.objects.create(slug=f"matrix-{city}", unit=unit, name={"fi": "Aika"})
        made = Appointment.objects.create(
            key=uuid.uuid4(),
            kind=kind,
            desk=1,
            starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=1, minutes=30),
            email="aino@example.org",
            language="fi",
            booked_at=now,
        )
        names |= {f"{whose}appointment": str(made.uuid), f"{whose}appointment_secret": secret_of(made)}
        names |= {f"{whose}unit": unit.slug, f"{whose}appointments": kind.slug}
    draft = begin_draft({"service_form": form.pk}, at=now)
    return names | {"service": service.code, "form_draft": str(draft.uuid)}
