"""How the dates of a case were counted, for the applicant and for staff alike."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.kinds import Stage
from complaints.models import LimitUnit
from complaints.reports.dates import Change, Counted, DayOff, LegalChange, LegalDate, Pause, WorkingDay


class RuleOutput(serializers.Serializer[Counted]):
    """The limit that the clock runs by."""

    text = serializers.CharField(source="rule_text", help_text=_("The rule as a sentence"))
    stage = serializers.ChoiceField(Stage.choices, source="stay.stage", help_text=_("What the limit is for"))
    limit = serializers.IntegerField(allow_null=True, help_text=_("How much time; null: no rule was found"))
    unit = serializers.ChoiceField(LimitUnit.choices, allow_blank=True, help_text=_("Unit of the limit"))


class ScheduleOutput(serializers.Serializer[Counted]):
    """Whose working hours count."""

    title = serializers.CharField(source="schedule.title", help_text=_("Name of the working hours"))
    time_zone = serializers.CharField(source="schedule.time_zone", help_text=_("Time zone"))
    round_the_clock = serializers.SerializerMethodField(help_text=_("Nights and days off count too"))
    hours = serializers.SerializerMethodField(help_text=_("Ordinary hours by days of the week"))

    def get_round_the_clock(self, counted: Counted) -> bool:
        return counted.round_the_clock or counted.schedule.round_the_clock

    def get_hours(self, counted: Counted) -> list[str]:
        return [f"{days} {hours}" for days, hours in counted.hours]


class SpanOutput(serializers.Serializer[WorkingDay]):
    """A piece of time in which the clock ran."""

    starts_at = serializers.DateTimeField(help_text=_("From"))
    ends_at = serializers.DateTimeField(help_text=_("To"))


class PauseOutput(serializers.Serializer[Pause]):
    """The clock stood still."""

    began_at = serializers.DateTimeField(help_text=_("From"))
    ended_at = serializers.DateTimeField(allow_null=True, help_text=_("To; null: it still does"))
    why = serializers.CharField(help_text=_("Why"))


class ChangeOutput(serializers.Serializer[Change]):
    """The end of the tier's time was set or moved."""

    at = serializers.DateTimeField(help_text=_("When"))
    before = serializers.DateTimeField(allow_null=True, help_text=_("The moment before"))
    after = serializers.DateTimeField(help_text=_("The moment since then"))
    why = serializers.CharField(help_text=_("Why"))


class DayOffOutput(serializers.Serializer[DayOff]):
    """A day on which no answer falls due."""

    day = serializers.DateField(help_text=_("Day"))
    title = serializers.CharField(help_text=_("Name of the holiday"))


class LegalChangeOutput(serializers.Serializer[LegalChange]):
    """The date of the answer by law moved."""

    at = serializers.DateTimeField(help_text=_("When"))
    before = serializers.DateField(help_text=_("The date before"))
    after = serializers.DateField(help_text=_("The date since then"))
    why = serializers.CharField(help_text=_("Why"))


class LegalDateOutput(serializers.Serializer[LegalDate]):
    """The date of the answer by law."""

    registered_on = serializers.DateField(help_text=_("Registered on"))
    counted_from = serializers.DateField(
        allow_null=True, help_text=_("The event was known since then: the earliest day counts")
    )
    days = serializers.IntegerField(help_text=_("Calendar days from registration"))
    extended_by = serializers.IntegerField(help_text=_("Extended by so many days"))
    counted_on = serializers.DateField(help_text=_("Counted date"))
    due_on = serializers.DateField(help_text=_("Last day of the answer by law"))
    days_off = DayOffOutput(many=True, help_text=_("Days off that the date was moved over"))
    basis = serializers.CharField(help_text=_("Law"))
    changes = LegalChangeOutput(many=True, help_text=_("Every change of the date"))


class HowCountedOutput(serializers.Serializer[Counted]):
    """Everything behind the two dates: nothing is counted anew for it."""

    rule = serializers.SerializerMethodField(help_text=_("The limit that the clock runs by"))
    schedule = serializers.SerializerMethodField(help_text=_("Whose working hours count"))
    starts_at = serializers.DateTimeField(source="stay.starts_at", help_text=_("The time began"))
    due_at = serializers.DateTimeField(help_text=_("When the tier's time ends"))
    returned_at = serializers.DateTimeField(
        source="stay.returned_at", allow_null=True, help_text=_("Given back, with the time that was left")
    )
    seconds_left = serializers.IntegerField(
        allow_null=True, help_text=_("Working seconds that are left while the clock stands still")
    )
    spans = SpanOutput(many=True, help_text=_("The working time that was counted; empty: round the clock"))
    more_spans = serializers.BooleanField(help_text=_("There are more spans than are listed"))
    pauses = PauseOutput(many=True, help_text=_("When the clock stood still"))
    changes = ChangeOutput(many=True, help_text=_("Every change of the moment"))
    legal = serializers.SerializerMethodField(help_text=_("The date of the answer by law"))

    @extend_schema_field(RuleOutput)
    def get_rule(self, counted: Counted) -> dict[str, Any]:
        return dict(RuleOutput(counted).data)

    @extend_schema_field(ScheduleOutput)
    def get_schedule(self, counted: Counted) -> dict[str, Any]:
        return dict(ScheduleOutput(counted).data)

    @extend_schema_field(LegalDateOutput(allow_null=True))
    def get_legal(self, counted: Counted) -> dict[str, Any] | None:
        return dict(LegalDateOutput(counted.legal).data) if counted.legal else None
