from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0042_layers_of_bodies_moved"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="externalbody",
            name="buffer_m",
        ),
        migrations.RemoveField(
            model_name="externalbody",
            name="layer",
        ),
    ]
