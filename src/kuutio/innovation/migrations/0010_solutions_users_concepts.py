import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import i18nfield.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("innovation", "0003_innovation_desks"),
        ("opendata", "0006_touched_notify"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "transaction",
                    models.CharField(
                        help_text="PostgreSQL's number of the oldest one that was still open", max_length=24
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Concept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=800)),
                ("summary", i18nfield.fields.I18nTextField()),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, help_text="nobody writes versions any more", null=True)),
                (
                    "is_made",
                    models.BooleanField(default=False, help_text="made up for the demonstration; its page says so"),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="concepts", to="cities.city"
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                        ),
                        name="concept_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConceptVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="of the form: sent twice it is one version", unique=True
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("users", models.TextField(help_text="for whom it is, and what they need")),
                ("service", models.TextField(help_text="what it does, step by step")),
                ("data", models.TextField(blank=True, help_text="data and interfaces that it needs")),
                ("open_questions", models.TextField(blank=True)),
                ("what_changed", models.CharField(blank=True, max_length=500)),
                (
                    "by_role",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("company", "Company"),
                            ("research", "Research and education"),
                            ("user", "User of the service"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_organisation", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="innovation.concept"
                    ),
                ),
            ],
            options={
                "ordering": ["concept", "number"],
                "constraints": [models.UniqueConstraint(fields=("concept", "number"), name="concept_version_once")],
            },
        ),
        migrations.CreateModel(
            name="TestRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=800)),
                ("text", i18nfield.fields.I18nTextField(help_text="what is tried, where, how long it takes")),
                (
                    "criteria",
                    models.JSONField(default=dict, help_text="cities, age_bands, languages, trained_in: those who fit"),
                ),
                ("wanted", models.PositiveSmallIntegerField(help_text="how many are invited at most")),
                ("closes_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("is_made", models.BooleanField(default=False, help_text="made up for the demonstration")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="test_rounds", to="cities.city"
                    ),
                ),
                (
                    "concept_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="test_rounds",
                        to="innovation.conceptversion",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="test_rounds",
                        to="innovation.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concept_version__isnull", True), ("trial__isnull", False)),
                            models.Q(("concept_version__isnull", False), ("trial__isnull", True)),
                            _connector="OR",
                        ),
                        name="test_round_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("made_at"))), name="test_round_closes_later"
                    ),
                    models.CheckConstraint(condition=models.Q(("wanted__gte", 5)), name="test_round_wanted"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(unique=True)),
                ("text", i18nfield.fields.I18nTextField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="consent_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="TestUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("18-29", "18–29"),
                            ("30-44", "30–44"),
                            ("45-64", "45–64"),
                            ("65-74", "65–74"),
                            ("75-", "75–"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), help_text="in which they like to test", size=None
                    ),
                ),
                (
                    "trained_in",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("consented_at", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="innovation.consent"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="test_user",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("age_band__in", ["18-29", "30-44", "45-64", "65-74", "75-"])),
                        name="test_user_age_band",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("languages__contained_by", ["fi", "sv", "en"]), ("languages__len__gt", 0)),
                        name="test_user_languages",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Waits for your answer"),
                            ("accepted", "You take part"),
                            ("declined", "You said no"),
                            ("answered", "You gave your feedback"),
                        ],
                        default="invited",
                        max_length=10,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, help_text="when the letter left", null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="innovation.testround",
                    ),
                ),
                (
                    "test_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="innovation.testuser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "test_user"), name="invitation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["invited", "accepted", "declined", "answered"])),
                        name="invitation_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Solution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="of the form: sent twice it is one solution", unique=True
                    ),
                ),
                ("title", i18nfield.fields.I18nCharField(max_length=800)),
                ("text", i18nfield.fields.I18nTextField()),
                ("maker", models.CharField(max_length=120)),
                (
                    "maker_kind",
                    models.CharField(
                        choices=[
                            ("company", "Company"),
                            ("research", "Research and education"),
                            ("city", "City"),
                            ("public", "Other public body"),
                            ("third-sector", "Third sector"),
                            ("person", "Private person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("home_page", models.URLField(max_length=500)),
                ("source_code", models.URLField(blank=True, max_length=500)),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "interfaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Waits for an officer"),
                            ("published", "Published"),
                            ("declined", "Not published"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                (
                    "contact",
                    models.EmailField(
                        blank=True, help_text="for the answer, then removed; never shown", max_length=254
                    ),
                ),
                ("language", models.CharField(default="fi", help_text="in which its maker is answered", max_length=2)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, help_text="why it was not published", max_length=1000)),
                ("changed_at", models.DateTimeField()),
                (
                    "is_made",
                    models.BooleanField(default=False, help_text="made up for the demonstration; its page says so"),
                ),
                (
                    "judged_at",
                    models.DateTimeField(blank=True, help_text="when it was last looked where it runs", null=True),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-submitted_at", "-pk"],
                "indexes": [models.Index(fields=["state", "-decided_at"], name="solution_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["submitted", "published", "declined", "withdrawn"])),
                        name="solution_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "submitted"), ("decided_at__isnull", False), _connector="OR"),
                        name="solution_decided_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                        ),
                        name="solution_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="solution_declined_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("most_days", models.PositiveIntegerField(blank=True, help_text="how old the data may be", null=True)),
                (
                    "solution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="innovation.solution"
                    ),
                ),
            ],
            options={
                "ordering": ["solution", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("solution", "position"), name="need_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("most_days__isnull", True), ("most_days__gte", 1), _connector="OR"),
                        name="need_most_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("adopted_on", models.DateField()),
                ("what_it_took", i18nfield.fields.I18nTextField(help_text="what was changed, agreed, learnt")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="working days of the city's own people", null=True
                    ),
                ),
                (
                    "cost_cents",
                    models.PositiveBigIntegerField(blank=True, help_text="bought work and devices", null=True),
                ),
                ("at", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="adoptions", to="innovation.concept"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adoptions",
                        to="innovation.conceptversion",
                    ),
                ),
            ],
            options={
                "ordering": ["adopted_on", "pk"],
                "constraints": [models.UniqueConstraint(fields=("concept", "city"), name="adoption_once_a_city")],
            },
        ),
        migrations.CreateModel(
            name="Developer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("company", "Company"),
                            ("research", "Research and education"),
                            ("user", "User of the service"),
                        ],
                        max_length=10,
                    ),
                ),
                ("organisation", models.CharField(blank=True, help_text="shown; empty for a user", max_length=120)),
                ("email", models.EmailField(help_text="of the invitation; never shown", max_length=254)),
                ("invited_at", models.DateTimeField()),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="developers", to="innovation.concept"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="developed_concepts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["invited_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("concept", "email"), name="developer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["city", "company", "research", "user"])), name="developer_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role", "user"), models.Q(("organisation", ""), _negated=True), _connector="OR"
                        ),
                        name="developer_organisation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=100)),
                ("title", models.JSONField(help_text="by language")),
                ("path", models.JSONField(help_text="of its page, by language")),
                (
                    "cities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("closes_at", models.DateTimeField(help_text="nobody can take it up after this", null=True)),
                ("changed_at", models.DateTimeField(help_text="when it became what it is: what is newer is news")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="findable_once")],
            },
        ),
        migrations.CreateModel(
            name="Learning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, help_text="its permanent address", unique=True)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=800)),
                ("tried", i18nfield.fields.I18nTextField(help_text="what was tried, where and with whom")),
                ("happened", i18nfield.fields.I18nTextField(help_text="what happened, with figures")),
                ("lesson", i18nfield.fields.I18nTextField(help_text="what the next one should know")),
                (
                    "again",
                    models.CharField(
                        choices=[
                            ("yes", "We would do the same again"),
                            ("changed", "We would do it again in another way"),
                            ("no", "We would not do it again"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "spearhead",
                    models.CharField(blank=True, help_text="the code of the spearhead project", max_length=40),
                ),
                (
                    "authors",
                    models.CharField(help_text="the organisations that learnt it, as they are cited", max_length=300),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "is_made",
                    models.BooleanField(default=False, help_text="made up for the demonstration; its page says so"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="learnings",
                        to="innovation.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "-pk"],
                "indexes": [models.Index(fields=["-published_at"], name="learning_published")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                        ),
                        name="learning_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("again__in", ["yes", "changed", "no"])), name="learning_again"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", True),
                            models.Q(
                                models.Q(("title", ""), _negated=True),
                                models.Q(("tried", ""), _negated=True),
                                models.Q(("happened", ""), _negated=True),
                                models.Q(("lesson", ""), _negated=True),
                                models.Q(("authors", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="learning_published_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LearningCity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="innovation.learning"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "cities of learnings",
                "ordering": ["learning", "city__position"],
                "constraints": [models.UniqueConstraint(fields=("learning", "city"), name="learning_city_once")],
            },
        ),
        migrations.CreateModel(
            name="LearningDataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="opendata.dataset"
                    ),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="innovation.learning"
                    ),
                ),
            ],
            options={
                "ordering": ["learning", "dataset__name"],
                "constraints": [models.UniqueConstraint(fields=("learning", "dataset"), name="learning_dataset_once")],
            },
        ),
        migrations.CreateModel(
            name="NeededDataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(help_text="the data set's, also when it is gone", max_length=100)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="needed_by",
                        to="opendata.dataset",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="datasets", to="innovation.need"
                    ),
                ),
            ],
            options={
                "ordering": ["need", "position"],
                "constraints": [models.UniqueConstraint(fields=("need", "name"), name="needed_dataset_once")],
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("public", "Other public body"),
                            ("third-sector", "Third sector"),
                            ("company", "Company"),
                            ("research", "Research and education"),
                        ],
                        max_length=20,
                    ),
                ),
                ("country", models.CharField(default="FI", help_text="ISO 3166-1 alpha-2", max_length=2)),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "cities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                (
                    "readiness",
                    models.PositiveSmallIntegerField(blank=True, help_text="technology readiness, 1 to 9", null=True),
                ),
                ("text", models.TextField(blank=True)),
                (
                    "notices",
                    models.CharField(
                        choices=[
                            ("none", "No letters"),
                            ("weekly", "At most one letter a week"),
                            ("daily", "At most one letter a day"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("told_up_to", models.DateTimeField(help_text="what changed later hasn't been told in a letter yet")),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="innovation_profile",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["city", "public", "third-sector", "company", "research"])),
                        name="profile_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="profile_country"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("readiness__isnull", True),
                            models.Q(("readiness__gte", 1), ("readiness__lte", 9)),
                            _connector="OR",
                        ),
                        name="profile_readiness",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notices__in", ["none", "weekly", "daily"])), name="profile_notices"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reuse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", i18nfield.fields.I18nTextField(help_text="what the city did with it")),
                ("at", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reuses", to="innovation.learning"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("learning", "city"), name="reuse_once_a_city")],
            },
        ),
        migrations.CreateModel(
            name="RunsIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cities.city"),
                ),
                (
                    "solution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs_in", to="innovation.solution"
                    ),
                ),
            ],
            options={
                "ordering": ["solution", "city__position"],
                "constraints": [models.UniqueConstraint(fields=("solution", "city"), name="runs_in_once")],
            },
        ),
        migrations.CreateModel(
            name="Lacking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fault", models.CharField(max_length=20)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("since", models.DateTimeField(help_text="when it was seen first")),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cities.city"),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="opendata.dataset",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cities.organisation",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lacking", to="innovation.need"
                    ),
                ),
                (
                    "solution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lacking", to="innovation.solution"
                    ),
                ),
            ],
            options={
                "ordering": ["solution", "city__position", "need__position", "pk"],
                "indexes": [models.Index(fields=["owner", "since"], name="lacking_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "fault__in",
                                [
                                    "no-dataset",
                                    "not-public",
                                    "no-data",
                                    "broken",
                                    "no-answer",
                                    "no-field",
                                    "empty-field",
                                    "old",
                                ],
                            )
                        ),
                        name="lacking_fault",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("term", models.CharField(max_length=80)),
                (
                    "findable",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="innovation.findable",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["term", "findable"], name="term_of")],
                "constraints": [models.UniqueConstraint(fields=("findable", "term"), name="term_once")],
            },
        ),
        migrations.CreateModel(
            name="TestFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("grade", models.PositiveSmallIntegerField(help_text="1 to 5")),
                ("would_use", models.BooleanField()),
                ("text", models.TextField(blank=True)),
                ("language", models.CharField(max_length=2)),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="innovation.invitation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grade__gte", 1), ("grade__lte", 5)), name="test_feedback_grade"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="learning",
            name="cities",
            field=models.ManyToManyField(related_name="learnings", through="innovation.LearningCity", to="cities.city"),
        ),
        migrations.AddField(
            model_name="learning",
            name="datasets",
            field=models.ManyToManyField(
                related_name="learnings", through="innovation.LearningDataset", to="opendata.dataset"
            ),
        ),
    ]
