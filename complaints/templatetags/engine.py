"""What the engine's page asks, and the link to it."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from complaints.reports.staff.watch import may_watch
from complaints.views.staff.desk import Desk
from omsportal.platform.templatetags.ui import duration_text, fixed_spaces

register = template.Library()
MINUTE = 60


@register.filter
def watches_engine(desk: object) -> bool:
    """Whether the engine's page is for whoever sits here; pages outside the workplace have no desk."""
    return isinstance(desk, Desk) and may_watch(desk.user, desk.profile)


@register.filter
def short_duration(value: timedelta) -> str:
    """Seconds below a minute, where a minute is long."""
    seconds = value.total_seconds()
    if seconds >= MINUTE:
        return duration_text(seconds)
    return fixed_spaces(_("%(seconds)s s") % {"seconds": round(seconds)})
