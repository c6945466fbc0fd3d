"""Reference tables of complaints: what people complain about, terms, rules, templates, incidents.

Cases, cards, messages and drafts are not here: the stock admin shows no personal data.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.forms.mailboxes import MailboxForm
from complaints.models import (
    Category,
    CategoryCode,
    ConsentText,
    Deadline,
    ErasureRequest,
    EscalationRule,
    Guide,
    Incident,
    Mailbox,
    OfficialCode,
    RuleEdition,
    Template,
)
from complaints.services import retention, rules
from complaints.services.preview import RULES_PREVIEW
from complaints.services.rule_changes import changing
from complaints.services.templates import revise
from omsportal.platform.admin import LookOnly
from omsportal.platform.asks_first import AsksFirst
from omsportal.platform.clock import database_now
from omsportal.platform.keeps_history import KeepsHistory

if TYPE_CHECKING:  # generic only for the type checker
    from django.forms import BaseModelForm, ModelForm

    FormOfTerm = ModelForm[Deadline]
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    AnyForm = BaseModelForm[Any]
else:
    from django.forms import BaseModelForm as AnyForm
    from django.forms import ModelForm as FormOfTerm

    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline


class CategoryCodeInline(TabularInline):
    model = CategoryCode
    extra = 0
    autocomplete_fields = ["official_code"]


@admin.register(Category)
class CategoryAdmin(KeepsHistory):
    """A new theme gets its limits at once: the rules are expanded again."""

    list_display = ["position", "title", "default_kind", "arrival_tier", "about_insurer", "valid_to"]
    list_display_links = ["title"]
    list_filter = ["default_kind", "arrival_tier", "about_insurer"]
    search_fields = ["title", "plain_title", "slug"]
    inlines = [CategoryCodeInline]

    def save_model(self, request: HttpRequest, obj: Category, form: AnyForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            rules.expand_all()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Cases name it: end its validity instead."""
        return False


