"""Reference data in the administration; every change is kept with who made it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insurers.forms import (
    ClinicPostForm,
    HotlineForm,
    MedicalOrganisationForm,
    OfficeForm,
    WorkingHoursFormSet,
)
from insurers.models import (
    Branch,
    CalendarDay,
    ClinicPost,
    Hotline,
    Insurer,
    MedicalOrganisation,
    Office,
    Policy,
    Region,
    WorkingHours,
    WorkingSchedule,
)
from insurers.services import calendar, organisations
from omsportal.platform.asks_first import AsksFirst
from omsportal.platform.clock import database_now
from omsportal.platform.keeps_history import KeepsHistory
from omsportal.platform.phones import digits_like_a_phone

if TYPE_CHECKING:  # generic only for the type checker
    from django.forms import BaseModelForm

    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    AnyForm = BaseModelForm[Any]
else:
    from django.forms import BaseModelForm as AnyForm

    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline

ALL_COUNTRY = None
#: The job that finds out what a change would move; done by whoever counts with working time.
CALENDAR_PREVIEW = "calendar.preview"


@admin.register(Region)
class RegionAdmin(ModelAdmin):
    list_display = ["code", "name", "time_zone"]
    list_display_links = ["code", "name"]
    search_fields = ["code", "name_key"]


@admin.register(Insurer)
class InsurerAdmin(KeepsHistory):
    list_display = ["short_name", "code", "website", "valid_from", "valid_to"]
    search_fields = ["name_key", "code", "full_name"]
    prepopulated_fields = {"code": ["short_name"]}

    def save_model(self, request: HttpRequest, obj: Insurer, form: AnyForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            organisations.insurer_added(insurer=obj, by_id=request.user.pk, now=database_now())


class OfficeInline(TabularInline):
    model = Office
    form = OfficeForm
    extra = 0


class ClinicPostInline(TabularInline):
    model = ClinicPost
    form = ClinicPostForm
    autocomplete_fields = ["medical_organisation"]
    extra = 0


@admin.register(Branch)
class BranchAdmin(KeepsHistory):
    list_display = ["title", "kind", "region", "schedule", "valid_to"]
    list_filter = ["kind"]
    list_select_related = ["region", "schedule"]
    search_fields = ["title_key", "region__name_key"]
    autocomplete_fields = ["insurer", "region", "schedule"]
    inlines = [OfficeInline, ClinicPostInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Hotline)
class HotlineAdmin(KeepsHistory):
    form = HotlineForm
    list_display = ["__str__", "purpose", "branch", "insurer", "hours_text", "valid_to", "confirmed_on"]
    list_filter = ["purpose", "after_hours", ("schedule", admin.EmptyFieldListFilter)]
    list_select_related = ["branch", "insurer"]
    search_fields = ["phone", "branch__title_key", "insurer__name_key"]
    autocomplete_fields = ["insurer", "branch", "schedule"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Hotline], search_term: str
    ) -> tuple[QuerySet[Hotline], bool]:
        """A phone is found however it is typed: with dashes, brackets, 8 or +7."""
        digits = digits_like_a_phone(search_term)
        if digits:
            return queryset & Hotline.objects.with_digits(digits), False
        return super().get_search_results(request, queryset, search_term)

    fieldsets = [
        (_("Whose phone"), {"fields": ["insurer", "branch", "purpose"]}),
        (_("Phone"), {"fields": ["phone", "extension", "calls_recorded"]}),
        (_("Hours"), {"fields": ["hours_text", "schedule", "after_hours", "after_hours_note"]}),
        (_("Validity"), {"fields": ["valid_from", "valid_to", "confirmed_on", "source"]}),
    ]


@admin.register(MedicalOrganisation)
class MedicalOrganisationAdmin(ModelAdmin):
    form = MedicalOrganisationForm
    list_display = ["short_name", "code", "region", "valid_to"]
    list_select_related = ["region"]
    search_fields = ["name_key", "code"]
    autocomplete_fields = ["region"]


class WorkingHoursInline(TabularInline):
    model = WorkingHours
    formset = WorkingHoursFormSet
    extra = 5


@admin.register(WorkingSchedule)
class WorkingScheduleAdmin(AsksFirst, KeepsHistory):
    preview_kind = CALENDAR_PREVIEW
    list_display = ["title", "code", "time_zone", "round_the_clock", "follows_calendar"]
    search_fields = ["title", "code"]
    autocomplete_fields = ["region"]
    inlines = [WorkingHoursInline]

    def save_related(self, request: HttpRequest, form: AnyForm, *rest: Any) -> None:
        super().save_related(request, form, *rest)
        calendar.schedule_changed(schedule=form.instance, by_id=request.user.pk, now=database_now())


@admin.register(CalendarDay)
class CalendarDayAdmin(AsksFirst, KeepsHistory):
    preview_kind = CALENDAR_PREVIEW
    list_display = ["date", "kind", "region", "title"]
    list_filter = ["kind"]
    list_select_related = ["region"]
    date_hierarchy = "date"
    autocomplete_fields = ["region"]

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: AnyForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        before = {name: form[name].initial for name in ("region", "date")} if change else {}
        region_ids = {obj.region_id, before.get("region", obj.region_id)}
        _recount(request, region_ids, {obj.date, before.get("date", obj.date)})

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        region_id, day = obj.region_id, obj.date
        super().delete_model(request, obj)
        _recount(request, {region_id}, {day})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        rows = list(queryset)
        super().delete_queryset(request, queryset)
        _recount(request, {row.region_id for row in rows}, {row.date for row in rows})


def _recount(request: HttpRequest, region_ids: set[int | None], days: set[date]) -> None:
    """A change in the whole country covers every region."""
    for region_id in [ALL_COUNTRY] if ALL_COUNTRY in region_ids else sorted(filter(None, region_ids)):
        calendar.day_changed(region_id=region_id, days=days, by_id=request.user.pk, now=database_now())


@admin.register(Policy)
class PolicyAdmin(ModelAdmin):
    """Only to look at: numbers and holders are sealed and come from the insurer's registry."""

    list_display = ["__str__", "branch", "valid_from", "valid_to"]
    list_select_related = ["branch"]
    fields = ["kind", "branch", "valid_from", "valid_to"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Policy | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Policy | None = None) -> bool:
        return False
