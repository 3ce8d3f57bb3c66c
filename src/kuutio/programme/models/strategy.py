"""The strategy as data: what it is, its focus areas and spearheads, who does what in which city, and who pays.

A fact that the strategy's own public page doesn't tell names another `Source`; pages show the two apart.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation, Unit


class Source(models.Model):
    """Where facts come from: the strategy's own public page, or other public sources."""

    key = models.SlugField(primary_key=True, max_length=40)
    title = I18nCharField(max_length=600)
    dated_on = models.DateField(null=True, blank=True, help_text="the date on the source itself")
    is_own_page = models.BooleanField(default=False, help_text="the strategy's own public page")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["is_own_page"], condition=Q(is_own_page=True), name="source_one_own_page")
        ]

    def __str__(self) -> str:
        return str(self.title)


class Programme(models.Model):
    """A strategy that cities carry out together, with its period, its promise of money and its rules for projects."""

    slug = models.SlugField(max_length=60, unique=True)
    name = I18nCharField(max_length=600)
    kind = I18nCharField(max_length=600, help_text="such as: strategy for sustainable urban development")
    part_of = I18nCharField(max_length=600, help_text="the structural funds programme that it belongs to")
    principle = I18nTextField(help_text="how it works, in one sentence")
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    cities = models.ManyToManyField(City, related_name="programmes")
    population_share_percent = models.PositiveSmallIntegerField(help_text="of Finland's people who live in its cities")
    funding_words = I18nCharField(max_length=300, help_text="such as: nearly 80 million euros")
    funding_limit_cents = models.BigIntegerField(help_text="the money is below this; the on-top funds are not in it")
    calls_per_year = models.PositiveSmallIntegerField(help_text="on average")
    consortium_rule = I18nTextField()
    least_organisations = models.PositiveSmallIntegerField(help_text="in each project")
    least_cities = models.PositiveSmallIntegerField(help_text="in whose areas a project has actors")
    actor_kinds = ArrayField(
        models.CharField(max_length=20), help_text="kinds of organisation that may carry out projects"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-first_year", "slug"]
        constraints = [
            CheckConstraint(name="programme_period", condition=Q(last_year__gte=F("first_year"), first_year__gte=1990)),
            CheckConstraint(
                name="programme_share", condition=Q(population_share_percent__gt=0, population_share_percent__lte=100)
            ),
            CheckConstraint(name="programme_funding", condition=Q(funding_limit_cents__gt=0)),
            CheckConstraint(
                name="programme_consortium", condition=Q(least_organisations__gte=F("least_cities"), least_cities__gt=0)
            ),
            CheckConstraint(
                name="programme_actor_kinds",
                condition=Q(actor_kinds__len__gt=0) & Q(actor_kinds__contained_by=Organisation.Kind.values),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Goal(models.Model):
    """One of the things that the strategy is for."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="goals")
    position = models.PositiveSmallIntegerField()
    text = I18nTextField()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [UniqueConstraint(fields=["programme", "position"], name="goal_position_once")]

    def __str__(self) -> str:
        return str(self.text)


class Approval(models.Model):
    """Who approved the strategy, and when."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="approval")
    approved_on = models.DateField()
    approved_by = I18nCharField(max_length=300)
    reference = models.CharField(max_length=60, help_text="the decision's number in the authority's register")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [CheckConstraint(name="approval_has_reference", condition=~Q(reference=""))]

    def __str__(self) -> str:
        return self.reference


class FocusArea(models.Model):
    """One of the strategy's focus areas: a room of the house."""

    class Face(models.TextChoices):
        """The lit face of the cube in its picture; the values are those of `core.parts.Face`."""

        DATA = "data", _("Open data")
        PARTICIPATION = "participation", _("Participation")
        INNOVATION = "innovation", _("Innovation")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="focus_areas")
    slug = models.SlugField(max_length=60)
    name = I18nCharField(max_length=300)
    also_called = I18nCharField(max_length=300, blank=True, help_text="another name that is in use")
    face = models.CharField(max_length=20, choices=Face)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            UniqueConstraint(fields=["programme", "slug"], name="focus_area_slug_once"),
            UniqueConstraint(fields=["programme", "position"], name="focus_area_position_once"),
            CheckConstraint(name="focus_area_face", condition=Q(face__in=["data", "participation", "innovation"])),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Promise(models.Model):
    """A sentence of the strategy that can be held against what was done."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="promises")
    focus_area = models.ForeignKey(
        FocusArea,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="promises",
        help_text="empty: of the whole",
    )
    key = models.SlugField(max_length=60)
    text = I18nTextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            UniqueConstraint(fields=["programme", "key"], name="promise_key_once"),
            UniqueConstraint(fields=["programme", "position"], name="promise_position_once"),
        ]

    def __str__(self) -> str:
        return self.key


class ProjectKind(models.TextChoices):
    """What a project is in the strategy. A pilot project is funded and chosen in a call; a trial in a testbed is another thing."""

    SPEARHEAD = "spearhead", _("Spearhead project")
    PILOT = "pilot", _("Pilot project")
    OFFICE = "office", _("Strategy office")


class KindRule(models.Model):
    """What the strategy says of one kind of project."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="kind_rules")
    kind = models.CharField(max_length=12, choices=ProjectKind)
    role = I18nTextField(help_text="what it is for")
    years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="its planned length")
    all_cities = models.BooleanField(default=False, help_text="every city of the strategy takes part")
    by_call = models.BooleanField(default=False, help_text="chosen in the open calls")

    class Meta:
        ordering = ["programme", "-all_cities", "kind"]
        constraints = [
            UniqueConstraint(fields=["programme", "kind"], name="kind_rule_once"),
            CheckConstraint(name="kind_rule_kind", condition=Q(kind__in=["spearhead", "pilot", "office"])),
            CheckConstraint(name="kind_rule_years", condition=Q(years__isnull=True) | Q(years__range=(1, 10))),
        ]

    def __str__(self) -> str:
        return self.kind


class Spearhead(models.Model):
    """The large joint undertaking of a focus area, with a part of its own in each city."""

    focus_area = models.OneToOneField(FocusArea, on_delete=models.CASCADE, related_name="spearhead")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.focus_area)


