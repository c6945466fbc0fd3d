"""How to get something done before anything has gone wrong: an appointment, a doctor, a policy."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.classifier import Category, validity_range
from complaints.querysets import GuideQuerySet
from insurers.models.parts import tracked


@tracked()
class Guide(models.Model):
    """One page of advice, dated: rules change, and the page of their time ends with them.

    `theme` is what an appeal is about when the advice did not help. `page` is a page of the portal that helps
    with it; `link` leads out of the portal: nobody is sent there without reading where to.
    """

    class Page(models.TextChoices):
        """Names of routes."""

        TERMS = "terms", _("waiting times")
        INSURERS = "insurers", _("insurers and funds")
        POLICY_CHECK = "policy_check", _("check of a policy number")

    slug = models.SlugField(_("code"))
    position = models.PositiveSmallIntegerField(_("place in the list"))
    title = models.CharField(_("title"), max_length=120)
    hint = models.CharField(_("what it helps with"), max_length=240, blank=True)
    icon = models.SlugField(_("icon"), default="question")
    steps = models.JSONField(_("what to do, step by step"), default=list)
    free_of_charge = models.TextField(_("what must be free"), blank=True)
    basis = models.CharField(_("by which rule"), max_length=240, blank=True)
    title_en = models.CharField(_("title, in English"), max_length=120, blank=True, default="")
    hint_en = models.CharField(_("what it helps with, in English"), max_length=240, blank=True, default="")
    steps_en = models.JSONField(_("what to do, step by step, in English"), default=list, blank=True)
    free_of_charge_en = models.TextField(_("what must be free, in English"), blank=True, default="")
    basis_en = models.CharField(_("by which rule, in English"), max_length=240, blank=True, default="")
    theme = models.ForeignKey(
        Category,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("theme of an appeal"),
    )
    by_fund = models.BooleanField(
        _("the territorial fund helps"),
        default=False,
        help_text=_("The page shows the fund's phone instead of the insurer's."),
    )
    page = models.CharField(_("page of the portal"), max_length=12, choices=Page.choices, blank=True)
    link = models.URLField(_("address outside the portal"), blank=True)
    link_title = models.CharField(_("what is there"), max_length=120, blank=True)
    link_title_en = models.CharField(_("what is there, in English"), max_length=120, blank=True, default="")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "valid_from"], name="guide_once"),
            ExclusionConstraint(
                name="guide_one_at_a_time",
                expressions=[
                    (validity_range(), RangeOperators.OVERLAPS),
                    ("slug", RangeOperators.EQUAL),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="guide_validity"
            ),
            models.CheckConstraint(
                condition=Q(page__in=["", "terms", "insurers", "policy_check"]), name="guide_page_known"
            ),
            models.CheckConstraint(
                condition=Q(link="", link_title="") | ~Q(link="") & ~Q(link_title=""),
                name="guide_link_has_title",
                violation_error_message=_("Write both, the address and what is there, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
