"""Addresses of calendar, hours, rights of tiers and terms of keeping within the workplace."""

from datetime import date

from django.urls import URLPattern, path, register_converter

from complaints.views.staff import settings


class DayConverter:
    """A day as ISO writes it; anything else is no address of ours."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")


def patterns() -> list[URLPattern]:
    return [
        path("calendar/", settings.calendar, name="calendar"),
        path("calendar/<slug:place>/<int:year>/", settings.calendar_year, name="calendar_year"),
        path("calendar/<slug:place>/<int:year>/load/", settings.calendar_load, name="calendar_load"),
        path("calendar/<slug:place>/<day:day>/", settings.calendar_day, name="calendar_day"),
        path("hours/", settings.hours, name="hours"),
        path("hours/<int:branch_id>/", settings.branch_hours, name="branch_hours"),
        path("rights/", settings.rights, name="rights"),
        path("keeping/", settings.keeping, name="keeping"),
        path("settings/<int:change_id>/", settings.setting_change, name="setting_change"),
        path("settings/<int:change_id>/settle/", settings.setting_settle, name="setting_settle"),
        path("settings/<int:change_id>/back/", settings.setting_put_back, name="setting_put_back"),
    ]
