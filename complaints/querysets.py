"""Reads in the words of the domain, chainable. Visibility is data: `visible_to` everywhere, else 404."""

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from complaints.file_querysets import AttachmentQuerySet as AttachmentQuerySet
from complaints.list_querysets import MOST_COUNTED as MOST_COUNTED
from complaints.list_querysets import CountUpTo as CountUpTo
from complaints.list_querysets import ListQuerySet
from complaints.list_querysets import Stamp as Stamp
from complaints.patient_querysets import ContactChangeQuerySet as ContactChangeQuerySet
from complaints.patient_querysets import ContactLinkQuerySet as ContactLinkQuerySet
from complaints.patient_querysets import DraftQuerySet as DraftQuerySet
from complaints.patient_querysets import OneTimeCodeQuerySet as OneTimeCodeQuerySet
from complaints.patient_querysets import PatientSessionQuerySet as PatientSessionQuerySet
from complaints.reference_querysets import AmendmentQuerySet as AmendmentQuerySet
from complaints.reference_querysets import CategoryCodeQuerySet as CategoryCodeQuerySet
from complaints.reference_querysets import CategoryQuerySet as CategoryQuerySet
from complaints.reference_querysets import DatedQuerySet as DatedQuerySet
from complaints.reference_querysets import GuideQuerySet as GuideQuerySet
from complaints.states import CLOCK_RUNS, HOPS, OPEN, Event, Status
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile


class RuleEditionQuerySet(QuerySet[Any]):
    def in_force_at(self, moment: datetime) -> Any:
        """The edition a case filed at `moment` falls under, or None."""
        return self.filter(filed_from__lte=moment).order_by("-filed_from").first()


class RuleProposalQuerySet(QuerySet[Any]):
    def of_insurers(self, insurer_ids: Any) -> Self:
        return self.filter(insurer__in=insurer_ids)

    def waiting(self) -> Self:
        """Those about which funds decide."""
        return self.filter(state="waits")

    def with_names(self) -> Self:
        """Newest first; an insurer has some dozens a year."""
        return self.select_related("insurer", "category", "made_by", "settled_by", "edition").order_by("-pk")


