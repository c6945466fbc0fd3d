"""What an applicant does while following a case: new contacts, and a rating of the work."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Changed, ContactWay
from complaints.models.complaints import Complaint
from complaints.models.identity import OneTimeCode
from complaints.models.patients import PatientSession
from complaints.querysets import ContactChangeQuerySet
from omsportal.platform.fields import SealedField


class ContactChange(models.Model):
    """A contact that an applicant wants to replace; nothing changes before every code it needs was typed.

    It belongs to the browser that asked: a code typed in another one cannot complete a stranger's wish. It is
    thrown away after a few days, when the contact from before has been told.
    """

    WAYS = (ContactWay.EMAIL, ContactWay.PHONE, Changed.ADDRESS)

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    # Null: made by staff, who have seen a document.
    session = models.ForeignKey(PatientSession, models.CASCADE, null=True, blank=True, related_name="+")
    way = models.CharField(_("contact"), max_length=8, choices=[(way.value, way.label) for way in WAYS])
    sealed = SealedField(bound_to="reference", verbose_name=_("contacts"))  # {new, old}
    # To the new contact; and to one that was known before. Null: none was needed, or it is purged.
    known_way = models.CharField(_("shown by"), max_length=8, choices=ContactWay.choices, blank=True)
    new_code = models.OneToOneField(OneTimeCode, models.SET_NULL, null=True, blank=True, related_name="+")
    known_code = models.OneToOneField(OneTimeCode, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)

    objects: ClassVar = ContactChangeQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: the new contact and the one before, until it has been told"}

    class Meta:
        verbose_name = _("change of a contact")
        verbose_name_plural = _("changes of contacts")
        indexes = [models.Index(fields=["asked_at"], name="contact_change_asked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=["email", "phone", "address"]), name="contact_change_way_known"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(made_at__gte=F("asked_at")),
                name="contact_change_made_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_way_display()}"


class Rating(models.Model):
    """How an applicant found the work on the case, once, from 1 to 5, with words if they like."""

    complaint = models.OneToOneField(
        Complaint, models.PROTECT, primary_key=True, related_name="rating", verbose_name=_("appeal")
    )
    stars = models.PositiveSmallIntegerField(_("rating, 1 to 5"))
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("words"))  # {text}
    given_at = models.DateTimeField(_("given at"))

    PROTECTION = {"sealed": "sealed: what the applicant wrote with the rating"}

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="rating_from_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.stars}"
