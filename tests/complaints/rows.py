"""Ordinary rows of every table of cases; a test changes one thing and sees it refused."""

import uuid
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from complaints.models import (
    Answer,
    AnswerProposal,
    Attachment,
    Barring,
    CallWindow,
    CategoryCode,
    Consent,
    ConsentText,
    ContactChange,
    ContactLink,
    DailyCount,
    Deadline,
    Draft,
    DutyCall,
    EngineHold,
    ErasureRequest,
    EscalationRule,
    Guide,
    History,
    Incident,
    IncomingCall,
    LegalHold,
    Link,
    Message,
    OfficialCode,
    OneTimeCode,
    PatientSession,
    Rating,
    Reclassification,
    Search,
    Template,
)
from tests.factories import (
    LONG_AGO,
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_region,
    make_rules,
    make_staff,
)

DAY = timedelta(days=1)
BEFORE = LONG_AGO - DAY
HOUR = timedelta(hours=1)
Maker = Callable[..., Any]


def user(name: str = "operator") -> Any:
    return make_staff(name, 1, make_branch())


def call_window(**fields: Any) -> CallWindow:
    known = {"days": 1, "starts": time(9), "ends": time(18), "time_zone": "Europe/Moscow"}
    if "complaint" not in fields:
        known["complaint"] = make_complaint()
    return CallWindow.objects.create(**(known | fields))


def guide(**fields: Any) -> Guide:
    known = {"slug": "booking", "position": 1, "title": "x", "valid_from": LONG_AGO}
    return Guide.objects.create(**(known | fields))


def daily_count(**fields: Any) -> DailyCount:
    known = {"branch": make_branch(), "measure": "filed", "day": NOW.date(), "key": 1, "n": 1}
    return DailyCount.objects.create(**(known | fields))


def code(**fields: Any) -> OfficialCode:
    known = {"edition": "1", "table": "1", "code": "3", "is_leaf": True, "text": "x", "valid_from": LONG_AGO}
    return OfficialCode.objects.create(**(known | fields))


def category_code(**fields: Any) -> CategoryCode:
    known = {
        "category": make_category(),
        "official_code": code(code=str(uuid.uuid4())[:8]),
        "valid_from": LONG_AGO,
    }
    return CategoryCode.objects.create(**(known | fields))


def deadline(**fields: Any) -> Deadline:
    known = {
        "code": "A",
        "group": "care",
        "what": "x",
        "value": 1,
        "unit": "hour",
        "basis": "x",
        "valid_from": LONG_AGO,
    }
    return Deadline.objects.create(**(known | fields))


def template(**fields: Any) -> Template:
    known = {"code": "a", "title": "x", "body": "x", "valid_from": LONG_AGO}
    return Template.objects.create(**(known | fields))


def rule(**fields: Any) -> EscalationRule:
    known = {
        "edition": make_rules(),
        "tier": 1,
        "kind": "thanks",
        "resolution_limit": 1,
        "resolution_unit": "minute",
    }
    return EscalationRule.objects.create(**(known | fields))


def history(**fields: Any) -> History:
    known = {"complaint": make_complaint(), "at": NOW, "event": "claimed", "hop": 0, "cause": "system"}
    return History.objects.create(**(known | fields))


def message(**fields: Any) -> Message:
    known = {
        "complaint": make_complaint(),
        "author_kind": "patient",
        "sealed": {"text": "x"},
        "posted_at": NOW,
    }
    return Message.objects.create(**(known | fields))


def attachment(**fields: Any) -> Attachment:
    known = {
        "complaint": make_complaint(), "storage_name": uuid.uuid4(), "sealed": {"name": "x"},
        "media_type": "x",
        "size": 1, "content_digest": b"x", "uploaded_at": NOW,
    }  # fmt: skip
    return Attachment.objects.create(**(known | fields))


def answer(**fields: Any) -> Answer:
    known = {
        "complaint": make_complaint(), "outcome": "justified", "sealed": {"text": "x"}, "decided_at": NOW,
        "decided_by": user(),
    }  # fmt: skip
    return Answer.objects.create(**(known | fields))


def draft(**fields: Any) -> Draft:
    known = {
        "token_digest": uuid.uuid4().bytes, "sealed": {}, "created_at": NOW, "updated_at": NOW,
        "expires_at": NOW + DAY,
    }  # fmt: skip
    return Draft.objects.create(**(known | fields))


def search(**fields: Any) -> Search:
    known = {"user": user(), "kinds": ["phone"], "made_at": NOW, "expires_at": NOW + HOUR}
    return Search.objects.create(**(known | fields))


