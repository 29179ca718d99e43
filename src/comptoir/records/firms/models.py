"""Firms, their companies (dossiers), people, and who may do what where."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from comptoir.domain import company as kinds
from comptoir.domain import invitation, missing, retention, rights
from comptoir.domain.branding import LONGEST_SENDER, at_night
from comptoir.domain.reading import Identity
from comptoir.lib.ids import uuid7
from comptoir.lib.plainly import plainly


class Firm(models.Model):
    """An accounting firm (*cabinet*)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    assignation = models.CharField(
        max_length=10, default=rights.Assignation.LIBRE, choices=[(a.value, a.value) for a in rights.Assignation]
    )
    second_factor = models.CharField(
        max_length=10,
        default=rights.SecondFactor.NOBODY,
        choices=[(s.value, s.value) for s in rights.SecondFactor],
    )
    collaborateurs_validate = models.BooleanField(default=False)
    # How many years after the closing of their year things are kept.
    retention_years = models.PositiveSmallIntegerField(default=retention.LEGAL)
    # Whether its clients write to it here; `how_to_reach` is its own text about how to reach it.
    has_messaging = models.BooleanField(default=True)
    how_to_reach = models.TextField(blank=True)
    # How it shows itself to its clients; `logo` is what its picture is known by, empty without one.
    sender_name = models.CharField(max_length=LONGEST_SENDER, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    logo = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def sender(self) -> str:
        """The name that its mails come from."""
        return self.sender_name or self.name

    @property
    def accent_at_night(self) -> str:
        """Its colour on a dark page; empty where it chose none."""
        return at_night(self.accent) if self.accent else ""

    @property
    def firm_id(self) -> Any:
        """A firm is its own tenant, so that an act on it is recorded as on any other row."""
        return self.id

    @property
    def given(self) -> frozenset[rights.Act]:
        """What this firm gives its collaborateurs beyond the table."""
        return rights.given(collaborateurs_validate=self.collaborateurs_validate)


class Company(models.Model):
    """A client company (*dossier*) of one firm, and what the firm asks of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT)
    reference = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    trade_name = models.CharField(max_length=200, blank=True)
    legal_form = models.CharField(max_length=60, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    activity = models.CharField(max_length=120, blank=True)
    naf = models.CharField(max_length=8, blank=True)
    vat_regime = models.CharField(max_length=20, blank=True)
    vat_on = models.CharField(max_length=20, blank=True)
    keeping = models.CharField(max_length=10, default=kinds.Keeping.AUTOMATIC.value)
    sales_account = models.CharField(max_length=12, default="707000")
    asks_missing = models.BooleanField(default=False)
    missing_since = models.DateField(null=True, blank=True)
    missing_floor = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    justifiable = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # Empty: as the firm says.
    messaging = models.CharField(
        max_length=3, blank=True, default="", choices=[(m.value, m.french) for m in kinds.Messaging]
    )
    # None: as the firm says.
    retention_years = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # What dossiers are found and put in order by, written once: spelling out five thousand names takes its time.
    plain = models.GeneratedField(
        expression=plainly("name", "reference", "siren"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "id"], name="firms_company_tenant"),
            models.UniqueConstraint(
                fields=["firm", "siren"], name="one_dossier_a_siren", condition=~models.Q(siren="")
            ),
            models.UniqueConstraint(
                "firm", Upper("reference"), name="one_dossier_a_reference", condition=~models.Q(reference="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "legal_form"], name="company_by_legal_form")]

    def __str__(self) -> str:
        return self.name

    @property
    def company_id(self) -> Any:
        """A company is its own tenant, so that an act on it is recorded as on any other row."""
        return self.id

    @property
    def identity(self) -> Identity:
        """How the company is recognised on a page."""
        return Identity(self.name, self.siren, self.vat_number)

    @property
    def regime(self) -> kinds.VatRegime:
        """How it declares its VAT."""
        return kinds.VatRegime(self.vat_regime)

    @property
    def deducts_vat(self) -> bool:
        """Whether the VAT of its purchases comes back: its regime says so."""
        return self.regime.deducts

    @property
    def has_messaging(self) -> bool:
        """Whether the dossier has its *Messagerie*: its own word, else its firm's."""
        return self.firm.has_messaging if not self.messaging else self.messaging == kinds.Messaging.ON

    @property
    def is_kept_by_hand(self) -> bool:
        """Whether the firm writes the entries of its pieces itself (*tenue manuelle*)."""
        return self.keeping == kinds.Keeping.MANUAL

    @property
    def policy(self) -> missing.Policy:
        """What the firm asks of this dossier about missing documents."""
        also = tuple(self.justifiable)
        return missing.Policy(
            self.asks_missing, self.missing_since, self.missing_floor, missing.JUSTIFIABLE + also
        )


class InCompany(models.Model):
    """A row that belongs to one company of one firm: every tenant row carries both."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class InFirm(models.Model):
    """A row of the firm itself, which no client's session sees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class PersonManager(BaseUserManager["Person"]):
    """Makes persons by address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who may sign in with this address."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who may also use Django's administration."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in; what they may do stands in their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    language = models.CharField(max_length=2, blank=True, choices=[("fr", "Français"), ("en", "English")])
    """Which they chose to read; empty where they never did."""
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["first_name", "last_name"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def initials(self) -> str:
        """Two letters for an avatar."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()


class FirmMembership(models.Model):
    """A person works at a firm, with one role."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="firm_memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in rights.FIRM_ROLES])
    title = models.CharField(max_length=80, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "person"], name="one_membership_a_firm")]

    @property
    def role_enum(self) -> rights.Role:
        """What they are."""
        return rights.Role(self.role)


class Assignment(InCompany):
    """A firm's person keeps a dossier."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    since = models.DateField()
    is_interlocutor = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person"], name="one_assignment_a_dossier")
        ]