class PartImplementation(models.Model):
    """One city's part of a spearhead: who answers for it, and in which role one reaches them. Roles, never persons."""

    spearhead = models.ForeignKey(Spearhead, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="spearhead_parts")
    responsible = I18nCharField(max_length=600, help_text="the organisation, and its department")
    unit = I18nCharField(max_length=600, blank=True)
    contact_role = I18nCharField(max_length=300)
    contact_organisation = I18nCharField(max_length=600, blank=True, help_text="when it isn't the responsible one")
    desk = models.ForeignKey(
        Unit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the city's unit whose queue what is written to the role comes to; none: nobody can be written to",
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["spearhead", "city__position"]
        constraints = [UniqueConstraint(fields=["spearhead", "city"], name="part_implementation_once")]

    def __str__(self) -> str:
        return f"{self.spearhead_id} {self.city_id}"

    @property
    def contact_key(self) -> str:
        """What the role is known by in the address of its button: focus area, a dot, city."""
        return f"{self.spearhead.focus_area.slug}.{self.city_id}"


class Project(models.Model):
    """A funded joint project, as the funding authority's register knows it."""

    Kind = ProjectKind

    class ToldBy(models.TextChoices):
        """How we know which spearhead a pilot project supports."""

        APPLICATION = "application", _("its own application says so")
        NAME = "name", _("its name says so")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="projects")
    kind = models.CharField(max_length=12, choices=ProjectKind)
    spearhead = models.ForeignKey(
        Spearhead,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        help_text="the one that it carries out (a spearhead project) or supports (a pilot project); empty: not told",
    )
    told_by = models.CharField(
        max_length=12, choices=ToldBy, blank=True, help_text="how we know that; empty: a register"
    )
    is_alone = models.BooleanField(default=False, help_text="its register says that it has one applicant only")
    code = models.CharField(max_length=12, unique=True, help_text="the register's code, such as A70011")
    name = I18nCharField(max_length=600)
    objective = models.CharField(max_length=5, blank=True, help_text="the specific objective's number, such as 5.1")
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["programme", "starts_on", "code"]
        constraints = [
            CheckConstraint(name="project_kind", condition=Q(kind__in=["spearhead", "pilot", "office"])),
            CheckConstraint(
                name="project_has_spearhead",
                condition=Q(kind="office", spearhead__isnull=True)
                | (~Q(kind="office") & Q(spearhead__isnull=False))
                | Q(kind="pilot"),
            ),
            CheckConstraint(
                name="project_told_by", condition=Q(told_by="") | Q(told_by__in=["application", "name"], kind="pilot")
            ),
            CheckConstraint(name="project_code", condition=Q(code__regex=r"^[AS]\d{5}$")),
            CheckConstraint(name="project_period", condition=Q(ends_on__gte=F("starts_on"))),
            CheckConstraint(name="project_objective", condition=Q(objective="") | Q(objective__regex=r"^\d{1,2}\.\d$")),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def lead(self) -> "Partner | None":
        """The partner that leads, from the partners already read."""
        return next((partner for partner in self.partners.all() if partner.is_lead), None)

    @property
    def others(self) -> "list[Partner]":
        """The partners that don't lead; none means that our sources don't name them: a project is always a joint one."""
        return [partner for partner in self.partners.all() if not partner.is_lead]


class Partner(models.Model):
    """An organisation in a project, by the name it was registered with; one of them leads."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=200)
    business_id = models.CharField(max_length=9)
    is_lead = models.BooleanField(default=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="where we know it"
    )
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="of the strategy, where it has its office; empty: elsewhere, or not known",
    )

    class Meta:
        ordering = ["project", "-is_lead", "name"]
        constraints = [
            UniqueConstraint(fields=["project", "business_id"], name="partner_once"),
            UniqueConstraint(fields=["project"], condition=Q(is_lead=True), name="partner_one_leads"),
            CheckConstraint(name="partner_business_id", condition=Q(business_id__regex=r"^\d{7}-\d$")),
        ]

    def __str__(self) -> str:
        return self.name


class PlannedShare(models.Model):
    """A share of the planned money, borne by one or more sources together."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="shares")
    name = I18nCharField(max_length=300)
    amount_cents = models.BigIntegerField()
    percent = models.PositiveSmallIntegerField()
    at_least = models.BooleanField(default=False, help_text="the amount is a lower bound")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            UniqueConstraint(fields=["programme", "position"], name="planned_share_position_once"),
            CheckConstraint(name="planned_share_amount", condition=Q(amount_cents__gt=0)),
            CheckConstraint(name="planned_share_percent", condition=Q(percent__gt=0, percent__lte=100)),
        ]

    def __str__(self) -> str:
        return str(self.name)


