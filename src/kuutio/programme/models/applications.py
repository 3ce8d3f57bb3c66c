"""Applications: an idea where the call asks for one, the consortium and its budget, each version that was sent, changes."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation, Person
from kuutio.core.grants.budgets import Category, CostModel, Source
from kuutio.core.grants.eligibility import ActorType
from kuutio.core.money import WHOLE_BP
from kuutio.programme.models.calls import Call
from kuutio.programme.models.strategy import ProjectKind, Spearhead

COST_MODELS = [
    (CostModel.ACTUAL.value, _("Actual costs, each shown with its receipt")),
    (CostModel.FLAT_7.value, _("Flat rate: 7 % of direct costs")),
    (CostModel.FLAT_15.value, _("Flat rate: 15 % of salaries")),
    (CostModel.FLAT_17.value, _("Flat rate: 17 % of salaries")),
    (CostModel.FLAT_24.value, _("Flat rate: 24 % of salaries")),
    (CostModel.FLAT_40.value, _("Flat rate: 40 % of salaries covers everything else")),
    (CostModel.LUMP.value, _("Lump sum against an agreed output")),
]
CATEGORIES = [
    (Category.STAFF.value, _("Salaries")),
    (Category.TRAVEL.value, _("Travel")),
    (Category.SERVICES.value, _("Bought services")),
    (Category.EQUIPMENT.value, _("Machines and equipment")),
    (Category.OFFICE.value, _("Office costs")),
    (Category.OTHER.value, pgettext_lazy("cost category", "Other costs")),
    (Category.LUMP.value, _("Lump sum")),
]
MOST_CENTS = 100_000_000_000
"""A line of a budget is at most a thousand million euros: what is above it is a slip of the hand."""
SOURCES = [
    (Source.EU.value, _("EU")),
    (Source.STATE.value, pgettext_lazy("funding source", "State")),
    (Source.OWN_PUBLIC.value, _("Own public funding")),
]
ACTOR_TYPES = [
    (ActorType.MUNICIPALITY.value, _("City or municipality")),
    (ActorType.JOINT_MUNICIPAL_AUTHORITY.value, _("Joint municipal authority")),
    (ActorType.UNIVERSITY.value, _("University")),
    (ActorType.UAS.value, _("University of applied sciences")),
    (ActorType.RESEARCH_INSTITUTE.value, _("Research institute")),
    (ActorType.STATE_AGENCY.value, _("State agency")),
    (ActorType.REGIONAL_COUNCIL.value, _("Regional council")),
    (ActorType.PUBLIC_COMPANY.value, _("Publicly owned technology or competence centre")),
    (ActorType.EDUCATION_PROVIDER.value, _("Education provider")),
    (ActorType.ASSOCIATION.value, _("Association")),
    (ActorType.FOUNDATION.value, _("Foundation")),
    (ActorType.COOPERATIVE.value, _("Co-operative")),
    (ActorType.COMPANY.value, _("Company")),
]


class Idea(models.Model):
    """What somebody would like to do, in a page: talked through with the office before it becomes an application."""

    class State(models.TextChoices):
        """The states of `core.moves.tables.IDEA`."""

        DRAFT = "draft", pgettext_lazy("idea", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("idea", "Sent")
        SPARRING = "sparring", pgettext_lazy("idea", "Being talked through")
        GREEN = "green", pgettext_lazy("idea", "Go on to an application")
        NOT_GREEN = "not_green", pgettext_lazy("idea", "No application")
        WITHDRAWN = "withdrawn", pgettext_lazy("idea", "Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="ideas")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=8000)
    cities = models.CharField(max_length=300, blank=True, help_text="with whom, in which cities")
    actor = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    organisation_name = models.CharField(max_length=200)
    answer = models.TextField(blank=True, max_length=8000, help_text="what the office said")
    submitted_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(default=uuid4, help_text="a form sent twice makes one idea")

    class Meta:
        ordering = ["call", "submitted_at"]
        constraints = [
            CheckConstraint(
                name="idea_state",
                condition=Q(state__in=["draft", "submitted", "sparring", "green", "not_green", "withdrawn"]),
            ),
            UniqueConstraint(fields=["actor", "key"], name="idea_key_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """A joint project's application: one common part, a part of each partner's own, a version each time it is sent."""

    class State(models.TextChoices):
        """The states of `core.moves.tables.APPLICATION`, by the words that applicants read."""

        DRAFT = "draft", pgettext_lazy("application", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("application", "Sent")
        RETURNED = "returned", pgettext_lazy("application", "Returned to be completed")
        ELIGIBLE = "eligible", pgettext_lazy("application", "Eligible")
        INELIGIBLE = "ineligible", pgettext_lazy("application", "Not eligible")
        IN_REVIEW = "in_review", pgettext_lazy("application", "Being reviewed")
        REVIEWED = "reviewed", pgettext_lazy("application", "Reviewed")
        PROPOSED_YES = "proposed_yes", pgettext_lazy("application", "Proposed to be funded")
        PROPOSED_NO = "proposed_no", pgettext_lazy("application", "Proposed not to be funded")
        AT_LINE = "at_line", pgettext_lazy("application", "At the funding line")
        APPROVED = "approved", pgettext_lazy("application", "Approved")
        APPROVED_WITH_CONDITIONS = "approved_with_conditions", pgettext_lazy("application", "Approved with conditions")
        REJECTED = "rejected", pgettext_lazy("application", "Not funded")
        CONTRACTED = "contracted", pgettext_lazy("application", "Running")
        IN_CHANGE = "in_change", pgettext_lazy("application", "Change being decided")
        CLOSED = "closed", pgettext_lazy("application", "Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=80, blank=True, help_text="given when it is sent for the first time")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    cutoff_at = models.DateTimeField(null=True, blank=True, help_text="of a continuous call: the day that takes it")
    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, null=True, blank=True, related_name="application")
    state = models.CharField(max_length=24, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=ProjectKind)
    spearhead = models.ForeignKey(
        Spearhead, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    language = models.CharField(max_length=2, default="fi", help_text="in which it is written and decided on")
    title = I18nCharField(max_length=600, blank=True)
    summary = I18nTextField(blank=True, help_text="public once it is decided on")
    texts = models.JSONField(
        default=dict, blank=True, help_text="the common part, by the keys of programme/core_form.py"
    )
    answers = models.JSONField(default=dict, blank=True, help_text="to the call's own questions, by their keys")
    cost_model = models.CharField(max_length=8, choices=COST_MODELS)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    first_ends_on = models.DateField(
        null=True, blank=True, help_text="as first decided; stays when a change moves the end"
    )
    eu_bp = models.PositiveIntegerField()
    state_bp = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1, help_text="of the common part; a writer says which one it read")
    versions_sent = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="when it first came, by the server's clock")
    note = models.TextField(blank=True, max_length=8000, help_text="why it was returned or decided as it was")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField(default=uuid4, help_text="a form sent twice begins one application")

    class Meta:
        ordering = ["call", "number", "began_at"]
        constraints = [
            CheckConstraint(
                name="application_state",
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "returned",
                        "eligible",
                        "ineligible",
                        "in_review",
                        "reviewed",
                        "proposed_yes",
                        "proposed_no",
                        "at_line",
                        "approved",
                        "approved_with_conditions",
                        "rejected",
                        "contracted",
                        "in_change",
                        "closed",
                        "withdrawn",
                    ]
                ),
            ),
            CheckConstraint(
                name="application_sent_has_number",
                condition=Q(state__in=["draft", "withdrawn"])
                | (~Q(number="") & Q(submitted_at__isnull=False, versions_sent__gte=1)),
            ),
            UniqueConstraint(fields=["number"], condition=~Q(number=""), name="application_number_once"),
            CheckConstraint(name="application_shares", condition=Q(eu_bp__lte=WHOLE_BP, state_bp__lte=WHOLE_BP)),
            CheckConstraint(name="application_language", condition=Q(language__in=["fi", "sv", "en"])),
            UniqueConstraint(fields=["began_by", "key"], name="application_key_once"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.uuid)

    @property
    def is_editable(self) -> bool:
        """Its writers may change it."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def support_bp(self) -> int:
        """The asked support's share of net costs, basis points."""
        return self.eu_bp + self.state_bp


