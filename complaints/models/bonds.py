"""What binds cases to each other and to people: links, incidents, who is barred."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.classifier import Category
from complaints.models.complaints import Complaint


class Barring(models.Model):
    """Somebody who neither sees nor takes a case: the employee complained of, or the earlier expert."""

    class Why(models.TextChoices):
        COMPLAINED_OF = "complained_of", _("the complaint is about this person")
        EARLIER_EXPERT = "earlier_expert", _("decided the earlier appeal")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    user = models.ForeignKey("representatives.User", models.CASCADE, related_name="+")
    why = models.CharField(_("why"), max_length=16, choices=Why.choices)

    class Meta:
        verbose_name = _("barred member of staff")
        verbose_name_plural = _("barred members of staff")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "user"], name="barring_once"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.user_id}"


class Link(models.Model):
    """Two cases that belong together; each keeps its number, code, dates and answer."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("the same event")
        REOPENING = "reopening", _("asked again after the answer")
        FORWARD = "forward", _("registered anew by the competent body")
        REPEATED = "repeated", _("repeated complaint")
        CHAT = "chat", _("began as a chat")

    earlier = models.ForeignKey(Complaint, models.CASCADE, related_name="later_links")
    later = models.ForeignKey(Complaint, models.CASCADE, related_name="earlier_links")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    linked_at = models.DateTimeField(_("linked at"))
    linked_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("link between appeals")
        verbose_name_plural = _("links between appeals")
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="link_once"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="link_between_two"),
            # A second press of "it did not help" finds the first one's appeal.
            models.UniqueConstraint(
                fields=["earlier"], condition=Q(kind="reopening"), name="link_reopened_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.later_id}"


class Incident(models.Model):
    """Many equal complaints about one clinic, theme and period: one inquiry, individual answers."""

    title = models.CharField(_("title"), max_length=160)
    region = models.ForeignKey("insurers.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    medical_organisation = models.ForeignKey(
        "insurers.MedicalOrganisation", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("clinic"),
    )  # fmt: skip
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    banner = models.CharField(_("banner for patients"), max_length=300, blank=True)
    opened_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="incident_period"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="incident_closed_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.title
