"""What waits for a second person: a change of classification, an answer, to leave an appeal without one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.api.fields import FlagField, InputSerializer, OneOfField, TextField, WholeNumberField
from complaints.kinds import Kind, NoAnswer, Outcome, Reason, Urgency
from complaints.models import AnswerProposal, Leaving, Reclassification
from complaints.reports.second_person import Waits
from complaints.services.thread import MOST_CHARACTERS


class ReclassificationOutput(serializers.Serializer[Reclassification]):
    """A change of classification that waits for a second person."""

    id = serializers.IntegerField(help_text=_("Name it with the decision: then no other one is decided on"))
    kind = serializers.ChoiceField(Kind.choices, source="to_kind", help_text=_("Kind of appeal"))
    category = serializers.CharField(
        source="to_category.slug", allow_null=True, help_text=_("Code of the category")
    )
    urgency = serializers.ChoiceField(Urgency.choices, source="to_urgency", help_text=_("Urgency"))
    reason = serializers.ChoiceField(Reason.choices, help_text=_("Reason"))
    proposed_by = serializers.CharField(help_text=_("Name of the member of staff"))
    proposed_at = serializers.DateTimeField(help_text=_("When"))


class ProposedAnswerOutput(serializers.Serializer[AnswerProposal]):
    """An answer that waits for a second person; nobody but staff sees it yet."""

    id = serializers.IntegerField(help_text=_("Name it with the decision: then no other one is decided on"))
    outcome = serializers.ChoiceField(Outcome.choices, help_text=_("Outcome"))
    text = serializers.CharField(source="sealed.text", help_text=_("Text"))
    sum_claimed = serializers.DecimalField(12, 2, allow_null=True, help_text=_("Sum claimed"))
    sum_refunded = serializers.DecimalField(12, 2, allow_null=True, help_text=_("Sum refunded"))
    proposed_by = serializers.CharField(help_text=_("Name of the member of staff"))
    proposed_at = serializers.DateTimeField(help_text=_("When"))


class ProposedLeavingOutput(serializers.Serializer[Leaving]):
    """A proposal to leave the appeal without an answer (59-ФЗ, art. 11)."""

    id = serializers.IntegerField(help_text=_("Name it with the decision: then no other one is decided on"))
    ground = serializers.ChoiceField(NoAnswer.choices, source="ground.code", help_text=_("Ground"))
    basis = serializers.CharField(source="ground.basis", help_text=_("By which rule"))
    proposed_by = serializers.CharField(help_text=_("Name of the member of staff"))
    proposed_at = serializers.DateTimeField(help_text=_("When"))


class ProposalOutput(serializers.Serializer[Any]):
    """A line of what waits: which case, not what it is about."""

    id = serializers.IntegerField(help_text=_("Name it with the decision: then no other one is decided on"))
    number = serializers.CharField(source="complaint.number", help_text=_("Number of the appeal"))
    tier = serializers.IntegerField(source="complaint.tier", help_text=_("Tier"))
    urgency = serializers.ChoiceField(Urgency.choices, source="complaint.urgency", help_text=_("Urgency"))
    proposed_by = serializers.CharField(help_text=_("Name of the member of staff"))
    proposed_at = serializers.DateTimeField(help_text=_("When"))
    is_mine = serializers.SerializerMethodField(
        help_text=_("The caller has proposed it, so somebody else decides")
    )

    def get_is_mine(self, proposal: Any) -> bool:
        return bool(proposal.proposed_by_id == self.context["profile"].user_id)


class ProposalsOutput(serializers.Serializer[Any]):
    """A page of what waits for a second person."""

    results = ProposalOutput(many=True, help_text=_("Proposals, the longest waiting first"))
    next = serializers.CharField(allow_null=True, help_text=_("Cursor of the next page"))
    previous = serializers.CharField(allow_null=True, help_text=_("Cursor of the previous page"))


class ProposalsQuery(InputSerializer):
    """Which list, and which page of it."""

    waits = OneOfField(Waits.choices, help_text=_("What was proposed"))
    cursor = TextField(max_length=400, required=False, help_text=_("Cursor of a page, from `next`"))
    size = serializers.IntegerField(
        min_value=1, max_value=100, default=30, help_text=_("Proposals on a page, at most 100")
    )


class LeavingInput(InputSerializer):
    ground = OneOfField(NoAnswer.choices, help_text=_("Ground of article 11"))
    urgency_looked = FlagField(help_text=_("All of it was read: nobody is in danger or needs help at once"))
    note = TextField(max_length=MOST_CHARACTERS, help_text=_("What was seen, for staff only"))


class DecideLeavingInput(InputSerializer):
    approve = FlagField(help_text=_("Agree, and the appeal ends without an answer; or refuse"))
    proposal = WholeNumberField(
        min_value=1, max_value=2**63 - 1, help_text=_("The proposal that was read, by its id")
    )
    urgency_looked = FlagField(required=False, help_text=_("Whoever agrees has looked for danger as well"))
    note = TextField(
        max_length=MOST_CHARACTERS, required=False, help_text=_("Note for staff; needed to refuse")
    )


class DecideReclassificationInput(InputSerializer):
    approve = FlagField(help_text=_("Agree with the change, or refuse it"))
    proposal = WholeNumberField(
        min_value=1, max_value=2**63 - 1, required=False, help_text=_("The change that was read, by its id")
    )
    note = TextField(max_length=MOST_CHARACTERS, required=False, help_text=_("Note for staff"))


class ReviewAnswerInput(InputSerializer):
    approve = FlagField(help_text=_("Agree, and the answer is given; or return it to its author"))
    proposal = WholeNumberField(
        min_value=1, max_value=2**63 - 1, help_text=_("The answer that was read, by its id")
    )
    reason = TextField(
        max_length=MOST_CHARACTERS, required=False, help_text=_("What has to change, if it is returned")
    )
