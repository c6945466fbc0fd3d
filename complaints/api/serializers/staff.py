"""What staff and their systems read of a case, and what they send with each act."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.api.faults import broken
from complaints.api.fields import (
    REGION_PATTERN,
    SLUG_PATTERN,
    AmountField,
    FlagField,
    InputSerializer,
    OneOfField,
    TextField,
    WholeNumberField,
)
from complaints.api.serializers import many, rules, words
from complaints.api.serializers.dates import HowCountedOutput
from complaints.api.serializers.official import OfficialRowOutput
from complaints.api.serializers.patient import STATUSES, AddresseeOutput, FileOutput
from complaints.api.serializers.second_person import (
    ProposedAnswerOutput,
    ProposedLeavingOutput,
    ReclassificationOutput,
)
from complaints.kinds import (
    ASKED_OUTCOMES,
    EVENT_CHOICES,
    REASON_CHOICES,
    AnswerChannel,
    Cause,
    Channel,
    ForWhom,
    IdentityLevel,
    Kind,
    NamingConsent,
    Outcome,
    Reason,
    Stage,
    Urgency,
)
from complaints.models import Answer, Category, Complaint, History, Message
from complaints.permissions import can, open_proposal, proposed_answer, proposed_leaving
from complaints.reports.dates import how_counted
from complaints.reports.staff.content import Content, Post
from complaints.services.thread import MOST_CHARACTERS
from complaints.services.waiting import MOST_WORKING_DAYS
from complaints.states import Status
from insurers.models import Insurer, Region
from representatives.roles import Tier


class QueueLineOutput(serializers.Serializer[Complaint]):
    """A line of a queue: nothing of the person."""

    number = serializers.CharField(help_text=_("Number of the appeal"))
    status = serializers.ChoiceField(STATUSES, help_text=_("Status"))
    tier = serializers.ChoiceField(Tier.choices, help_text=_("Tier"))
    stage = serializers.ChoiceField(Stage.choices, help_text=_("What the tier's clock measures now"))
    kind = serializers.ChoiceField(Kind.choices, help_text=_("Kind of appeal"))
    category = serializers.CharField(source="category.slug", help_text=_("Code of the category"))
    category_text = serializers.CharField(source="category.title", help_text=_("Category"))
    urgency = serializers.ChoiceField(Urgency.choices, help_text=_("Urgency"))
    channel = serializers.ChoiceField(Channel.choices, help_text=_("How it came"))
    branch = AddresseeOutput(help_text=_("Who works on it"))
    received_at = serializers.DateTimeField(help_text=_("When it came"))
    due_at = serializers.DateTimeField(help_text=_("When the tier's time ends"))
    breached_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the last tier's time ran out, if it did")
    )
    answer_due_on = serializers.DateField(allow_null=True, help_text=_("Last day of the answer by law"))


class QueueOutput(serializers.Serializer[Any]):
    """A page of the queue."""

    results = QueueLineOutput(many=True, help_text=_("Cases, the earliest due first"))
    next = serializers.CharField(allow_null=True, help_text=_("Cursor of the next page"))
    previous = serializers.CharField(allow_null=True, help_text=_("Cursor of the previous page"))


class QueueQuery(InputSerializer):
    """Which page and which cases."""

    cursor = TextField(max_length=400, required=False, help_text=_("Cursor of a page, from `next`"))
    size = serializers.IntegerField(
        min_value=1, max_value=100, default=30, help_text=_("Cases on a page, at most 100")
    )
    urgency = OneOfField(Urgency.choices, required=False, help_text=_("Only this urgency"))
    kind = OneOfField(Kind.choices, required=False, help_text=_("Only this kind"))
    category = TextField(
        max_length=50, pattern=SLUG_PATTERN, required=False, help_text=_("Only this category, by its code")
    )


class StaffMessageOutput(serializers.Serializer[Post]):
    """A message or a note."""

    author = serializers.ChoiceField(
        Message.Author.choices, source="message.author_kind", help_text=_("Who wrote it")
    )
    author_name = serializers.SerializerMethodField(help_text=_("Name of the member of staff"))
    internal = serializers.BooleanField(source="message.is_internal", help_text=_("Only staff read it"))
    is_call = serializers.BooleanField(source="message.is_call", help_text=_("Note of a call"))
    text = serializers.CharField(source="message.sealed.text", help_text=_("Text"))
    posted_at = serializers.DateTimeField(source="message.posted_at", help_text=_("When"))
    files = FileOutput(many=True, help_text=_("Files that came with it"))

    def get_author_name(self, post: Post) -> str:
        return str(post.message.author) if post.message.author else ""


class HistoryOutput(serializers.Serializer[History]):
    """A line of the history."""

    at = serializers.DateTimeField(help_text=_("When"))
    event = serializers.ChoiceField(EVENT_CHOICES, help_text=_("What happened"))
    event_text = serializers.CharField(source="get_event_display", help_text=_("The same in words"))
    cause = serializers.ChoiceField(Cause.choices, help_text=_("Who or what made it happen"))
    by = serializers.SerializerMethodField(help_text=_("Name of the member of staff"))
    reason = serializers.ChoiceField(REASON_CHOICES, allow_blank=True, help_text=_("Reason"))
    from_tier = serializers.ChoiceField(Tier.choices, allow_null=True, help_text=_("Tier before"))
    to_tier = serializers.ChoiceField(Tier.choices, allow_null=True, help_text=_("Tier after"))
    hop = serializers.IntegerField(help_text=_("How many moves between tiers so far"))
    answer_before = serializers.DateField(allow_null=True, help_text=_("Date of the answer by law before"))
    answer_after = serializers.DateField(allow_null=True, help_text=_("Date of the answer by law after"))

    def get_by(self, line: History) -> str:
        return str(line.by) if line.by else ""


class DecisionOutput(serializers.Serializer[Answer]):
    """The decision."""

    outcome = serializers.ChoiceField(Outcome.choices, help_text=_("Outcome"))
    text = serializers.CharField(source="sealed.text", help_text=_("The answer"))
    decided_at = serializers.DateTimeField(help_text=_("When it was decided"))
    sum_claimed = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text=_("Sum claimed")
    )
    sum_refunded = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text=_("Sum refunded")
    )
    outgoing_number = serializers.CharField(help_text=_("Outgoing number"))
    dispatched_at = serializers.DateTimeField(allow_null=True, help_text=_("When the answer was sent"))


class PersonOutput(serializers.Serializer[Any]):
    """The patient."""

    surname = serializers.CharField(default="", help_text=_("Surname"))
    first_name = serializers.CharField(default="", help_text=_("First name"))
    patronymic = serializers.CharField(default="", help_text=_("Patronymic"))


class PatientOutput(PersonOutput):
    birth_on = serializers.CharField(default="", help_text=_("Date of birth"))
    policy_number = serializers.CharField(default="", help_text=_("Policy number"))


class ApplicantOutput(PersonOutput):
    phone = serializers.CharField(default="", help_text=_("Phone"))
    email = serializers.CharField(default="", help_text=_("E-mail"))
    address = serializers.CharField(default="", help_text=_("Postal address"))
    relation = serializers.CharField(default="", help_text=_("Who the applicant is to the patient"))


class DetailsOutput(serializers.Serializer[Any]):
    """What happened."""

    story = serializers.CharField(default="", help_text=_("The story"))
    clinic = serializers.CharField(default="", help_text=_("Clinic"))
    care_on = serializers.CharField(default="", help_text=_("When it happened"))
    waiting_since = serializers.CharField(default="", help_text=_("Since when the patient waits"))
    amount = serializers.CharField(default="", help_text=_("Sum asked for or paid, roubles"))


class ContentOutput(serializers.Serializer[Content]):
    """Story, people, thread: only for the current tier, the holder and the head."""

    patient = PatientOutput(help_text=_("The patient"))
    applicant = ApplicantOutput(help_text=_("Who asks"))
    details = DetailsOutput(help_text=_("What happened"))
    for_whom = serializers.ChoiceField(ForWhom.choices, source="card.for_whom", help_text=_("For whom it is"))
    identity_level = serializers.ChoiceField(
        IdentityLevel.choices, source="card.identity_level", help_text=_("How surely we know who asks")
    )
    naming_consent = serializers.ChoiceField(
        NamingConsent.choices, source="card.naming_consent", help_text=_("May the clinic hear the name")
    )
    answer_channel = serializers.ChoiceField(
        AnswerChannel.choices, source="card.answer_channel", help_text=_("How to answer")
    )
    messages = StaffMessageOutput(source="talk.posts", many=True, help_text=_("The thread"))
    files = FileOutput(source="talk.files", many=True, help_text=_("Files of the appeal itself"))
    answer = serializers.SerializerMethodField(help_text=_("The decision"))

    @extend_schema_field(DecisionOutput(allow_null=True))
    def get_answer(self, content: Content) -> dict[str, Any] | None:
        return dict(DecisionOutput(content.answer).data) if content.answer else None


class CaseOutput(QueueLineOutput):
    """The card of a case; its content when the caller may open it. A card does not tell what it is about."""

    category = serializers.CharField(
        source="category.slug", allow_null=True, help_text=_("Code of the category")
    )
    category_text = serializers.CharField(source="category.title", allow_null=True, help_text=_("Category"))
    version = serializers.IntegerField(help_text=_("Grows with every change"))
    hop = serializers.IntegerField(help_text=_("How many moves between tiers so far"))
    assignee = serializers.SerializerMethodField(help_text=_("Who holds it"))
    is_mine = serializers.SerializerMethodField(help_text=_("The caller holds it"))
    registered_on = serializers.DateField(help_text=_("Registered on"))
    wait_until = serializers.DateTimeField(allow_null=True, help_text=_("The pause ends at"))
    pauses_used = serializers.IntegerField(help_text=_("Pauses used"))
    answered_at = serializers.DateTimeField(allow_null=True, help_text=_("When the answer was sent"))
    closed_at = serializers.DateTimeField(allow_null=True, help_text=_("When it ended"))
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True, help_text=_("Outcome"))
    official_row = OfficialRowOutput(
        source="official_code", allow_null=True, help_text=_("Row of the official form")
    )
    reclassification = serializers.SerializerMethodField(
        help_text=_("The change of classification that waits for a second person")
    )
    proposed_answer = serializers.SerializerMethodField(
        help_text=_("The answer that waits for a second person, where the content is open too")
    )
    proposed_leaving = serializers.SerializerMethodField(
        help_text=_("The proposal to leave it without an answer, where the content is open too")
    )
    allowed = serializers.SerializerMethodField(help_text=_("What the caller may do now"))
    history = serializers.SerializerMethodField(help_text=_("What happened so far"))
    how_counted = serializers.SerializerMethodField(help_text=_("How the dates were counted"))
    content = serializers.SerializerMethodField(help_text=_("null: the caller may see the card only"))

    def to_representation(self, instance: Complaint) -> dict[str, Any]:
        shown = super().to_representation(instance)
        bare = {"category": None, "category_text": None, "outcome": "", "official_row": None}
        return shown if self.context["content"] else shown | bare

    def get_assignee(self, case: Complaint) -> str:
        return str(case.assignee) if case.assignee else ""

    def get_is_mine(self, case: Complaint) -> bool:
        return bool(case.assignee_id == self.context["profile"].user_id)

    @extend_schema_field(ReclassificationOutput(allow_null=True))
    def get_reclassification(self, case: Complaint) -> dict[str, Any] | None:
        change = open_proposal(case)
        if change is None:
            return None
        shown = dict(ReclassificationOutput(change).data)
        return shown if self.context["content"] else shown | {"category": None}

    @extend_schema_field(ProposedAnswerOutput(allow_null=True))
    def get_proposed_answer(self, case: Complaint) -> dict[str, Any] | None:
        answer = proposed_answer(case) if self.context["content"] else None
        return dict(ProposedAnswerOutput(answer).data) if answer else None

    @extend_schema_field(ProposedLeavingOutput(allow_null=True))
    def get_proposed_leaving(self, case: Complaint) -> dict[str, Any] | None:
        leaving = proposed_leaving(case) if self.context["content"] else None
        return dict(ProposedLeavingOutput(leaving).data) if leaving else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(words.ACTS)))
    def get_allowed(self, case: Complaint) -> list[str]:
        return [act.value for act in words.API_ACTS if can(self.context["profile"], act, case)]

    @extend_schema_field(HistoryOutput(many=True))
    def get_history(self, case: Complaint) -> list[Any]:
        return many(HistoryOutput, case.history.timeline())

    @extend_schema_field(HowCountedOutput)
    def get_how_counted(self, case: Complaint) -> dict[str, Any]:
        return dict(HowCountedOutput(how_counted(case)).data)

    @extend_schema_field(ContentOutput(allow_null=True))
    def get_content(self, case: Complaint) -> dict[str, Any] | None:  # noqa: ARG002
        content = self.context["content"]
        return dict(ContentOutput(content).data) if content else None


class NewCaseOutput(serializers.Serializer[Any]):
    """A linked new appeal. Tell the applicant its number and code: the code is shown only here."""

    case = CaseOutput(help_text=_("The earlier case"))
    number = serializers.CharField(help_text=_("Number of the new appeal"))
    access_code = serializers.CharField(help_text=_("Access code, 16 digits in fours; shown once"))


class NothingInput(InputSerializer):
    """No fields."""


class ReasonInput(InputSerializer):
    reason = OneOfField(Reason.choices, required=False, help_text=_("Reason"))


#: Left out: a question, and what is said in a consultation, a proposal or thanks, is shown at once.
NO_HEALTH_FACTS = _("Says nothing about health: shown before the applicant has confirmed who they are")


class StaffMessageInput(InputSerializer):
    text = TextField(max_length=MOST_CHARACTERS, help_text=_("Text"))
    internal = FlagField(default=False, help_text=_("Only staff read it"))
    is_call = FlagField(default=False, help_text=_("Note of a call: counts as the first reaction"))
    no_health_facts = FlagField(required=False, help_text=NO_HEALTH_FACTS)


class EscalateInput(InputSerializer):
    reason = OneOfField(Reason.choices, help_text=_("Reason"))
    note = TextField(max_length=MOST_CHARACTERS, required=False, help_text=_("Note for the next tier"))


class ReturnInput(InputSerializer):
    reason = OneOfField(Reason.choices, help_text=_("Reason"))
    note = TextField(max_length=MOST_CHARACTERS, help_text=_("What is to be done"))


class WaitInput(InputSerializer):
    question = TextField(max_length=MOST_CHARACTERS, help_text=_("Question to the applicant"))
    working_days = WholeNumberField(
        min_value=1, max_value=MOST_WORKING_DAYS, default=3, help_text=_("Wait so many working days at most")
    )
    no_health_facts = FlagField(required=False, help_text=NO_HEALTH_FACTS)


class ResolveInput(InputSerializer):
    outcome = OneOfField(
        ASKED_OUTCOMES,
        help_text=_(
            "Outcome; it has to fit the kind of appeal. An appeal is left without an answer by two people, "
            "on the page of the case: here `left_unanswered` is refused with 422"
        ),
    )
    text = TextField(max_length=MOST_CHARACTERS, help_text=_("The answer"))
    no_health_facts = FlagField(required=False, help_text=NO_HEALTH_FACTS)
    sum_claimed = AmountField(required=False, help_text=_("Sum claimed"))
    sum_refunded = AmountField(required=False, help_text=_("Sum refunded"))

    def validate_outcome(self, value: str) -> str:
        """59-ФЗ art. 11: a second person, who has looked whether it is urgent."""
        if value == Status.LEFT_UNANSWERED:
            message = _("Two people leave an appeal unanswered: on its page, after a look for urgency.")
            raise broken("needs_two_people", message)
        return value


class ReclassifyInput(InputSerializer):
    """What is left out stays as it is."""

    kind = OneOfField(Kind.choices, required=False, help_text=_("Kind of appeal"))
    category = TextField(
        max_length=50, pattern=SLUG_PATTERN, required=False, help_text=_("Code of the category")
    )
    urgency = OneOfField(Urgency.choices, required=False, help_text=_("Urgency"))
    reason = OneOfField(Reason.choices, help_text=_("Reason"))
    note = TextField(
        max_length=MOST_CHARACTERS,
        required=False,
        help_text=_("Why, for staff only; needed when kind or urgency is lowered, or the reason is another"),
    )

    def validate_category(self, value: str) -> Category:
        return rules.category(value)


class ReopenInput(InputSerializer):
    text = TextField(max_length=MOST_CHARACTERS, help_text=_("Why it did not help"))


class ForwardInput(InputSerializer):
    """To which body: an insurer's branch, or the fund of a region."""

    region = TextField(max_length=2, pattern=REGION_PATTERN, help_text=_("Region code, for example 76"))
    insurer = TextField(
        max_length=60,
        pattern=SLUG_PATTERN,
        required=False,
        help_text=_("Insurer's code; without it the fund"),
    )
    reason = OneOfField(Reason.choices, help_text=_("Reason"))

    def validate_region(self, value: str) -> Region:
        return rules.region(value)

    def validate_insurer(self, value: str) -> Insurer:
        return rules.insurer(value)
