"""A wish to be called: whom, on which days and at which hours of their own clock."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from complaints.call_windows import DAYS_OF_WEEK, Window
from complaints.forms.public.fields import NameField, PhoneField, region_choices
from complaints.forms.public.lookups import CallForm
from complaints.services import routing
from insurers.models import Branch, Region
from omsportal.platform.widgets import CheckboxCards

#: The same words whether others have asked for this phone or it was tried too often.
TOO_MANY_CALLS = _(
    "No further call can be ordered for this phone just now. If you have ordered one already, it comes "
    "as promised. If it is urgent, call us yourself or file an appeal."
)
#: Nobody is called at night.
EARLIEST, LATEST = 7, 22
_HOURS = [(str(hour), f"{hour}:00") for hour in range(EARLIEST, LATEST + 1)]


class CallBackForm(CallForm):
    """Everything on one page; only the phone has to be typed."""

    field_order: Iterable[str] | None = ("phone", "name", "region", "insurer")

    phone = PhoneField(
        label=_("Your phone"),
        error_messages={"required": _("Write the phone that we shall call.")},
    )
    name = NameField(
        label=_("How shall we address you?"),
        help_text=_("First name, or first name and patronymic."),
        required=False,
    )
    days = forms.MultipleChoiceField(
        label=_("On which days may we call?"),
        help_text=_("Choose none, and we call on any day on which we work."),
        choices=[(str(day), WEEKDAYS[day]) for day in range(DAYS_OF_WEEK)],
        widget=CheckboxCards,
        required=False,
    )
    starts = forms.ChoiceField(label=_("Not earlier than"), choices=_HOURS[:-1], initial="9")
    ends = forms.ChoiceField(label=_("Not later than"), choices=_HOURS[1:], initial="20")
    place = forms.ChoiceField(
        label=_("Where are you now?"),
        help_text=_("If it is another region: so that we call by your clock."),
        widget=forms.Select,
        required=False,
    )
    about = forms.CharField(
        label=_("What is it about?"),
        help_text=_(
            "A few words, so that the right specialist calls. Leave it empty if you want to tell it."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    theme = forms.SlugField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["place"].choices = region_choices()  # type: ignore[attr-defined]  # a choice field

    def clean_place(self) -> Region | None:
        return Region.objects.by_code(self.cleaned_data["place"])

    def clean(self) -> dict[str, Any]:
        """Adds `branch` and `window`."""
        cleaned: dict[str, Any] = super().clean() or {}
        region, insurer = cleaned.get("region"), cleaned.get("insurer")
        if region is None or self.errors:
            return cleaned
        if int(cleaned["ends"]) <= int(cleaned["starts"]):
            self.add_error("ends", _("This is earlier than the hour before. Choose a later one."))
            return cleaned
        branch = routing.chosen(
            insurer=insurer.code if insurer else None, region_code=region.code, day=timezone.localdate()
        )
        if branch is None:
            message = _("This region does not take appeals here yet. Call the insurer: see “Whom to call”.")
            self.add_error("region", message)
        return cleaned | {"branch": branch, "window": self._window(cleaned)}

    @property
    def chose_hours(self) -> bool:
        """Days, hours or place were changed, or are wrong: the page shows them at once."""
        names = ("days", "starts", "ends", "place")
        return self.is_bound and any(name in self.changed_data or name in self.errors for name in names)

    @property
    def branch(self) -> Branch:
        """Who calls; only of a valid form."""
        branch: Branch = self.cleaned_data["branch"]
        return branch

    @staticmethod
    def _window(cleaned: Mapping[str, Any]) -> Window:
        where: Region = cleaned["place"] or cleaned["region"]
        days = frozenset(int(day) for day in cleaned["days"]) or frozenset(range(DAYS_OF_WEEK))
        return Window(days, time(int(cleaned["starts"])), time(int(cleaned["ends"])), where.time_zone)
