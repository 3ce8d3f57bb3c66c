from datetime import date

from django.db import migrations

BEGINNING = date(2000, 1, 1)  # a body without a first day answered since ever


def move(apps, schema_editor):
    """What a body's own row held becomes its first layer."""
    layers = apps.get_model("contact", "BodyLayer").objects
    for body in apps.get_model("contact", "ExternalBody").objects.filter(layer__isnull=False):
        layers.create(
            body=body, valid_from=body.valid_from or BEGINNING, buffer_m=min(body.buffer_m, 1000), shape=body.layer
        )


def back(apps, schema_editor):
    """The newest layer becomes the row's own."""
    for body in apps.get_model("contact", "ExternalBody").objects.all():
        newest = body.layers.order_by("-valid_from", "-pk").first()
        if newest is not None:
            body.layer, body.buffer_m = newest.shape, newest.buffer_m
            body.save(update_fields=["layer", "buffer_m"])


class Migration(migrations.Migration):
    dependencies = [("contact", "0041_body_layers")]

    operations = [migrations.RunPython(move, back)]
