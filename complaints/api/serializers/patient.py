"""What a patient reads of their own appeal, and writes into it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.api.fields import InputSerializer, TextField
from complaints.api.serializers.dates import HowCountedOutput
from complaints.disclosure import Withheld
from complaints.documents import Removed
from complaints.file_types import REMOVED
from complaints.kinds import STATUS_CHOICES, IdentityLevel, Kind, Outcome, Urgency
from complaints.models import Attachment, Message
from complaints.reports.dates import how_counted
from complaints.reports.public.case import CasePage, Line
from complaints.reports.public.thread import Said
from complaints.services.thread import MOST_CHARACTERS
from insurers.models import Branch, BranchKind
from representatives.roles import Tier

WITHHELD = _("Why it is not shown; null: it is")
STATUSES = STATUS_CHOICES


class FiledOutput(serializers.Serializer[Any]):
    """What the applicant keeps. The code is told only here."""

    number = serializers.CharField(help_text=_("Number of the appeal, RR-YY-NNNNNNN-C"))
    access_code = serializers.CharField(help_text=_("Access code, 16 digits in fours; shown once"))
    tier = serializers.ChoiceField(Tier.choices, help_text=_("Tier in which the appeal starts"))
    answer_due_on = serializers.DateField(help_text=_("Last day of the answer by law"))
    status_url = serializers.URLField(help_text=_("Where to read the status, with the header X-Access-Code"))


class FileOutput(serializers.Serializer[Attachment]):
    """A file as its sender named it."""

    name = serializers.CharField(source="sealed.name", help_text=_("Name of the file"))
    media_type = serializers.CharField(help_text=_("Type by content"))
    size = serializers.IntegerField(help_text=_("Size, bytes"))
    uploaded_at = serializers.DateTimeField(help_text=_("When it came"))
    scan = serializers.ChoiceField(
        Attachment.State.choices, source="state", help_text=_("What the virus scanner says")
    )
    removed = serializers.ListField(
        child=serializers.ChoiceField([(each.value, REMOVED[each]) for each in Removed]),
        source="removed_kinds",
        help_text=_("What was taken out of it, because it could do harm"),
    )  # fmt: skip


class MessageOutput(serializers.Serializer[Said]):
    """One message of the public thread."""

    author = serializers.ChoiceField(
        Message.Author.choices, source="message.author_kind", help_text=_("Who wrote it")
    )
    text = serializers.CharField(allow_null=True, help_text=_("Text; null: withheld"))
    withheld = serializers.ChoiceField(Withheld.choices, allow_null=True, help_text=WITHHELD)
    posted_at = serializers.DateTimeField(source="message.posted_at", help_text=_("When"))
    files = FileOutput(many=True, help_text=_("Files that came with it"))


class StepOutput(serializers.Serializer[Line]):
    """One thing that happened."""

    at = serializers.DateTimeField(help_text=_("When"))
    text = serializers.CharField(help_text=_("What happened"))


class AnswerOutput(serializers.Serializer[CasePage]):
    """The decision."""

    outcome = serializers.ChoiceField(
        Outcome.choices, source="outcome_code", allow_null=True, help_text=_("Outcome; null: withheld")
    )
    outcome_text = serializers.CharField(
        source="outcome", allow_null=True, help_text=_("Outcome in words; null: withheld")
    )
    text = serializers.CharField(
        source="answer_text", allow_null=True, help_text=_("The answer; null: withheld")
    )
    withheld = serializers.ChoiceField(
        Withheld.choices, source="answer_withheld", allow_null=True, help_text=WITHHELD
    )
    decided_at = serializers.DateTimeField(source="answer.decided_at", help_text=_("When it was decided"))
    dispatched_at = serializers.DateTimeField(
        source="answer.dispatched_at", help_text=_("When the answer was sent")
    )


class AddresseeOutput(serializers.Serializer[Branch]):
    """Who works on the appeal."""

    title = serializers.CharField(help_text=_("Name"))
    kind = serializers.ChoiceField(BranchKind.choices, help_text=_("Insurer's branch or fund"))
    region = serializers.CharField(source="region.name", help_text=_("Region"))


class StatusOutput(serializers.Serializer[CasePage]):
    """An appeal as its applicant sees it."""

    number = serializers.CharField(source="case.number", help_text=_("Number of the appeal"))
    status = serializers.ChoiceField(STATUSES, source="case.status", help_text=_("Status"))
    status_text = serializers.CharField(source="where", help_text=_("Status in plain words"))
    kind = serializers.ChoiceField(Kind.choices, source="case.kind", help_text=_("Kind of appeal"))
    category = serializers.CharField(source="case.category.plain_title", help_text=_("Category"))
    urgency = serializers.ChoiceField(Urgency.choices, source="case.urgency", help_text=_("Urgency"))
    tier = serializers.ChoiceField(Tier.choices, source="case.tier", help_text=_("Tier"))
    insurer = AddresseeOutput(source="case.branch", help_text=_("Who works on it"))
    registered_on = serializers.DateField(source="case.registered_on", help_text=_("Registered on"))
    answer_due_on = serializers.DateField(
        source="case.answer_due_on", allow_null=True, help_text=_("Last day of the answer by law")
    )
    extended_by_days = serializers.IntegerField(
        source="case.extended_by_days", help_text=_("Extended by so many days")
    )
    answered_at = serializers.DateTimeField(
        source="case.answered_at", allow_null=True, help_text=_("When the answer was sent")
    )
    history = StepOutput(source="lines", many=True, help_text=_("What happened so far"))
    messages = MessageOutput(source="thread", many=True, help_text=_("The thread"))
    files = FileOutput(many=True, help_text=_("Files of the appeal itself"))
    identity_level = serializers.ChoiceField(
        IdentityLevel.choices, help_text=_("How surely we know who asks; from 2 on nothing is withheld")
    )
    answer = serializers.SerializerMethodField(help_text=_("The answer, once it was sent"))
    how_counted = serializers.SerializerMethodField(help_text=_("How the dates were counted"))

    @extend_schema_field(HowCountedOutput)
    def get_how_counted(self, page: CasePage) -> dict[str, Any]:
        return dict(HowCountedOutput(how_counted(page.case)).data)

    @extend_schema_field(AnswerOutput(allow_null=True))
    def get_answer(self, page: CasePage) -> dict[str, Any] | None:
        return dict(AnswerOutput(page).data) if page.answer else None


class PatientMessageInput(InputSerializer):
    """A message of the patient."""

    text = TextField(max_length=MOST_CHARACTERS, help_text=_("The message"))


class UploadInput(InputSerializer):
    """One file or several, and words if wanted."""

    file = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=10,
        help_text=_("Photos (JPEG, PNG, HEIC, WebP), PDF or DOCX, up to 20 MB each"),
    )  # fmt: skip
    text = serializers.CharField(
        required=False, allow_blank=True, max_length=MOST_CHARACTERS, help_text=_("Words to the files")
    )
