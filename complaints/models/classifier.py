"""What people complain about: plain words for patients, official codes for the report, terms of the law."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from complaints.answer_querysets import TemplateQuerySet
from complaints.kinds import Kind, TemplatePurpose
from complaints.querysets import CategoryCodeQuerySet, CategoryQuerySet, DatedQuerySet
from insurers.models.parts import tracked
from omsportal.platform.constraints import one_of, paired
from representatives.roles import Tier


def validity_range() -> Func:
    """daterange(valid_from, valid_to, '[]') for exclusion constraints."""
    return Func(
        F("valid_from"),
        F("valid_to"),
        RangeBoundary(inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )


@tracked()
class Category(models.Model):
    """A theme in plain words, with what to do now; the patient picks it, staff may reclassify."""

    slug = models.SlugField(_("code"), unique=True)
    position = models.PositiveSmallIntegerField(_("place in the list"))
    title = models.CharField(_("title for staff"), max_length=120)
    plain_title = models.CharField(_("in plain words"), max_length=160)
    plain_hint = models.CharField(_("examples"), max_length=240, blank=True)
    icon = models.SlugField(_("icon"), default="question")
    now_steps = models.JSONField(_("what to do in the next five minutes"), default=list, blank=True)
    free_of_charge = models.TextField(_("what must be free"), blank=True)
    basis = models.CharField(_("by which rule"), max_length=240, blank=True)
    plain_title_en = models.CharField(_("in plain words, in English"), max_length=160, blank=True, default="")
    plain_hint_en = models.CharField(_("examples, in English"), max_length=240, blank=True, default="")
    now_steps_en = models.JSONField(
        _("what to do in the next five minutes, in English"), default=list, blank=True
    )
    free_of_charge_en = models.TextField(_("what must be free, in English"), blank=True, default="")
    basis_en = models.CharField(_("by which rule, in English"), max_length=240, blank=True, default="")
    default_kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.COMPLAINT)
    arrival_tier = models.SmallIntegerField(
        _("tier on arrival"), choices=Tier.choices, default=Tier.CONTACT_CENTRE
    )
    about_insurer = models.BooleanField(_("about the insurer: to the fund"), default=False)
    asks_waiting_time = models.BooleanField(_("asks how long the patient waits"), default=False)
    asks_money = models.BooleanField(_("asks for the sum paid"), default=False)
    needs_second_person = models.BooleanField(_("the answer needs a second pair of eyes"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(default_kind__in=Kind.values), name="category_default_kind_known"
            ),
            models.CheckConstraint(condition=Q(arrival_tier__in=Tier.values), name="category_tier_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="category_validity"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class OfficialCode(models.Model):
    """A row of the official report ЗПЗ (order ФФОМС 157н of 2022) in one edition of the form."""

    edition = models.CharField(_("edition of the form"), max_length=16)
    table = models.CharField(_("table"), max_length=4)
    code = models.CharField(_("row"), max_length=16)
    parent_code = models.CharField(_("parent row"), max_length=16, blank=True)
    is_leaf = models.BooleanField(_("has no sub-rows"))
    kind = models.CharField(_("kind"), max_length=24, blank=True)
    text = models.TextField(_("text of the row"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("official code")
        verbose_name_plural = _("official codes")
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "code"], name="official_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="official_code_validity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


@tracked()
class CategoryCode(models.Model):
    """Which official row appeals of a kind and category count into, while an edition of the form is in force.

    Without a category: appeals of this kind whose category has no row of its own.
    """

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="codes", verbose_name=_("category")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.COMPLAINT)
    official_code = models.ForeignKey(OfficialCode, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = CategoryCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code of a category")
        verbose_name_plural = _("codes of categories")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="category_code_validity"
            ),
            ExclusionConstraint(
                name="category_code_one_at_a_time",
                expressions=[
                    (validity_range(), RangeOperators.OVERLAPS),
                    (Coalesce("category", 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                ],
            ),
            one_of("kind", Kind, "category_code_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.category or '…'}: {self.official_code.code}"


class DeadlineUnit(models.TextChoices):
    MINUTE = "minute", _("minutes")
    HOUR = "hour", _("hours")
    CALENDAR_DAY = "calendar_day", _("calendar days")
    WORKING_DAY = "working_day", _("working days")
    YEAR = "year", _("years")
    PER_YEAR = "per_year", _("times a year")


@tracked()
class Deadline(models.Model):
    """A term of law or of the programme of guarantees, dated; a row with region overrides the common one."""

    code = models.CharField(_("code"), max_length=32)
    group = models.CharField(_("group"), max_length=16)
    region = models.ForeignKey(
        "insurers.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    what = models.CharField(_("what"), max_length=200)
    value = models.PositiveIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=16, choices=DeadlineUnit.choices)
    start_event = models.CharField(_("counted from"), max_length=120, blank=True)
    basis = models.CharField(_("basis"), max_length=200)
    what_en = models.CharField(_("what, in English"), max_length=200, blank=True, default="")
    start_event_en = models.CharField(_("counted from, in English"), max_length=120, blank=True, default="")
    basis_en = models.CharField(_("basis, in English"), max_length=200, blank=True, default="")
    source_note = models.CharField(_("how sure"), max_length=240, blank=True)
    needs_check = models.BooleanField(
        _("uncertain"), default=False, help_text=_("An uncertain term gives the patient no verdict.")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.CheckConstraint(condition=Q(unit__in=DeadlineUnit.values), name="deadline_unit_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="deadline_validity"
            ),
            models.UniqueConstraint(
                fields=["code", "region", "valid_from"], nulls_distinct=False, name="deadline_once"
            ),
            ExclusionConstraint(
                name="deadline_one_at_a_time",
                expressions=[
                    (validity_range(), RangeOperators.OVERLAPS),
                    ("code", RangeOperators.EQUAL),
                    (Coalesce("region", 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Template(models.Model):
    """An approved reply or script of one category; a change is a new version, the one before stays readable.

    A branch's own version of a common code stands in its place there. `superseded_at`: a newer one exists.
    """

    code = models.SlugField(_("code"))
    version = models.PositiveIntegerField(_("version"), default=1)
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="templates", verbose_name=_("category")
    )
    branch = models.ForeignKey(
        "insurers.Branch", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    purpose = models.CharField(
        _("what for"), max_length=8, choices=TemplatePurpose.choices, default=TemplatePurpose.REPLY,
        db_default=TemplatePurpose.REPLY,
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), help_text=_("May hold {number}, {answer_due_on} and {phone}."))
    approved_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "branch", "version"], nulls_distinct=False, name="template_version_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="template_validity"
            ),
            models.UniqueConstraint(
                fields=["code", "branch"],
                nulls_distinct=False,
                condition=Q(superseded_at=None),
                name="template_one_newest",
            ),
            paired("withdrawn_at", "withdrawn_by", "template_withdrawal_paired"),
            one_of("purpose", TemplatePurpose, "template_purpose_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"
