"""Whatever is sealed has an end: with its case, or by a time of its own; or it is nobody's words."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Model

from complaints import models as of_cases
from complaints.services import anonymising, call_requests, chats, closing
from complaints.services.chats import Question
from insurers.models import Policy, RegistryFilePart
from omsportal.platform.fields import SealedField
from representatives.models import KeptForm, Webhook
from tests import factories
from tests.complaints.services.test_retention import everything_readable
from tests.factories import NOW

#: Emptied or deleted by `anonymise`, so by the term of appeals and by requests for erasure.
WITH_THE_CASE = {
    of_cases.Answer, of_cases.AnswerProposal, of_cases.Attachment, of_cases.Card, of_cases.Consent,
    of_cases.ContactChange, of_cases.Inquiry, of_cases.JointAnswer, of_cases.Message, of_cases.Rating,
    of_cases.ReceivedMail, of_cases.WorkDraft,
}  # fmt: skip
#: Gone within days whatever becomes of the case.
SHORT_LIVED = {
    of_cases.BulkAct: "with its last case", of_cases.Draft: "a day", of_cases.ExportPart: "a day",
    of_cases.IncomingCall: "an hour", of_cases.Search: "an hour", KeptForm: "three days",
    RegistryFilePart: "a day",
}  # fmt: skip
#: Secrets of the portal, and the insurer's own register.
NO_WORDS_OF_A_PERSON = {of_cases.Mailbox, Webhook, Policy}


def sealed_models() -> set[type[Model]]:
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return {field.model for field in fields if isinstance(field, SealedField)}


def test_every_table_with_something_sealed_says_when_it_ends() -> None:
    assert sealed_models() == WITH_THE_CASE | set(SHORT_LIVED) | NO_WORDS_OF_A_PERSON


@pytest.mark.django_db
def test_a_chat_with_a_wish_for_a_call_leaves_nothing_of_who_asked() -> None:
    branch = factories.make_branch()
    factories.make_rules()
    factories.make_category("question", default_kind="consultation")
    question = Question(text="Положена ли мне бурляйка?", branch=branch, phone="+79037164852")
    case = chats.ask(question=question, token=chats.token_of(chats.new_key(), question.text), now=NOW)
    assert "бурляйка" in everything_readable()
    closing.withdraw(complaint=case, now=NOW + timedelta(hours=1))
    assert anonymising.anonymise(complaint_id=case.pk, now=NOW + timedelta(days=1))
    readable = everything_readable()
    assert [word for word in ("бурляйка", "9037164852") if word in readable] == []
    assert call_requests.waiting_for("+79037164852") == 0
