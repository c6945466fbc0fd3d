"""What waits for a second person: a change of classification, an answer."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.api.fields import FlagField, InputSerializer, TextField, WholeNumberField
from complaints.kinds import Kind, Outcome, Reason, Urgency
from complaints.models import AnswerProposal, Reclassification
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