class ApplicationPartner(models.Model):
    """An organisation in a consortium with its own part: what it does, what that costs, and its signature on both."""

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("partner", "Invited")
        JOINED = "joined", pgettext_lazy("partner", "Joined")
        DECLINED = "declined", pgettext_lazy("partner", "Declined")
        REMOVED = "removed", pgettext_lazy("partner", "Left out")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="partners")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    is_lead = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    business_id = models.CharField(max_length=20)
    actor_type = models.CharField(max_length=32, choices=ACTOR_TYPES)
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the one that it counts for (E2)",
    )
    place = models.CharField(max_length=80, blank=True, help_text="where it is, when not in a member city")
    unit = models.CharField(max_length=200, blank=True, help_text="which part of it takes part")
    tasks = models.TextField(blank=True, max_length=8000)
    income_cents = models.BigIntegerField(default=0)
    invited_email = models.EmailField(blank=True, help_text="where the link went; shown to the consortium alone")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="when the lead last asked once more")
    revision = models.PositiveIntegerField(default=1)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    signed_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the part that was signed")
    members = models.ManyToManyField(Person, related_name="consortium_parts", help_text="who writes for it")

    class Meta:
        ordering = ["application", "-is_lead", "position"]
        constraints = [
            UniqueConstraint(fields=["application", "position"], name="application_partner_position_once"),
            UniqueConstraint(
                fields=["application"], condition=Q(is_lead=True, state="joined"), name="application_partner_one_leads"
            ),
            CheckConstraint(name="application_partner_income", condition=Q(income_cents__gte=0)),
            CheckConstraint(
                name="application_partner_signed_whole",
                condition=Q(signed_at__isnull=True, signed_digest="")
                | (Q(signed_at__isnull=False) & ~Q(signed_digest="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in(self) -> bool:
        """It counts: invited or joined."""
        return self.state in (self.State.INVITED, self.State.JOINED)


class BudgetLine(models.Model):
    """One kind of cost of one partner, whole cents."""

    partner = models.ForeignKey(ApplicationPartner, on_delete=models.CASCADE, related_name="lines")
    category = models.CharField(max_length=10, choices=CATEGORIES)
    cents = models.BigIntegerField()

    class Meta:
        ordering = ["partner", "category"]
        constraints = [
            UniqueConstraint(fields=["partner", "category"], name="budget_line_once"),
            CheckConstraint(name="budget_line_cents", condition=Q(cents__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.category}"


class DecidedFigure(models.Model):
    """A figure of one source that the authority decided by hand; it stands beside the computed one, with its reason (M8)."""

    partner = models.ForeignKey(ApplicationPartner, on_delete=models.CASCADE, related_name="decided")
    source = models.CharField(max_length=10, choices=SOURCES)
    cents = models.BigIntegerField()
    reason = models.TextField(max_length=2000)

    class Meta:
        ordering = ["partner", "source"]
        constraints = [
            UniqueConstraint(fields=["partner", "source"], name="decided_figure_once"),
            CheckConstraint(name="decided_figure_cents", condition=Q(cents__gte=0)),
            CheckConstraint(name="decided_figure_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.source}"


class ApplicationVersion(models.Model):
    """An application as it was sent, or as a change made it: whole, never changed, with the digest that its receipt tells."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content as canonical JSON")
    key = models.CharField(max_length=80, help_text="the same submission sent again makes no second version")

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            UniqueConstraint(fields=["application", "number"], name="application_version_once"),
            UniqueConstraint(fields=["application", "key"], name="application_version_key_once"),
            CheckConstraint(name="application_version_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"


class ChangeRequest(models.Model):
    """A wish to change what was decided: dates, money between lines, partners. Each has a decision of its own."""

    class State(models.TextChoices):
        """The states of `core.moves.tables.CHANGE_REQUEST`."""

        DRAFT = "draft", pgettext_lazy("change request", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("change request", "Sent")
        RETURNED = "returned", pgettext_lazy("change request", "Returned to be completed")
        ACCEPTED = "accepted", pgettext_lazy("change request", "Accepted")
        REJECTED = "rejected", pgettext_lazy("change request", "Not accepted")
        WITHDRAWN = "withdrawn", pgettext_lazy("change request", "Withdrawn")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="change_requests")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    base_version = models.PositiveSmallIntegerField(help_text="the version that it would change")
    reason = models.TextField(max_length=8000)
    starts_on = models.DateField()
    ends_on = models.DateField()
    costs = models.JSONField(
        default=dict, help_text='{"partner id": {"STAFF": cents, …, "INCOME": cents}}: changed ones alone'
    )
    leaving = models.JSONField(default=list, blank=True, help_text="ids of partners that leave")
    joining = models.JSONField(
        default=list, blank=True, help_text='[{"name", "business_id", "actor_type", "city", "place", "tasks", "costs"}]'
    )
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=8000, help_text="the decision's words")

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            UniqueConstraint(fields=["application", "number"], name="change_request_number_once"),
            UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="change_request_one_at_a_time",
            ),
            CheckConstraint(name="change_request_dates", condition=Q(ends_on__gt=F("starts_on"))),
            CheckConstraint(
                name="change_request_state",
                condition=Q(state__in=["draft", "submitted", "returned", "accepted", "rejected", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number}"

    @property
    def is_open(self) -> bool:
        """It isn't decided on yet; afterwards its versions tell what it changed."""
        return self.state in (self.State.DRAFT, self.State.SUBMITTED, self.State.RETURNED)


class ChangeSignature(models.Model):
    """A partner's consent to a change request; it falls when the request changes."""

    change = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="signatures")
    partner = models.ForeignKey(ApplicationPartner, on_delete=models.CASCADE, related_name="+")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the request that was signed")

    class Meta:
        constraints = [UniqueConstraint(fields=["change", "partner"], name="change_signature_once")]

    def __str__(self) -> str:
        return f"{self.change_id} {self.partner_id}"


class AuthorityRow(models.Model):
    """A row of the authority's file of decisions that was taken in; the same row again changes nothing."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="authority_rows")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what the row says")
    decision = models.CharField(max_length=24)
    decided_on = models.DateField()
    reference = models.CharField(
        max_length=80, blank=True, help_text="the decision's number in the authority's register"
    )
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["application", "taken_at"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.decision}"
