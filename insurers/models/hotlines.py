"""Phones that people call."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from insurers.hours_text import MOST_CHARACTERS
from insurers.models.organisations import Branch, Insurer
from insurers.models.parts import Valid, tracked, validity_in_order, validity_range
from insurers.querysets import HotlineQuerySet
from omsportal.platform.phones import phone_text


class Purpose(models.TextChoices):
    CONTACT_CENTRE = "contact_centre", _("contact centre")
    RIGHTS_PROTECTION = "rights_protection", _("protection of patients' rights")
    DUTY = "duty", _("duty phone")


class AfterHours(models.TextChoices):
    UNKNOWN = "unknown", _("not known")
    NONE = "none", _("nobody answers")
    VOICEMAIL = "voicemail", _("voicemail records the call")
    MACHINE = "machine", _("an answering machine speaks")
    DUTY = "duty", _("the duty person answers")


def never_twice(owner: str) -> ExclusionConstraint:
    """One owner lists a phone for one purpose once at a time; a later period may bring it back."""
    return ExclusionConstraint(
        name=f"hotline_of_{owner}_never_twice",
        expressions=[
            (owner, "="),
            ("purpose", "="),
            ("phone", "="),
            ("extension", "="),
            (validity_range(), "&&"),
        ],
        condition=Q(**{f"{owner}__isnull": False}),
        violation_error_message=_(
            "This phone is already listed for this purpose in an overlapping period. "
            "End the earlier record first or choose other dates."
        ),
    )


@tracked()
class Hotline(Valid):
    """A phone of an insurer (whole country) or of a branch or fund (its region).

    Without a schedule the hours are not confirmed: nobody may be told that it answers, or that it does not.
    """

    insurer = models.ForeignKey(
        Insurer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hotlines",
        verbose_name=_("insurer (whole country)"),
    )
    branch = models.ForeignKey(
        Branch,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hotlines",
        verbose_name=_("branch or fund"),
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    phone = PhoneNumberField(_("phone"))
    extension = models.CharField(
        _("extension"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d*$", _("Only digits, for example 123."))],
    )
    hours_text = models.CharField(_("hours, as people read them"), max_length=MOST_CHARACTERS, blank=True)
    schedule = models.ForeignKey(
        "insurers.WorkingSchedule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hotlines",
        verbose_name=_("working hours"),
        help_text=_("Leave empty while the hours are not confirmed: the portal says so and does not guess."),
    )
    after_hours = models.CharField(
        _("outside working hours"), max_length=20, choices=AfterHours.choices, default=AfterHours.UNKNOWN
    )
    after_hours_note = models.CharField(_("note on calls outside working hours"), max_length=200, blank=True)
    calls_recorded = models.BooleanField(_("calls are recorded"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    source = models.CharField(_("where the number comes from"), max_length=200, blank=True)

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["purpose", "phone", "extension"]
        constraints = [
            models.CheckConstraint(
                name="hotline_has_one_owner",
                condition=Q(insurer__isnull=True, branch__isnull=False)
                | Q(insurer__isnull=False, branch__isnull=True),
                violation_error_message=_("A phone belongs either to an insurer or to a branch: choose one."),
            ),
            models.CheckConstraint(
                name="hotline_purpose_known",
                condition=Q(purpose__in=Purpose.values),
                violation_error_message=_("Choose what the phone is for."),
            ),
            models.CheckConstraint(
                name="hotline_after_hours_known",
                condition=Q(after_hours__in=AfterHours.values),
                violation_error_message=_("Choose what happens outside working hours."),
            ),
            models.CheckConstraint(
                name="hotline_phone_e164",
                condition=Q(phone__regex=r"^\+[0-9]{8,15}$"),
                violation_error_message=_("Write the phone with its area code: 8 (4852) 31-38-28."),
            ),
            never_twice("insurer"),
            never_twice("branch"),
            validity_in_order("hotline"),
        ]

    def __str__(self) -> str:
        return phone_text(self.phone, self.extension)

    @property
    def dialled(self) -> str:
        """Phone and extension, whatever the language of the page."""
        return f"{self.phone.as_e164},{self.extension}"

    @property
    def owner(self) -> Insurer | Branch:
        """Load hotlines `with_owners()`."""
        owner = self.branch or self.insurer
        assert owner is not None, "the constraint hotline_has_one_owner forbids it"
        return owner

    @property
    def hours_confirmed(self) -> bool:
        return self.schedule_id is not None