class CompanyMembership(InCompany):
    """A client's person, with one role, and the account that repays what they advance (455, 108, 421, 467)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="company_memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in rights.CLIENT_ROLES])
    claimant_account = models.CharField(max_length=12, default="467000")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person"], name="one_membership_a_company")
        ]

    @property
    def role_enum(self) -> rights.Role:
        """What they are."""
        return rights.Role(self.role)


class Contact(InCompany):
    """Somebody to write to or call at the company; one of them is the first to ask."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_main = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-is_main", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company"], name="one_main_contact", condition=models.Q(is_main=True))
        ]


class ChecklistItem(InCompany):
    """A document that the firm wants from the client at one moment; ticked off by whom, and when."""

    when = models.CharField(max_length=20, choices=[(w.value, w.french) for w in kinds.When])
    rank = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="done_by_somebody_at_some_time",
                condition=models.Q(done_by=None, done_at=None)
                | models.Q(done_by__isnull=False, done_at__isnull=False),
            )
        ]


class FirmLogo(InFirm):
    """The firm's logo, as we wrote it ourselves: a small PNG."""

    firm = models.OneToOneField(Firm, models.PROTECT, related_name="+")
    png = models.BinaryField()


class LegalHold(InCompany):
    """Nothing of a dossier is deleted, by anybody or by itself, until it is lifted (litigation, inspection)."""

    reason = models.CharField(max_length=retention.LONGEST_REASON)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(lifted_at=None), name="one_hold_a_dossier"
            )
        ]


class DossierModel(InFirm):
    """What the firm's dossiers of one sort start with (`domain.opening.Model`, as JSON)."""

    name = models.CharField(max_length=80)
    content = models.JSONField(default=dict)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("firm", Upper("name"), name="one_model_a_name"),
        ]


class DossierImport(InFirm):
    """A list of dossiers to open, as read; kept until somebody opens them or throws it away."""

    filename = models.CharField(max_length=255)
    rows = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    model = models.ForeignKey(DossierModel, models.SET_NULL, null=True, related_name="+")
    invites = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)


class Invitation(InFirm):
    """Somebody is asked to join: the firm itself, or one of its companies with a client's role.

    The link holds a token whose SHA-256 alone is kept; sending again makes another and the former no longer opens.
    """

    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    email = models.EmailField()
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in rights.Role])
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "company", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
                name="one_open_invitation_an_address",
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~models.Q(token_hash=""), name="one_invitation_a_token"
            ),
        ]

    @property
    def role_enum(self) -> rights.Role:
        """What they will be."""
        return rights.Role(self.role)

    @property
    def full_name(self) -> str:
        """First and last name, where the inviter gave them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def until(self) -> date | None:
        """The last day its link opens."""
        return timezone.localdate(self.expires_at) if self.expires_at else None

    def state(self, now: datetime) -> invitation.State:
        """Where it stands, as the list says it."""
        return invitation.state(
            sent_at=self.sent_at,
            expires_at=self.expires_at,
            accepted_at=self.accepted_at,
            revoked_at=self.revoked_at,
            now=now,
        )


class WelcomeStep(InCompany):
    """A step of the welcome that somebody put off."""

    class Key(models.TextChoices):
        """The three steps."""

        BANK = "bank", "Banque"
        DEPOSIT = "deposit", "Première pièce"
        INVITE = "invite", "Collaborateurs"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=10, choices=Key)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person", "key"], name="one_step_a_person")
        ]


def is_open(ended_on: date | None, on: date) -> bool:
    """Whether a membership still holds on a day: the day it ended is already over."""
    return ended_on is None or ended_on > on
