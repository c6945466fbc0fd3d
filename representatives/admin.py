"""Staff in the administration: accounts, tiers, leaves, the duty roster, rights, appointments."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from representatives.forms import StaffChangeForm, StaffCreationForm
from representatives.models import Appointment, DutyShift, Leave, Representative, TierRight, User

if TYPE_CHECKING:  # generic only for the type checker
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StaffUserAdmin = UserAdmin[User]
else:
    ModelAdmin, TabularInline, StaffUserAdmin = admin.ModelAdmin, admin.TabularInline, UserAdmin

# Rights come from tiers and appointments; groups would be a second, silent way.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(StaffUserAdmin):
    """Accounts of staff. Nobody is deleted: history names them; "may sign in" is switched off instead."""

    add_form, form = StaffCreationForm, StaffChangeForm
    list_display = ["full_name", "username", "is_active", "is_superuser", "is_demo", "last_login"]
    list_display_links = ["full_name", "username"]
    list_filter = ["is_active", "is_superuser", "is_demo"]
    search_fields = ["full_name", "username", "email"]
    ordering = ["full_name", "username"]
    filter_horizontal = ()
    readonly_fields = ["is_demo", "last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("full_name", "email", "phone")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "is_demo")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "full_name", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        return False


class LeaveInline(TabularInline):
    model = Leave
    extra = 0


@admin.register(Representative)
class RepresentativeAdmin(ModelAdmin):
    list_display = ["user", "tier", "served", "presence", "ceiling"]
    list_filter = ["tier", "presence", "branches"]
    search_fields = ["user__full_name", "user__username"]
    autocomplete_fields = ["user"]
    filter_horizontal = ["branches"]
    readonly_fields = ["presence_since"]
    list_select_related = ["user"]
    inlines = [LeaveInline]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("branches")

    @admin.display(description=_("branches"))
    def served(self, person: Representative) -> str:
        return ", ".join(str(branch) for branch in person.branches.all())


@admin.register(DutyShift)
class DutyShiftAdmin(ModelAdmin):
    list_display = ["branch", "tier", "starts_at", "ends_at", "place", "representative"]
    list_filter = ["tier", "branch"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["representative"]
    list_select_related = ["branch", "representative__user"]
    ordering = ["-starts_at", "branch", "tier", "place"]


@admin.register(TierRight)
class TierRightAdmin(ModelAdmin):
    list_display = ["tier", "action", "extent", "valid_from", "valid_to"]
    list_display_links = ["tier", "action"]
    list_filter = ["tier", "action"]
    ordering = ["tier", "action", "valid_from"]


@admin.register(Appointment)
class AppointmentAdmin(ModelAdmin):
    list_display = ["user", "role", "branch", "insurer", "valid_from", "valid_to"]
    list_filter = ["role"]
    search_fields = ["user__full_name", "user__username"]
    autocomplete_fields = ["user"]
    list_select_related = ["user", "branch", "insurer"]
