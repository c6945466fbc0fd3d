"""Mailboxes that the portal reads, and what became of each letter."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from complaints.mail_querysets import MailboxQuerySet, ReceivedMailQuerySet
from complaints.models.complaints import Complaint
from omsportal.platform.fields import SealedField

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Mailbox(models.Model):
    """Where people write to a branch. What came before it was entered here is nobody's appeal."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the first byte (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        PLAIN = "plain", _("none, on this very machine only")

    branch = models.ForeignKey("insurers.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    address = models.EmailField(_("address that people write to"), unique=True)
    takes_suffix = models.BooleanField(
        _("takes name+suffix@"),
        default=False,
        help_text=_("Answers of people find their appeal more surely: ask whoever runs the mail server."),
    )
    host = models.CharField(_("IMAP server"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("protection"), max_length=8, choices=Security.choices, default=Security.TLS)
    folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    is_active = models.BooleanField(_("is read"), default=True)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = SealedField(bound_to="reference", verbose_name=_("sign-in"))  # {user, password}
    # Letters from this moment on; everything older is left alone, also when the server numbers anew.
    since = models.DateTimeField(_("reads letters since"), db_default=Now(), editable=False)
    uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    next_uid = models.BigIntegerField(default=1, editable=False)
    checked_at = models.DateTimeField(_("read at"), null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(_("does not answer since"), null=True, blank=True, editable=False)
    fault = models.CharField(_("fault"), max_length=40, blank=True, editable=False)

    objects: ClassVar = MailboxQuerySet.as_manager()

    PROTECTION = {
        "address": "plain: the public address of an office",
        "sealed": "sealed: name and password of the mailbox",
    }

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.CheckConstraint(
                condition=Q(security__in=["tls", "starttls", "plain"]), name="mailbox_security_known"
            ),
            models.CheckConstraint(
                condition=Q(failing_since=None, fault="") | (Q(failing_since__isnull=False) & ~Q(fault="")),
                name="mailbox_fault_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        """A password never crosses a network in the clear. Raises ValidationError."""
        if self.security == self.Security.PLAIN and self.host not in LOOPBACK:
            message = _("Without protection only a server on this machine is read.")
            raise ValidationError({"security": message})


class ReceivedMail(models.Model):
    """What became of one letter. The same letter is known again, however often it is delivered."""

    class Fate(models.TextChoices):
        CASE = "case", _("became an appeal")
        MESSAGE = "message", _("became a message")
        IGNORED = "ignored", _("no person is answered for it")
        LEFT = "left", _("left for a person")

    class Reason(models.TextChoices):
        AUTO_ANSWER = "auto_answer", _("answered by a program")
        BOUNCE = "bounce", _("a letter of ours did not arrive")
        BULK = "bulk", _("a mailing")
        OWN = "own", _("from ourselves")
        TOO_LARGE = "too_large", _("too large")
        UNREADABLE = "unreadable", _("it cannot be read by a program")
        NO_SENDER = "no_sender", _("no address to answer to")
        FLOOD = "flood", _("too many letters from this sender today")
        FAILED = "failed", _("the portal could not take it in")

    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="+", verbose_name=_("mailbox"), db_index=False
    )
    # Of the Message-ID; of the whole letter when it has none.
    digest = models.BinaryField(max_length=32)
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    came_at = models.DateTimeField(_("came at"))
    fate = models.CharField(_("what became of it"), max_length=8, choices=Fate.choices)
    reason = models.CharField(_("why"), max_length=12, choices=Reason.choices, blank=True)
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("appeal")
    )
    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    # {sender, subject} of what waits for a person; {code, message_id} until the confirmation has left
    sealed = SealedField(bound_to="reference", null=True, blank=True, verbose_name=_("what to know of it"))
    keeps_until = models.DateTimeField(_("forgets its words at"), null=True, blank=True)
    attended_at = models.DateTimeField(_("a person looked at it at"), null=True, blank=True)
    attended_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ReceivedMailQuerySet.as_manager()

    PROTECTION = {
        "digest": "digest: keyed, knows a letter that came before",
        "sealed": "sealed: sender and subject for a person's look; the access code until it has been sent",
    }

    class Meta:
        verbose_name = _("letter received")
        verbose_name_plural = _("letters received")
        indexes = [
            models.Index(
                fields=["mailbox", "id"],
                name="mail_left_for_person",
                condition=Q(fate="left", attended_at=None),
            ),
            models.Index(
                fields=["keeps_until"], name="mail_to_forget", condition=Q(keeps_until__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "digest"], name="received_mail_once"),
            models.CheckConstraint(
                condition=Q(fate__in=["case", "message"], complaint__isnull=False)
                | Q(fate__in=["ignored", "left"], complaint=None),
                name="received_mail_fate_paired",
            ),
            models.CheckConstraint(
                condition=Q(attended_at=None, attended_by=None)
                | Q(attended_at__isnull=False, attended_by__isnull=False, fate="left"),
                name="received_mail_attended_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.uid}: {self.fate}"
