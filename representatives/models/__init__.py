from representatives.models.representatives import Appointment, DutyShift, Leave, Representative, TierRight
from representatives.models.users import User

__all__ = ["Appointment", "DutyShift", "Leave", "Representative", "TierRight", "User"]
