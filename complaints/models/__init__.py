from complaints.models.bonds import Barring, Incident, Link
from complaints.models.classifier import (
    Category,
    CategoryCode,
    Deadline,
    DeadlineUnit,
    OfficialCode,
    Template,
)
from complaints.models.complaints import Card, Complaint
from complaints.models.patients import Consent, Draft, PatientSession
from complaints.models.rules import EffectiveRule, EscalationRule, LimitUnit, RuleEdition
from complaints.models.thread import Answer, Attachment, History, Message

__all__ = [
    "Answer",
    "Attachment",
    "Barring",
    "Card",
    "Category",
    "CategoryCode",
    "Complaint",
    "Consent",
    "Deadline",
    "DeadlineUnit",
    "Draft",
    "EffectiveRule",
    "EscalationRule",
    "History",
    "Incident",
    "LimitUnit",
    "Link",
    "Message",
    "OfficialCode",
    "PatientSession",
    "RuleEdition",
    "Template",
]