class ComplaintQuerySet(ListQuerySet):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def to_call_back(self) -> Self:
        """Somebody waits for a call, the oldest promise first (partial index complaint_call_back)."""
        return self.open().filter(call_back_until__isnull=False)

    def answered(self) -> Self:
        return self.filter(status__in=(Status.RESOLVED, Status.ANSWERED))

    def waiting(self) -> Self:
        return self.filter(status=Status.WAITING)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(escalate_at__lte=now)

    def urgent_first(self) -> Self:
        """The order of a queue: the urgent lane above everything, then the oldest due moment."""
        return self.order_by("-urgency", "due_at", "id")

    def by_number(self, number: str) -> Self:
        return self.filter(number=number)

    def visible_to(self, profile: "Profile") -> Self:
        """Cases whose card this member of staff may open.

        Own branches, headed branches, the insurer's branches, the pairs of branch and tier this person stands
        in for today; a fund's staff also see the cases of their region that no tier resolved in time; single
        cases of another region that a branch of theirs helps with. Never one about themselves or barred.
        """
        own = profile.branch_ids | profile.headed_branch_ids
        allowed = Q(branch_id__in=own)
        if profile.insurer_ids:
            allowed |= Q(branch__insurer_id__in=profile.insurer_ids)
        if profile.tier == Tier.FUND and own:
            allowed |= Q(breached_at__isnull=False, branch__region__in=_regions_of_funds(own))
        for tier, branch_ids in profile.covered_by_tier():
            allowed |= Q(tier=tier, branch_id__in=branch_ids)
        if profile.helped_case_ids:
            allowed |= Q(pk__in=profile.helped_case_ids)
        return self.filter(allowed).not_barred_to(profile)

    def not_barred_to(self, profile: "Profile") -> Self:
        """Without the cases about this person and those they decided before."""
        barred = self.model.barred_users.through.objects.filter(
            complaint_id=OuterRef("pk"), user_id=profile.user_id
        )
        return self.exclude(Exists(barred))

    def breached_in_regions_of(self, profile: "Profile") -> Self:
        """What a fund sees of its region: cases that no tier resolved in time (index complaint_breached)."""
        own = profile.branch_ids | profile.headed_branch_ids
        return self.filter(breached_at__isnull=False, branch__region__in=_regions_of_funds(own))

    def in_queue_of(self, profile: "Profile") -> Self:
        """The pool of what this person serves today: nobody holds these. All of it is visible to them."""
        if profile.tier is None:
            return self.none()
        return self.not_barred_to(profile).filter(_served_by(profile), status=Status.NEW)

    def on_desk_of(self, profile: "Profile") -> Self:
        """Cases whose content this person opens by duty: the same rule as permissions.Act.OPEN."""
        by_duty = Q(branch_id__in=profile.headed_branch_ids) | Q(assignee_id=profile.user_id)
        if profile.tier is not None or profile.covered:
            by_duty |= _served_by(profile)
        if profile.helped_case_ids:
            by_duty |= Q(pk__in=profile.helped_case_ids)
        return self.visible_to(profile).filter(by_duty)

    def waiting_for_hands_of(self, profile: "Profile") -> Self:
        """The pool this person looks after: the own tier's, or every tier's for heads and administrators."""
        if profile.tier is not None:
            return self.in_queue_of(profile)
        return self.visible_to(profile).filter(status=Status.NEW)

    def linked_to(self, complaint_id: int) -> Self:
        """Cases of the same event, asked again, registered anew elsewhere; begins at its links."""
        links = self.model._meta.get_field("later_links").related_model.objects.filter(ended_at=None)
        later = links.filter(earlier=complaint_id).values("later")
        earlier = links.filter(later=complaint_id).values("earlier")
        return self.filter(pk__in=later.union(earlier)).order_by("id")

    def urgent_lane_of(self, profile: "Profile") -> Self:
        """Urgent cases with a running clock: the own ones and those of the pool this person looks after."""
        lane = self.visible_to(profile).running().urgent()
        if profile.tier is None:
            return lane
        pool = Q(_served_by(profile), status=Status.NEW)
        return lane.filter(pool | Q(assignee_id=profile.user_id))

    def running(self) -> Self:
        """The tier clock runs."""
        return self.filter(status__in=CLOCK_RUNS)

    def new(self) -> Self:
        """Nobody holds them."""
        return self.filter(status=Status.NEW)

    def in_work(self) -> Self:
        return self.filter(status=Status.IN_WORK)

    def urgent(self) -> Self:
        return self.filter(urgency="urgent")

    def ordinary(self) -> Self:
        return self.filter(urgency="ordinary")  # not "unlike urgent": the index is in this order

    def to_dispatch(self) -> Self:
        """Decided, but the letter has not left: by law not answered yet."""
        return self.filter(status=Status.RESOLVED)

    def dispatched(self) -> Self:
        return self.filter(status=Status.ANSWERED)

    def with_places(self) -> Self:
        """Everything a line of a list shows, and nothing sealed."""
        return self.select_related(
            "category", "branch__region", "branch__insurer", "medical_organisation", "assignee"
        )

    def with_content(self) -> Self:
        """The row with card and answer; they stay sealed until somebody asks for their words."""
        return (
            self.with_proposals()
            .with_places()
            .select_related("card", "answer__signatory", "answer__second_person", "rating", "call_window")
            .select_related("patient_category", "official_code")
            .select_related("region_of_care", "branch__schedule")
        )

    def with_proposals(self) -> Self:
        """What waits for a second person: `has_proposal`, a change of classification; `has_answer_proposal`,
        an answer; `has_leaving`, leaving it without one."""
        proposals = self.model._meta.get_field("reclassifications").related_model.objects.open()
        about = proposals.filter(complaint=OuterRef("pk"), proposed_at__gte=OuterRef("entered_at"))
        answers = self.model._meta.get_field("answer_proposals").related_model.objects.open()
        waits = answers.filter(complaint=OuterRef("pk"), hop=OuterRef("hop"))
        leavings = self.model._meta.get_field("leavings").related_model.objects.open()
        left = leavings.filter(complaint=OuterRef("pk"), proposed_at__gte=OuterRef("entered_at"))
        return self.annotate(
            has_proposal=Exists(about), has_answer_proposal=Exists(waits), has_leaving=Exists(left)
        )

    def calling(self, user_id: int) -> Self:
        """Those about which this duty person is being called."""
        return self.with_calls(user_id).filter(calls_me=True)

    def with_calls(self, user_id: int) -> Self:
        """`calls_me`: this duty person is being called about the case and has not answered yet."""
        calls = self.model._meta.get_field("duty_calls").related_model.objects.to(user_id).unanswered()
        return self.annotate(calls_me=Exists(calls.filter(complaint_id=OuterRef("pk"), hop=OuterRef("hop"))))

    def for_second_person(self, user_id: int) -> Self:
        """A change, an answer or leaving without one waits that somebody else proposed; begins at the few
        open proposals."""
        waiting = [
            self.model._meta.get_field(name).related_model.objects.open().fitting()
            for name in ("reclassifications", "answer_proposals", "leavings")
        ]
        changes, *others = (rows.exclude(proposed_by=user_id).values("complaint") for rows in waiting)
        return self.filter(pk__in=changes.union(*others))

    def of_the_patient(self, card: Any) -> Self:
        """Other appeals of the same patient: by the policy (index card_policy), else by surname and birth
        date (index card_surname_birth). Nobody's, when neither is known."""
        others = self.exclude(pk=card.pk).order_by("-pk")
        if card.policy_blind is not None:
            return others.filter(card__policy_blind=card.policy_blind)
        if card.patient_surname_key and card.birth_blind is not None:
            key = {
                "card__patient_surname_key": card.patient_surname_key,
                "card__birth_blind": card.birth_blind,
            }
            return others.filter(**key)
        return others.none()

    def alike(self, complaint: Any, *, since: datetime) -> Self:
        """About the same clinic and theme since then (index complaint_of_clinic), the newest first."""
        if complaint.medical_organisation_id is None:
            return self.none()
        return self.filter(
            medical_organisation=complaint.medical_organisation_id, category=complaint.category_id,
            registered_at__gte=since,
        ).exclude(pk=complaint.pk).order_by("-registered_at")  # fmt: skip

    def that_fit(self, incident: Any) -> Self:
        """Open cases that an incident could gather (index complaint_queue: the open ones of its branch)."""
        cases = self.open().filter(
            branch=incident.branch_id, category=incident.category_id, incident=None,
            registered_on__gte=incident.starts_on,
        )  # fmt: skip
        if incident.medical_organisation_id is not None:
            cases = cases.filter(medical_organisation=incident.medical_organisation_id)
        return cases.filter(registered_on__lte=incident.ends_on) if incident.ends_on else cases

    def held_by(self, user_id: int) -> Self:
        return self.filter(assignee_id=user_id)

    def within_competences(self, profile: "Profile") -> Self:
        return self.filter(category__slug__in=profile.competences) if profile.competences else self

    def with_card(self) -> Self:
        return self.select_related(
            "card", "category", "branch", "branch__region", "branch__insurer", "assignee"
        )


