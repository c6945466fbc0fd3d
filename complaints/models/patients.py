"""What a patient leaves with us without having an account: drafts, consents, sessions."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Complaint
from complaints.querysets import DraftQuerySet, PatientSessionQuerySet
from omsportal.platform.fields import SealedField


class Draft(models.Model):
    """An unsent form. Found by the digest of a random token that only the browser's cookie holds."""

    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    token_digest = models.BinaryField(max_length=32, unique=True)
    sealed = SealedField(bound_to="reference", verbose_name=_("what was typed"))
    own_device = models.BooleanField(_("the person's own device"), default=False)
    created_at = models.DateTimeField(_("begun at"))
    updated_at = models.DateTimeField(_("changed at"))
    expires_at = models.DateTimeField(_("dies at"))
    # Once sent: the case, and number and code for this browser's confirmation page, sealed by a key that is
    # derived from the cookie's token, so that the database alone cannot open it.
    complaint = models.OneToOneField(Complaint, models.CASCADE, null=True, blank=True, related_name="+")
    sealed_receipt = models.BinaryField(null=True, blank=True)

    objects: ClassVar = DraftQuerySet.as_manager()

    PROTECTION = {
        "token_digest": "digest: keyed, of the cookie's random token",
        "sealed": "sealed: everything typed so far",
        "sealed_receipt": "sealed: by a key derived from the cookie's token",
    }

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["expires_at"], name="draft_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="draft_expires_after_begun"
            ),
            models.CheckConstraint(
                condition=Q(sealed_receipt=None) | Q(complaint__isnull=False), name="draft_receipt_has_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Consent(models.Model):
    """A separate, un-ticked consent, with the version of its text. It never gates a complaint."""

    class Purpose(models.TextChoices):
        EMAIL = "email", _("notices by e-mail")
        SMS = "sms", _("notices by SMS")
        MESSENGER = "messenger", _("notices in messengers")
        MEDICAL_DOCUMENTS = "medical_documents", _("obtaining medical documents")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=18, choices=Purpose.choices)
    version = models.CharField(_("version of the text"), max_length=16)
    given_at = models.DateTimeField(_("given at"))
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("address it was given from"))  # {address}
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    PROTECTION = {"sealed": "sealed: the network address the consent came from"}

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "purpose"], condition=Q(revoked_at=None), name="consent_once"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["email", "sms", "messenger", "medical_documents"]),
                name="consent_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("given_at")),
                name="consent_revoked_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_purpose_display()}"


class PatientSession(models.Model):
    """A browser that proved it knows a case's number and access code. 30 minutes idle end it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+", db_index=False)
    token_digest = models.BinaryField(max_length=32, unique=True)
    begun_at = models.DateTimeField(_("begun at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    expires_at = models.DateTimeField(_("ends at the latest at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar = PatientSessionQuerySet.as_manager()

    PROTECTION = {"token_digest": "digest: keyed, of the cookie's random token"}

    class Meta:
        verbose_name = _("patient session")
        verbose_name_plural = _("patient sessions")
        indexes = [models.Index(fields=["complaint", "ended_at"], name="patient_session_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("begun_at")), name="patient_session_seen_after_begun"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("begun_at")), name="patient_session_expires_after_begun"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}"
