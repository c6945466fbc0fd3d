"""The registration card of a case: sealed, but for what search needs."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import AnswerChannel, ForWhom, IdentityLevel, NamingConsent
from complaints.models.complaints import Complaint
from complaints.privacy_querysets import CardQuerySet
from omsportal.platform.fields import SealedField

#: Search reads the words of a case anew. The row of the list is locked, not only left as it is: who fills
#: meanwhile waits or is waited for, and nothing written is forgotten.
READ_ANEW = """
INSERT INTO complaints_wordsdue (complaint_id) VALUES (NEW.complaint_id)
ON CONFLICT (complaint_id) DO UPDATE SET retry_at = NULL;
PERFORM pg_notify('omsportal', 'search');
RETURN NULL;
"""
_WORDS_ARE_DUE = pgtrigger.Trigger(
    name="words_are_due",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("sealed"),
    condition=pgtrigger.Q(new__anonymised_at__isnull=True),
    func=READ_ANEW,
)


class Card(models.Model):
    """The registration card: who asks, for whom, and what happened. Sealed, but for what search needs."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="card")
    # applicant {surname, first_name, patronymic, phone, email, address, relation},
    # patient {surname, first_name, patronymic, birth_on, policy_kind, policy_number, policy_of_parent},
    # details {clinic, care_on, waiting_for, waiting_since, amount, story, policy_region}
    sealed = SealedField(bound_to="complaint_id", verbose_name=_("personal data"))
    patient_surname_key = models.CharField(max_length=80, blank=True)
    applicant_surname_key = models.CharField(max_length=80, blank=True)
    birth_blind = models.BinaryField(max_length=32, null=True, blank=True)
    phone_blind = models.BinaryField(max_length=32, null=True, blank=True)
    policy_blind = models.BinaryField(max_length=32, null=True, blank=True)
    policy = models.ForeignKey("insurers.Policy", models.PROTECT, null=True, blank=True, related_name="+")
    for_whom = models.CharField(_("for whom"), max_length=8, choices=ForWhom.choices, default=ForWhom.SELF)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    identity_level = models.SmallIntegerField(
        _("identity level"), choices=IdentityLevel.choices, default=IdentityLevel.NONE
    )
    # Nobody is asked whether it helped, and what went to the patient goes to nobody.
    patient_died = models.BooleanField(_("the patient has died"), default=False, db_default=False)
    naming_consent = models.CharField(
        _("may the clinic hear the name"), max_length=3, choices=NamingConsent.choices,
        default=NamingConsent.ASK,
    )  # fmt: skip
    answer_channel = models.CharField(
        _("how to answer"), max_length=6, choices=AnswerChannel.choices, default=AnswerChannel.SITE
    )
    # Letters come back, there is no such address; SMS do not arrive. Of the contact that the case has now.
    email_failed_at = models.DateTimeField(_("e-mail does not exist, known since"), null=True, blank=True)
    phone_failed_at = models.DateTimeField(_("SMS do not arrive since"), null=True, blank=True)
    quiet_from = models.TimeField(_("do not disturb from"), null=True, blank=True)
    quiet_to = models.TimeField(_("do not disturb until"), null=True, blank=True)
    incoming_number = models.CharField(_("incoming letter number"), max_length=40, blank=True)
    incoming_on = models.DateField(_("incoming letter date"), null=True, blank=True)
    # From then on nothing of a person is left: neither here nor in messages, answer and files.
    anonymised_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects: ClassVar = CardQuerySet.as_manager()

    PROTECTION = {
        "sealed": "sealed: names, birth date, contacts, address, policy number, clinic, sums, the story",
        "patient_surname_key": "plain: surname folded, for search by typed surname",
        "applicant_surname_key": "plain: surname folded, for search by typed surname",
        "birth_blind": "blind index: search by birth date together with surname",
        "phone_blind": "blind index: search by phone",
        "policy_blind": "blind index: search by policy number",
    }

    class Meta:
        verbose_name = _("registration card")
        verbose_name_plural = _("registration cards")
        indexes = [
            models.Index(
                fields=["policy_blind"], name="card_policy", condition=Q(policy_blind__isnull=False)
            ),
            models.Index(fields=["phone_blind"], name="card_phone", condition=Q(phone_blind__isnull=False)),
            models.Index(fields=["patient_surname_key", "birth_blind"], name="card_surname_birth"),
            # Whose surname is only that of an applicant for somebody else.
            models.Index(
                fields=["applicant_surname_key"],
                name="card_other_applicant",
                condition=~Q(applicant_surname_key=F("patient_surname_key")),
            ),
            # What still has to be erased one day, in the order in which it came.
            models.Index(fields=["complaint"], name="card_personal", condition=Q(anonymised_at=None)),
            models.Index(
                fields=["complaint"],
                name="card_personal_anonymous",
                condition=Q(anonymised_at=None, is_anonymous=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_level__in=IdentityLevel.values), name="card_identity_level_known"
            ),
            models.CheckConstraint(
                condition=Q(naming_consent__in=NamingConsent.values), name="card_naming_consent_known"
            ),
            models.CheckConstraint(
                condition=Q(answer_channel__in=AnswerChannel.values), name="card_answer_channel_known"
            ),
            models.CheckConstraint(condition=Q(for_whom__in=ForWhom.values), name="card_for_whom_known"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="card_quiet_hours_paired",
            ),
            models.CheckConstraint(
                condition=Q(incoming_number="", incoming_on=None) | ~Q(incoming_number=""),
                name="card_incoming_date_has_number",
            ),
        ]
        triggers = [_WORDS_ARE_DUE]

    def __str__(self) -> str:
        return f"{self.complaint_id}"
