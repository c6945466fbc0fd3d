"""What the law on personal data adds to a case: holds, requests for erasure, texts of consents by version."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Complaint
from complaints.models.patients import Consent
from complaints.privacy_querysets import ErasureRequestQuerySet, HoldQuerySet
from complaints.querysets import DatedQuerySet


class LegalHold(models.Model):
    """Nothing of this case is erased while it stands, whatever the terms say and whoever asks."""

    class Ground(models.TextChoices):
        COURT = "court", _("court proceedings")
        CLAIM = "claim", _("claim or demand for money")
        INSPECTION = "inspection", _("inquiry of a supervisor or the police")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="holds")
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    placed_at = models.DateTimeField(_("placed at"))
    placed_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold on erasure")
        verbose_name_plural = _("holds on erasure")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(lifted_at=None), name="legal_hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["court", "claim", "inspection"]), name="legal_hold_ground_known"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__gte=F("placed_at"), lifted_by__isnull=False),
                name="legal_hold_lifted_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_ground_display()}"


class ErasureRequest(models.Model):
    """One line of the register: somebody asked to erase the personal data of a case, and what came of it."""

    class Decision(models.TextChoices):
        GRANTED = "granted", _("erased")
        REFUSED = "refused", _("refused")

    class Ground(models.TextChoices):
        LAW = "law", _("the law demands that the appeal is kept (59-FZ, archives)")
        OPEN = "open", _("the appeal is still being worked on")
        HOLD = "hold", _("court, claim or inquiry")
        NOT_THE_PERSON = "not_person", _("it is not confirmed who asks")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField(_("asked at"))
    # Of staff who wrote it down for the person; None: the person themselves, on the site.
    asked_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("decide by"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    ground = models.CharField(_("ground of refusal"), max_length=10, choices=Ground.choices, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        indexes = [models.Index(fields=["due_on", "id"], name="erasure_open", condition=Q(decision=""))]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decision=""), name="erasure_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(decision="", ground="", decided_at=None, decided_by=None)
                | Q(decision="granted", ground="", decided_at__gte=F("asked_at"), decided_by__isnull=False)
                | Q(
                    decision="refused",
                    ground__in=["law", "open", "hold", "not_person"],
                    decided_at__gte=F("asked_at"),
                    decided_by__isnull=False,
                ),
                name="erasure_decision_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"№{self.pk}"


class ConsentText(models.Model):
    """What a person reads before giving a consent; a change is a new version, the old one stays readable."""

    purpose = models.CharField(_("purpose"), max_length=18, choices=Consent.Purpose.choices)
    version = models.CharField(_("version"), max_length=16)
    text = models.TextField(_("text"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["email", "sms", "messenger", "medical_documents"]),
                name="consent_text_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="consent_text_validity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"