class FundingSource(models.Model):
    """Who pays. A source that comes on top of the strategy's money can have no share of it: the database refuses."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="funding_sources")
    key = models.SlugField(max_length=30)
    name = I18nCharField(max_length=300)
    on_top = models.BooleanField(default=False, help_text="comes beside the strategy's money and is never added to it")
    share = models.ForeignKey(
        PlannedShare, on_delete=models.PROTECT, null=True, blank=True, related_name="funding_sources"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            UniqueConstraint(fields=["programme", "key"], name="funding_source_once"),
            CheckConstraint(name="funding_source_on_top_apart", condition=Q(on_top=False) | Q(share__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Authority(models.Model):
    """The authority that decides on a fund's money and watches over it."""

    funding_source = models.OneToOneField(FundingSource, on_delete=models.CASCADE, related_name="authority")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return str(self.organisation)


class PromisedProject(models.Model):
    """A project that a city owes its people: it has its money and its promise by their own vote, not by a call."""

    class Origin(models.TextChoices):
        PARTICIPATORY_BUDGET = "participatory-budget", _("Participatory budget")

    reference = models.CharField(max_length=200, unique=True, help_text="of what it came from; handed over once")
    origin = models.CharField(max_length=24, choices=Origin)
    name = I18nCharField(max_length=600)
    promise = I18nTextField(blank=True, help_text="what was promised, as it stood on the ballot")
    amount_cents = models.BigIntegerField()
    cities = models.ManyToManyField(City, related_name="promised_projects", help_text="whose money it is")
    address = models.CharField(max_length=500, help_text="of the decision, within this site")
    promised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="when its city said that it can't keep it")
    withdrawn_why = I18nTextField(blank=True)

    class Meta:
        ordering = ["-promised_at", "reference"]
        constraints = [
            CheckConstraint(
                name="promised_project_withdrawn_says_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_why="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why=""),
            ),
            CheckConstraint(name="promised_project_amount", condition=Q(amount_cents__gt=0)),
            CheckConstraint(name="promised_project_origin", condition=Q(origin="participatory-budget")),
            CheckConstraint(name="promised_project_reference", condition=~Q(reference="")),
        ]

    def __str__(self) -> str:
        return self.reference
