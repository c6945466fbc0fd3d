from representatives.models.api_keys import ApiKey, Scope
from representatives.models.representatives import Appointment, DutyShift, Leave, Representative, TierRight
from representatives.models.users import User

__all__ = [
    "ApiKey",
    "Appointment",
    "DutyShift",
    "Leave",
    "Representative",
    "Scope",
    "TierRight",
    "User",
]
