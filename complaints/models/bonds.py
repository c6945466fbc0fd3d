"""What binds cases to each other and to people: links, incidents, who is barred."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.bond_querysets import IncidentQuerySet, LinkQuerySet
from complaints.kinds import Bond, Outcome
from complaints.models.classifier import Category
from complaints.models.complaints import Complaint
from omsportal.platform.fields import SealedField


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
    """Two cases that belong together; each keeps its number, code, dates and answer.

    A link "the same event" is ended, not deleted: who linked and who ended it, when and why, stays.
    """

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("the same event")
        REOPENING = "reopening", _("asked again after the answer")
        FORWARD = "forward", _("registered anew by the competent body")
        REPEATED = "repeated", _("repeated complaint")
        CHAT = "chat", _("began as a chat")

    earlier = models.ForeignKey(Complaint, models.CASCADE, related_name="later_links")
    later = models.ForeignKey(Complaint, models.CASCADE, related_name="earlier_links")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Bond.choices, blank=True)
    linked_at = models.DateTimeField(_("linked at"))
    linked_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    end_reason = models.CharField(_("reason of the end"), max_length=12, choices=Bond.choices, blank=True)

    objects: ClassVar = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link between appeals")
        verbose_name_plural = _("links between appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "later"], condition=Q(ended_at=None), name="link_once"
            ),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="link_between_two"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__gte=F("linked_at"), ended_by__isnull=False, kind="duplicate")
                & ~Q(end_reason=""),
                name="link_end_paired",
            ),
            # A second press of "it did not help" finds the first one's appeal.
            models.UniqueConstraint(
                fields=["earlier"], condition=Q(kind="reopening"), name="link_reopened_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.later_id}"


class Incident(models.Model):
    """Many equal complaints about one clinic, theme and period: one inquiry, individual answers.

    It belongs to the body that works it, and gathers cases of that body only.
    """

    title = models.CharField(_("title"), max_length=160)
    branch = models.ForeignKey("insurers.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    region = models.ForeignKey("insurers.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    medical_organisation = models.ForeignKey(
        "insurers.MedicalOrganisation", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("clinic"),
    )  # fmt: skip
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Without it fitting appeals are only offered, on the page of the incident and of the appeal.
    joins_new = models.BooleanField(_("new appeals join by themselves"), default=False, db_default=False)
    banner = models.CharField(_("banner for patients"), max_length=300, blank=True)
    banner_until = models.DateTimeField(_("banner shown until"), null=True, blank=True)
    opened_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects: ClassVar = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            models.Index(fields=["branch", "opened_at", "id"], name="incident_of_branch"),
            models.Index(
                fields=["banner_until"],
                name="incident_banner",
                condition=Q(closed_at=None, banner_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="incident_period"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="incident_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False), name="incident_closed_when"
            ),
            models.CheckConstraint(
                condition=Q(banner="") | Q(banner_until__isnull=False), name="incident_banner_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Inquiry(models.Model):
    """What the clinic was asked about an incident, once for all its cases; it names only who allowed it."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="inquiries")
    sealed = SealedField(bound_to="incident_id", verbose_name=_("text"))  # {text, reply}
    outgoing_number = models.CharField(_("outgoing number"), max_length=40)
    named_count = models.PositiveIntegerField(_("named"))
    unnamed_count = models.PositiveIntegerField(_("not named"))
    asked_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("asked at"))
    reply_due_on = models.DateField(_("reply expected by"))
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)

    PROTECTION = {"sealed": "sealed: the question to the clinic and its reply"}

    class Meta:
        verbose_name = _("inquiry to a clinic")
        verbose_name_plural = _("inquiries to clinics")
        constraints = [
            models.CheckConstraint(
                condition=Q(replied_at=None) | Q(replied_at__gte=F("asked_at")),
                name="inquiry_replied_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.outgoing_number}"


class JointAnswer(models.Model):
    """One text with blanks, from which every case of an incident gets its own answer."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="joint_answers")
    sealed = SealedField(bound_to="incident_id", verbose_name=_("text"))  # {text}
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    no_health_facts = models.BooleanField(_("says nothing about health"), default=False)
    made_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    PROTECTION = {"sealed": "sealed: the text from which the answers are made"}

    class Meta:
        verbose_name = _("joint answer")
        verbose_name_plural = _("joint answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="joint_answer_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("made_at")),
                name="joint_answer_finished_after_made",
            ),
            # One at a time: the second would answer what the first is about to.
            models.UniqueConstraint(
                fields=["incident"], condition=Q(finished_at=None), name="joint_answer_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.outcome}"


class JointAnswerLine(models.Model):
    """What became of one case: answered from the joint text, or why not. Once for each case."""

    class Result(models.TextChoices):
        ANSWERED = "answered", _("answered")
        MOVED = "moved", _("decided or ended meanwhile")
        WAITING = "waiting", _("a question is with the patient: answer it by hand")
        URGENT = "urgent", _("urgent: answer it by hand")
        OTHER_KIND = "other_kind", _("the outcome does not fit this kind of appeal")
        SECOND_PERSON = "second_person", _("its theme asks for a second pair of eyes")
        NOT_ALLOWED = "not_allowed", _("not for the person who answers")
        MISSING = "missing", _("a blank of the text has no fact here")

    joint_answer = models.ForeignKey(JointAnswer, models.PROTECT, related_name="lines", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=14, choices=Result.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("line of a joint answer")
        verbose_name_plural = _("lines of joint answers")
        constraints = [
            models.UniqueConstraint(fields=["joint_answer", "complaint"], name="joint_answer_once_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.joint_answer_id}/{self.complaint_id}: {self.result}"