def _served_by(profile: "Profile") -> Q:
    """Own tier and branches, and what is covered today. Index complaint_queue; one range when nothing is."""
    served = Q(tier=profile.tier, branch_id__in=profile.branch_ids)
    for tier, branch_ids in profile.covered_by_tier():
        served |= Q(tier=tier, branch_id__in=branch_ids)
    return served


def _regions_of_funds(branch_ids: frozenset[int]) -> Any:
    from insurers.models import Branch

    return Branch.objects.filter(pk__in=branch_ids, kind="fund").values("region_id")


class ReclassificationQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        """Nobody has decided yet (partial index reclassification_one_open)."""
        return self.filter(decided_at=None)

    def fitting(self) -> Self:
        """The case is still where it was when the change was proposed: as Reclassification.still_fits."""
        return self.filter(
            complaint__status__in=OPEN,
            complaint__kind=F("from_kind"),
            complaint__category=F("from_category"),
            complaint__urgency=F("from_urgency"),
            complaint__entered_at__lte=F("proposed_at"),
        )

    def outdated(self) -> Self:
        """Proposals whose case has moved on; reads the few open ones."""
        fitting = self.model.objects.open().fitting()
        return self.open().exclude(pk__in=fitting.values("pk"))

    def of_case(self, complaint_id: int) -> Self:
        return self.filter(complaint=complaint_id)

    def with_words(self) -> Self:
        """With the people and themes a line about it names."""
        return self.select_related("proposed_by", "decided_by", "from_category", "to_category")

    def effective(self) -> Self:
        return self.filter(approved=True).order_by("id")


