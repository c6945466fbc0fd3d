"""Who is asking: one-time codes, and the contacts that turned out to be a stranger's."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import ContactWay
from complaints.models.complaints import Complaint
from complaints.querysets import ContactLinkQuerySet, OneTimeCodeQuerySet


class OneTimeCode(models.Model):
    """A code that was asked for. It is stored nowhere: the keyed digest of `reference` makes it anew.

    Of a recovery for which no case was found the row looks the same and nothing is sent.
    """

    class Purpose(models.TextChoices):
        REGISTRY_PHONE = "registry_phone", _("to the phone in the insurer's records")
        EMAIL = "email", _("to the e-mail of the case")
        PHONE = "phone", _("to the phone of the case")
        RECOVERY = "recovery", _("for a new access code")
        NEW_CONTACT = "new_contact", _("to a new contact of the case")
        KNOWN_CONTACT = "known_contact", _("to a contact known before, to allow a new one")

    MOST_ATTEMPTS = 5

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose.choices)
    complaint = models.ForeignKey(Complaint, models.CASCADE, null=True, blank=True, related_name="+")
    # Of a recovery: the browser that asked, by the digest of the token in its cookie.
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, unique=True)
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("expires at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    objects: ClassVar = OneTimeCodeQuerySet.as_manager()

    PROTECTION = {"token_digest": "digest: keyed, of the cookie's random token"}

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["expires_at"], name="one_time_code_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[
                        "registry_phone",
                        "email",
                        "phone",
                        "recovery",
                        "new_contact",
                        "known_contact",
                    ]
                ),
                name="one_time_code_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(purpose="recovery", token_digest__isnull=False)
                | (~Q(purpose="recovery") & Q(complaint__isnull=False, token_digest=None)),
                name="one_time_code_of_case_or_browser",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="one_time_code_expires_after_asked"
            ),
            models.CheckConstraint(condition=Q(attempts__lte=5), name="one_time_code_few_attempts"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("asked_at")),
                name="one_time_code_used_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} №{self.pk}"


class ContactLink(models.Model):
    """The "wrong number?" link of one contact of one case; `refused_at`: the contact is a stranger's."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="contact_links", db_index=False)
    way = models.CharField(_("contact"), max_length=8, choices=ContactWay.choices)
    contact_blind = models.BinaryField(max_length=32)
    token_digest = models.BinaryField(max_length=32, unique=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)

    objects: ClassVar = ContactLinkQuerySet.as_manager()

    PROTECTION = {
        "contact_blind": "blind index: is it the contact the case has now",
        "token_digest": "digest: keyed, of the token in the link",
    }

    class Meta:
        verbose_name = _("link of a contact")
        verbose_name_plural = _("links of contacts")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "way", "contact_blind"], name="contact_link_once"),
            models.CheckConstraint(condition=Q(way__in=ContactWay.values), name="contact_link_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_way_display()}"
