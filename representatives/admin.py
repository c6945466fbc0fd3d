"""Staff in the administration: accounts, keys, tiers, leaves, the duty roster, rights, appointments."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from omsportal.platform.clock import database_now
from representatives import api_keys, factors, notices, records, sessions
from representatives.forms import ApiKeyForm, StaffChangeForm, StaffCreationForm
from representatives.models import ApiKey, Appointment, DutyShift, Leave, Representative, TierRight, User
from representatives.reauthentication import AsksWhoYouAre, identity_required

if TYPE_CHECKING:  # generic only for the type checker
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StaffUserAdmin = UserAdmin[User]
else:
    ModelAdmin, TabularInline, StaffUserAdmin = admin.ModelAdmin, admin.TabularInline, UserAdmin

# Rights come from tiers and appointments; groups would be a second, silent way.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class ShowsRecords(ModelAdmin):
    """The history page also shows what the database itself has written down."""

    object_history_template = "admin/recorded_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, unquote(object_id))
        found = records.lines_of(row) if row is not None else []
        return super().history_view(request, object_id, {**(extra_context or {}), "records": found})


@admin.register(User)
class StaffAdmin(ShowsRecords, AsksWhoYouAre, StaffUserAdmin):
    """Accounts of staff. Nobody is deleted: history names them; "may sign in" is switched off instead.

    Switching off, a new password and a second factor taken away end the person's sessions at once.
    """

    change_form_template = "admin/staff_change_form.html"
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
                "fields": ("username", "full_name", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(identity_required(self.reset_factor))
        name = "representatives_user_reset_factor"
        return [path("<path:object_id>/reset-factor/", view, name=name), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.shares_email = obj.shares_email and "email" not in form.changed_data
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            sessions.end_all(obj, now=database_now())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A password that somebody else gave is no secret of the person: they are told, and signed out."""
        return identity_required(self._give_password)(request, id, form_url)

    def _give_password(self, request: HttpRequest, object_id: str, form_url: str) -> HttpResponse:
        answer: HttpResponse = super().user_change_password(request, object_id, form_url)
        if request.method == "POST" and isinstance(answer, HttpResponseRedirect):
            person, now = self._person(request, object_id), database_now()
            if person.pk == request.user.pk:
                sessions.end_others(request, person, now=now)
            else:
                sessions.end_all(person, now=now)
            notices.tell_changed(person, "password_given", now=now)
        return answer

    def reset_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lost phone, lost key: ask, then take the second factor away. Kept in the account's history."""
        person = self._person(request, object_id)
        back = reverse("admin:representatives_user_change", args=[person.pk])
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request), "opts": self.opts, "person": person, "back": back,
                "title": gettext("Take the second factor away"), "has_factor": factors.has_any(person),
            }  # fmt: skip
            return TemplateResponse(request, "admin/reset_factor.html", context)
        if factors.reset(person, now=database_now()):
            self.log_change(request, person, gettext("The second factor was taken away."))
            text = gettext("%(name)s is signed out everywhere and sets up a new second factor at sign-in.")
            self.message_user(request, text % {"name": person}, messages.SUCCESS)
        return HttpResponseRedirect(back)

    def _person(self, request: HttpRequest, object_id: str) -> User:
        person = self.get_object(request, unquote(object_id))
        if not isinstance(person, User):
            raise Http404
        return person


@admin.register(ApiKey)
class ApiKeyAdmin(ShowsRecords, AsksWhoYouAre):
    """Keys of other systems: made and shown once, revoked, never changed."""

    form = ApiKeyForm
    list_display = ["name", "prefix", "branch", "user", "scopes", "expires_at", "last_used_at", "revoked_at"]
    list_display_links = None
    list_select_related = ["branch", "user"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: ARG002
        """The form's row is put aside: the service makes the key."""
        chosen = form.cleaned_data
        user = api_keys.service_representative(
            branch=chosen["branch"], name=chosen["name"], tier=chosen["tier"]
        )
        created = api_keys.create(
            branch=chosen["branch"], user=user, name=chosen["name"], scopes=chosen["scopes"],
            lifetime=timedelta(days=chosen["days"]), now=database_now(),
        )  # fmt: skip
        obj.__dict__.update(created.key.__dict__)
        text = gettext("Copy the key now, it is shown only here: %(key)s")
        self.message_user(request, text % {"key": created.text}, messages.WARNING)

    @admin.action(description=_("Revoke the chosen keys"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        now = database_now()
        keys = [api_keys.revoke(key=key, now=now) for key in queryset]
        for key in keys:
            self.log_change(request, key, gettext("The key was revoked."))
        text = ngettext("%(count)d key was revoked.", "%(count)d keys were revoked.", len(keys))
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)


class LeaveInline(TabularInline):
    model = Leave
    extra = 0


@admin.register(Representative)
class RepresentativeAdmin(ShowsRecords, AsksWhoYouAre):
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
class TierRightAdmin(ShowsRecords, AsksWhoYouAre):
    list_display = ["tier", "action", "extent", "valid_from", "valid_to"]
    list_display_links = ["tier", "action"]
    list_filter = ["tier", "action"]
    ordering = ["tier", "action", "valid_from"]


@admin.register(Appointment)
class AppointmentAdmin(ShowsRecords, AsksWhoYouAre):
    list_display = ["user", "role", "branch", "insurer", "valid_from", "valid_to"]
    list_filter = ["role"]
    search_fields = ["user__full_name", "user__username"]
    autocomplete_fields = ["user"]
    list_select_related = ["user", "branch", "insurer"]