class DutyCallQuerySet(QuerySet[Any]):
    """Calls about urgent cases; every read goes by the unique index duty_call_once."""

    def about(self, complaint: Any) -> Self:
        """In the order in which people were called."""
        return self.filter(complaint=complaint).select_related("user").order_by("hop", "round")

    def of_hop(self, complaint: Any) -> Self:
        """Those about the case in the tier where it is now."""
        return self.filter(complaint_id=complaint.pk, hop=complaint.hop)

    def to(self, user_id: int) -> Self:
        return self.filter(user_id=user_id)

    def unanswered(self) -> Self:
        return self.filter(acknowledged_at=None)

    def answer(self, *, now: datetime) -> int:
        """Mark as acknowledged; a clock that went back makes no answer earlier than its call."""
        return self.update(acknowledged_at=Greatest(F("called_at"), Value(now)))


class HistoryQuerySet(QuerySet[Any]):
    def timeline(self) -> Self:
        return self.select_related("by", "from_assignee", "to_assignee").order_by("id")

    def hop_line(self, complaint_id: int, hop: int) -> Any:
        """The line of this hop, or None (unique index history_one_row_per_hop)."""
        return self.filter(complaint=complaint_id, hop=hop, event__in=HOPS).first()

    def ended_pauses(self, complaint_id: int, *, since: datetime) -> list[tuple[datetime, datetime]]:
        """Begin and end of each pause since then that is over (index history_of_case)."""
        events = (Event.WAITED, Event.RESUMED)
        lines = self.filter(complaint=complaint_id, at__gte=since, event__in=events).order_by("id")
        moments = list(lines.values_list("event", "at"))
        following = pairwise(moments)
        return [(begin[1], end[1]) for begin, end in following if (begin[0], end[0]) == events]

    def of_code(self, complaint_id: int) -> Self:
        """A new access code was given (index history_of_case)."""
        return self.filter(complaint=complaint_id, event=Event.CODE_RENEWED)

    def after(self, line_id: int) -> Self:
        """What happened since somebody looked (index history_of_case)."""
        return self.timeline().filter(pk__gt=line_id)


class MessageQuerySet(QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(is_internal=False)

    def by_patient(self, complaint: Any, *, since: datetime) -> Self:
        return self.filter(complaint=complaint, author_kind="patient", posted_at__gt=since)

    def by_patient_after(self, complaint: Any, message_id: int) -> Self:
        """What the applicant wrote after this message (index message_of_case)."""
        return self.filter(complaint=complaint, author_kind="patient", pk__gt=message_id)

    def written_in(self, complaint_ids: Any) -> Self:
        """What people wrote in the threads of these cases, in order (index message_of_case)."""
        return self.filter(complaint__in=complaint_ids).exclude(author_kind="system").order_by("id")

    def with_authors(self) -> Self:
        return self.select_related("author").order_by("id")

    def unread_by_patient(self) -> Self:
        return self.public().filter(author_kind="staff", read_at=None)

    def unread_by_staff(self) -> Self:
        return self.filter(author_kind="patient", read_at=None)

    def thread(self) -> Self:
        return self.select_related("author").prefetch_related("attachments").order_by("id")
