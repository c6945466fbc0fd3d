from complaints.models.amendments import Amendment, Matter
from complaints.models.answers import AnswerProposal, WorkDraft
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
from complaints.models.counts import CountMark, DailyCount
from complaints.models.engine import DutyCall, EngineHold, Reclassification
from complaints.models.follow import ContactChange, Rating
from complaints.models.guides import Guide
from complaints.models.identity import ContactLink, OneTimeCode
from complaints.models.intake import IncomingCall
from complaints.models.leaving import Leaving, NoAnswerGround
from complaints.models.list_work import BulkAct, BulkLine, Export, ExportPart, ExportShare
from complaints.models.mail import Mailbox, ReceivedMail
from complaints.models.patients import Consent, Draft, PatientSession
from complaints.models.privacy import ConsentText, ErasureRequest, LegalHold
from complaints.models.rule_proposals import ProposalState, RuleConsent, RuleProposal
from complaints.models.rules import EffectiveRule, EscalationRule, LimitUnit, RuleEdition
from complaints.models.saved import SavedList
from complaints.models.search import CaseWords, Search, Surname, WordsDue
from complaints.models.settings import Setting, SettingChange
from complaints.models.thread import Answer, Attachment, History, Message
from complaints.models.voicemail import CallAttempt, VoiceMessage

__all__ = [
    "Amendment",
    "Answer",
    "AnswerProposal",
    "Attachment",
    "Barring",
    "BulkAct",
    "BulkLine",
    "CallAttempt",
    "CallWindow",
    "Card",
    "CaseWords",
    "Category",
    "CategoryCode",
    "Complaint",
    "Consent",
    "ConsentText",
    "ContactChange",
    "ContactLink",
    "CountMark",
    "DailyCount",
    "Deadline",
    "DeadlineUnit",
    "Draft",
    "DutyCall",
    "EffectiveRule",
    "EngineHold",
    "ErasureRequest",
    "EscalationRule",
    "Export",
    "ExportPart",
    "ExportShare",
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
    "Matter",
    "Message",
    "NoAnswerGround",
    "OfficialCode",
    "OneTimeCode",
    "PatientSession",
    "ProposalState",
    "Rating",
    "ReceivedMail",
    "Reclassification",
    "RuleConsent",
    "RuleEdition",
    "RuleProposal",
    "SavedList",
    "Search",
    "Setting",
    "SettingChange",
    "Surname",
    "Template",
    "VoiceMessage",
    "WordsDue",
    "WorkDraft",
]
