from complaints.models.bonds import (
    Barring,
    Incident,
    Inquiry,
    JointAnswer,
    JointAnswerLine,
    Link,
)
from complaints.models.calls import CallWindow
from complaints.models.cards import Card
from complaints.models.classifier import (
    Category,
    CategoryCode,
    Deadline,
    DeadlineUnit,
    OfficialCode,
    Template,
)
from complaints.models.complaints import Complaint
from complaints.models.engine import DutyCall, EngineHold, Reclassification
from complaints.models.follow import ContactChange, Rating
from complaints.models.guides import Guide
from complaints.models.identity import ContactLink, OneTimeCode
from complaints.models.intake import IncomingCall
from complaints.models.leaving import Leaving, NoAnswerGround
from complaints.models.patients import Consent, Draft, PatientSession
from complaints.models.privacy import ConsentText, ErasureRequest, LegalHold
from complaints.models.rules import EffectiveRule, EscalationRule, LimitUnit, RuleEdition
from complaints.models.thread import Answer, Attachment, History, Message

__all__ = [
    "Answer",
    "Attachment",
    "Barring",
    "CallAttempt",
    "CallWindow",
    "Card",
    "Category",
    "CategoryCode",
    "Complaint",
    "Consent",
    "ConsentText",
    "ContactChange",
    "ContactLink",
    "Deadline",
    "DeadlineUnit",
    "Draft",
    "DutyCall",
    "EffectiveRule",
    "EngineHold",
    "ErasureRequest",
    "EscalationRule",
    "Guide",
    "History",
    "Incident",
    "IncomingCall",
    "Inquiry",
    "JointAnswer",
    "JointAnswerLine",
    "Leaving",
    "LegalHold",
    "LimitUnit",
    "Link",
    "Mailbox",
    "Message",
    "NoAnswerGround",
    "OfficialCode",
    "OneTimeCode",
    "PatientSession",
    "Rating",
    "ReceivedMail",
    "Reclassification",
    "RuleEdition",
    "Template",
    "VoiceMessage",
    "WordsDue",
    "WorkDraft",
]
