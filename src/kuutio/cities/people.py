"""Persons, what they may do in which organisation, and their API keys: personal data."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kuutio.cities.organisations import Organisation


class PersonManager(BaseUserManager["Person"]):
    """Makes persons with their address in lower case, as the database demands."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A new person; without a password they sign in by e-mail code or passkey."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who may do everything."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person of an address, however it is typed."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. Their roles, not flags, say what they may do."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=150, blank=True)
    language = models.CharField(_("Language"), max_length=2, default="fi")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="made by the demonstration")
    joined_at = models.DateTimeField(default=timezone.now)

    objects = PersonManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            CheckConstraint(name="person_email_lower", condition=Q(email=Lower(F("email")))),
            CheckConstraint(name="person_language", condition=Q(language__in=["fi", "sv", "en"])),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address in lower case, whoever saves."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @cached_property
    def held_roles(self) -> list["Role"]:
        """The person's roles with their organisations, read once a request."""
        return list(self.roles.select_related("organisation"))

    def has_role(self, role: str, organisation_id: int | None = None, city: str | None = None) -> bool:
        """Whether the person holds a role, in one organisation or one city if named, else anywhere."""
        return any(
            held.role == role
            and (organisation_id is None or held.organisation_id == organisation_id)
            and (city is None or held.organisation.city_id == city)
            for held in self.held_roles
        )


class Role(models.Model):
    """What a person may do in one organisation."""

    class Name(models.TextChoices):
        PUBLISHER = "publisher", _("Publisher of data")
        AGENT = "agent", _("Customer service agent")
        OFFICE = "office", _("Programme office")
        REVIEWER = "reviewer", _("Reviewer")
        AUDITOR = "auditor", _("Auditor")
        ADMIN = "admin", _("Administrator")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=12, choices=Name)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["person", "organisation", "role"], name="role_once"),
            CheckConstraint(
                name="role_known",
                condition=Q(role__in=["publisher", "agent", "office", "reviewer", "auditor", "admin"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class ApiKey(models.Model):
    """A key by which a program acts for a person. Only its hash is kept; the key itself is shown once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, help_text="the first characters, to tell keys apart")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, hexadecimal")
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            CheckConstraint(name="api_key_has_scope", condition=Q(scopes__len__gt=0)),
            CheckConstraint(
                name="api_key_revoked_later",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"