@admin.register(Guide)
class GuideAdmin(KeepsHistory):
    """New words for the same page are a new row from a day on; the old one ends the day before."""

    list_display = ["position", "title", "by_fund", "valid_from", "valid_to"]
    list_display_links = ["title"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["theme"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(OfficialCode)
class OfficialCodeAdmin(KeepsHistory):
    list_display = ["code", "text", "edition", "table", "valid_from", "valid_to"]
    list_display_links = ["code", "text"]
    list_filter = ["edition", "table", "is_leaf"]
    search_fields = ["code", "text"]


class DeadlineForm(FormOfTerm):
    """Of any group but that of terms of keeping."""

    def clean_group(self) -> str:
        group: str = self.cleaned_data["group"]
        if group == retention.GROUP:
            text = _("What is kept for a shorter time is erased for ever: somebody else decides.")
            page = f"“{_('Calendar and rights')}”, “{_('How long data are kept')}”"
            raise ValidationError(f"{text} {page}", code="needs_second")
        return group


@admin.register(Deadline)
class DeadlineAdmin(KeepsHistory):
    """Terms of keeping are only looked at: a shorter one needs a second person, whom this page cannot ask."""

    form = DeadlineForm
    list_display = ["what", "value", "unit", "group", "region", "needs_check", "valid_from", "valid_to"]
    list_filter = ["group", "needs_check", "unit"]
    search_fields = ["code", "what", "basis"]
    list_select_related = ["region"]

    def has_change_permission(self, request: HttpRequest, obj: Deadline | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_of_keeping(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Deadline | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_of_keeping(obj)


def _is_of_keeping(term: Deadline | None) -> bool:
    return term is not None and term.group == retention.GROUP


@admin.register(Template)
class TemplateAdmin(ModelAdmin):
    """Saving a changed template makes a new version; the old one stays."""

    list_display = ["title", "code", "version", "category", "branch", "valid_from", "valid_to"]
    list_filter = ["category", "branch"]
    search_fields = ["title", "code", "body"]
    readonly_fields = ["version", "approved_by"]
    list_select_related = ["category", "branch"]
    ordering = ["code", "-version"]

    def save_model(self, request: HttpRequest, obj: Template, form: AnyForm, change: bool) -> None:
        if change and not form.changed_data:
            return
        revise(template=obj, by=request.user, now=database_now())  # type: ignore[arg-type]  # signed in
        if change:
            text = _("Saved as version %(version)s; the version before stays for the letters it was used in.")
            messages.info(request, text % {"version": obj.version})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class EscalationRuleInline(TabularInline):
    model = EscalationRule
    extra = 0


@admin.register(RuleEdition)
class RuleEditionAdmin(AsksFirst, KeepsHistory):
    """Limits per tier. Saving expands them into the keys that the timer reads."""

    preview_kind = RULES_PREVIEW

    list_display = ["title", "filed_from", "approved_by_fund"]
    inlines = [EscalationRuleInline]
    ordering = ["-filed_from"]

    def save_model(self, request: HttpRequest, obj: RuleEdition, form: AnyForm, change: bool) -> None:
        rules.take_turn()  # before the row is locked, as whoever puts a proposed rule in force
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: AnyForm, formsets: Any, change: bool) -> None:
        with changing(editions=[form.instance], by_id=request.user.pk, now=database_now()):
            super().save_related(request, form, formsets, change)
        count = rules.count_keys(form.instance)
        text = ngettext("The timer reads %(count)s key now.", "The timer reads %(count)s keys now.", count)
        messages.info(request, text % {"count": count})


@admin.register(EscalationRule)
class EscalationRuleAdmin(AsksFirst, KeepsHistory):
    """The same rules as a list that can be searched."""

    preview_kind = RULES_PREVIEW

    list_display = ["edition", "tier", "insurer", "kind", "category", "urgency", "reaction", "resolution"]
    list_filter = ["edition", "tier", "kind", "urgency"]
    list_select_related = ["edition", "insurer", "category"]

    @admin.display(description=_("first reaction within"))
    def reaction(self, rule: EscalationRule) -> str:
        return f"{rule.reaction_limit} {rule.get_reaction_unit_display()}" if rule.reaction_limit else "—"

    @admin.display(description=_("decision within"))
    def resolution(self, rule: EscalationRule) -> str:
        return f"{rule.resolution_limit} {rule.get_resolution_unit_display()}"

    def save_model(self, request: HttpRequest, obj: EscalationRule, form: AnyForm, change: bool) -> None:
        moved_from = form["edition"].initial if change else obj.edition_id
        editions = list(RuleEdition.objects.filter(pk__in=[obj.edition_id, moved_from]))
        with changing(editions=editions, by_id=request.user.pk, now=database_now()):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: EscalationRule) -> None:
        with changing(editions=[obj.edition], by_id=request.user.pk, now=database_now()):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        editions = {rule.edition for rule in queryset.select_related("edition")}
        with changing(editions=editions, by_id=request.user.pk, now=database_now()):
            super().delete_queryset(request, queryset)


@admin.register(Incident)
class IncidentAdmin(ModelAdmin):
    list_display = ["title", "region", "category", "starts_on", "ends_on", "closed_at"]
    list_filter = ["region", "category"]
    search_fields = ["title"]
    exclude = ["opened_by", "opened_at"]
    list_select_related = ["region", "category"]

    def save_model(self, request: HttpRequest, obj: Incident, form: AnyForm, change: bool) -> None:
        if not change:
            obj.opened_by, obj.opened_at = request.user, database_now()  # type: ignore[assignment]  # signed in
        super().save_model(request, obj, form, change)


@admin.register(ConsentText)
class ConsentTextAdmin(ModelAdmin):
    """A new text is a new row with its version; what people agreed to is never changed, only ended."""

    list_display = ["purpose", "version", "valid_from", "valid_to"]
    list_filter = ["purpose"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        return ["purpose", "version", "text", "valid_from"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(ErasureRequest)
class ErasureRequestAdmin(LookOnly):
    """The register for whoever checks it: numbers of rows, dates, decisions; nobody's name or appeal."""

    list_display = ["pk", "asked_at", "due_on", "decision", "ground", "decided_at"]
    fields = ["asked_at", "due_on", "decision", "ground", "decided_at"]
    list_filter = ["decision", "ground"]
    ordering = ["-pk"]


@admin.register(Mailbox)
class MailboxAdmin(ModelAdmin):
    """Where the portal reads letters. One that was read is switched off, not deleted: its letters name it."""

    form = MailboxForm
    list_display = ["address", "branch", "is_active", "checked_at", "failing_since", "fault"]
    list_select_related = ["branch"]
    autocomplete_fields = ["branch"]
    readonly_fields = ["since", "checked_at", "failing_since", "fault"]
    fields = [
        "branch", "address", "takes_suffix", "host", "port", "security", "folder", "user", "password",
        "is_active", *readonly_fields,
    ]  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