def incoming_call(**fields: Any) -> IncomingCall:
    known = {
        "branch": make_branch(), "token_digest": uuid.uuid4().bytes, "sealed": {}, "announced_at": NOW,
        "expires_at": NOW + DAY,
    }  # fmt: skip
    return IncomingCall.objects.create(**(known | fields))


def consent(**fields: Any) -> Consent:
    known = {"complaint": make_complaint(), "purpose": "sms", "version": "1", "given_at": NOW, "sealed": {}}
    return Consent.objects.create(**(known | fields))


def consent_text(**fields: Any) -> ConsentText:
    known = {"purpose": "sms", "version": "1", "text": "x", "valid_from": LONG_AGO}
    return ConsentText.objects.create(**(known | fields))


def legal_hold(**fields: Any) -> LegalHold:
    known = {"complaint": make_complaint(), "ground": "court", "placed_at": NOW, "placed_by": user()}
    return LegalHold.objects.create(**(known | fields))


def erasure_request(**fields: Any) -> ErasureRequest:
    known = {"complaint": make_complaint(), "asked_at": NOW, "due_on": NOW.date()}
    return ErasureRequest.objects.create(**(known | fields))


def session(**fields: Any) -> PatientSession:
    known = {
        "complaint": make_complaint(), "token_digest": uuid.uuid4().bytes, "begun_at": NOW,
        "last_seen_at": NOW,
        "expires_at": NOW + DAY,
    }  # fmt: skip
    return PatientSession.objects.create(**(known | fields))


def one_time_code(**fields: Any) -> OneTimeCode:
    known = {"complaint": make_complaint(), "purpose": "email", "asked_at": NOW, "expires_at": NOW + HOUR}
    return OneTimeCode.objects.create(**(known | fields))


def contact_link(**fields: Any) -> ContactLink:
    known = {
        "complaint": make_complaint(), "way": "email", "contact_blind": b"x",
        "token_digest": uuid.uuid4().bytes,
    }  # fmt: skip
    return ContactLink.objects.create(**(known | fields))


def incident(**fields: Any) -> Incident:
    known = {
        "title": "x", "branch": make_branch(), "region": make_region(), "category": make_category(),
        "starts_on": LONG_AGO, "opened_by": user(), "opened_at": NOW,
    }  # fmt: skip
    return Incident.objects.create(**(known | fields))


def link(**fields: Any) -> Link:
    known = {"earlier": make_complaint(), "later": make_complaint(), "kind": "duplicate", "linked_at": NOW}
    return Link.objects.create(**(known | fields))


def duty_call(**fields: Any) -> DutyCall:
    known = {"hop": 0, "round": 1, "called_at": NOW}
    if "complaint" not in fields:
        fields |= {"complaint": make_complaint()}
    return DutyCall.objects.create(**(known | {"user": user()} | fields))


def engine_hold(**fields: Any) -> EngineHold:
    return EngineHold.objects.create(**({"held_at": NOW, "jumped_seconds": 3600} | fields))


def reclassification(**fields: Any) -> Reclassification:
    case = fields.pop("complaint", None) or make_complaint()
    known = {
        "complaint": case, "from_kind": "complaint", "to_kind": "complaint", "from_urgency": "ordinary",
        "to_urgency": "ordinary", "from_category": case.category, "to_category": case.category,
        "reason": "other", "proposed_by": user("proposer"), "proposed_at": NOW,
    }  # fmt: skip
    return Reclassification.objects.create(**(known | fields))


def answer_proposal(**fields: Any) -> AnswerProposal:
    case = fields.pop("complaint", None) or make_complaint()
    known = {
        "complaint": case, "hop": 0, "outcome": "justified", "sealed": {"text": "x"},
        "proposed_by": user("proposer"), "proposed_at": NOW,
    }  # fmt: skip
    return AnswerProposal.objects.create(**(known | fields))


def barring(**fields: Any) -> Barring:
    return Barring.objects.create(
        **({"complaint": make_complaint(), "user": user(), "why": "complained_of"} | fields)
    )


def contact_change(**fields: Any) -> ContactChange:
    known = {"complaint": make_complaint(), "way": "phone", "sealed": {"new": "", "old": ""}, "asked_at": NOW}
    return ContactChange.objects.create(**(known | fields))


def rating(**fields: Any) -> Rating:
    known = {"complaint": make_complaint(), "stars": 5, "sealed": {"text": ""}, "given_at": NOW}
    return Rating.objects.create(**(known | fields))
