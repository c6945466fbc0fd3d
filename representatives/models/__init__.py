from representatives.models.accounts import (
    WHY_FACTOR,
    WHY_OFF,
    WHY_ON,
    AccountAct,
    AccountDeed,
    AccountReason,
    Invitation,
)
from representatives.models.api_keys import ApiKey, Scope
from representatives.models.help_access import HelpAccess, HelpReason
from representatives.models.kept_forms import KeptForm
from representatives.models.representatives import Appointment, DutyShift, Leave, Representative, TierRight
from representatives.models.rights import SecondFactor, ServedBranch
from representatives.models.users import User
from representatives.models.webhooks import TEST_EVENT, CaseEvent, Webhook, WhyOff

__all__ = [
    "TEST_EVENT",
    "WHY_FACTOR",
    "WHY_OFF",
    "WHY_ON",
    "AccountAct",
    "AccountDeed",
    "AccountReason",
    "ApiKey",
    "Appointment",
    "CaseEvent",
    "DutyShift",
    "HelpAccess",
    "HelpReason",
    "Invitation",
    "KeptForm",
    "Leave",
    "Representative",
    "Scope",
    "SecondFactor",
    "ServedBranch",
    "TierRight",
    "User",
    "Webhook",
    "WhyOff",
]
