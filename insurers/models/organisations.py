"""Regions, insurers, branches and funds, offices, clinics."""

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from insurers.hours_text import MOST_CHARACTERS
from insurers.models.parts import (
    Valid,
    check_time_zone,
    extension_after_phone,
    extension_field,
    folded_field,
    tracked,
    validity_in_order,
    validity_range,
)
from insurers.querysets import (
    BranchQuerySet,
    InsurerQuerySet,
    MedicalOrganisationQuerySet,
    PlaceQuerySet,
    RegionQuerySet,
)

two_digits = RegexValidator(r"^\d{2}$", _("Write the region code as two digits, for example 76."))


class Region(models.Model):
    """A subject of the federation, by its fund's code (F010): the first two digits of a policy number."""

    code = models.CharField(_("code"), max_length=2, validators=[two_digits])
    okato = models.CharField(_("OKATO"), max_length=5, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = folded_field("name")
    time_zone = models.CharField(_("time zone"), max_length=40)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="region_code_once",
                violation_error_message=_("There is already a region with this code."),
            ),
            models.CheckConstraint(
                name="region_code_two_digits",
                condition=Q(code__regex=r"^[0-9]{2}$"),
                violation_error_message=_("Write the region code as two digits, for example 76."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_time_zone(self.time_zone)

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)


#: Protocol, if it is said, and the rest: a name with a dot in it, perhaps a path.
_WEBSITE = re.compile(r"(https?://)?([\w-]+(?:\.[\w-]+)+(?:[:/]\S*)?)", re.IGNORECASE)


@tracked("name_key")
class Insurer(Valid):
    """A licensed insurance company (СМО). A territorial fund is not one: it is a branch of kind `fund`."""

    PROTECTION = {"full_name": "plain: the public name of a company"}

    code = models.SlugField(_("code"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=120)
    full_name = models.CharField(_("full name"), max_length=300)
    name_key = folded_field("short_name")
    ogrn = models.CharField(
        _("OGRN"),
        max_length=13,
        blank=True,
        validators=[RegexValidator(r"^\d{13}$", _("The OGRN of a company has 13 digits."))],
    )
    inn = models.CharField(
        _("INN"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{10}$", _("The INN of a company has 10 digits."))],
    )
    website = models.CharField(_("website"), max_length=120, blank=True)

    objects = InsurerQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurer")
        verbose_name_plural = _("insurers")
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="insurer_code_once",
                violation_error_message=_("There is already an insurer with this code."),
            ),
            validity_in_order("insurer"),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def website_url(self) -> str:
        """Where its link leads: registers write it with or without protocol. Empty for a dash or words."""
        found = _WEBSITE.fullmatch(self.website)
        return f"{found[1] or 'https://'}{found[2]}" if found else ""


class BranchKind(models.TextChoices):
    INSURER = "insurer", _("branch of an insurer")
    FUND = "fund", _("territorial fund")


@tracked("title_key")
class Branch(Valid):
    """Who answers for cases in a region: an insurer's branch or the fund; owns queues, staff, phones."""

    kind = models.CharField(_("kind"), max_length=10, choices=BranchKind.choices, default=BranchKind.INSURER)
    insurer = models.ForeignKey(
        Insurer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("insurer"),
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="branches", verbose_name=_("region")
    )
    title = models.CharField(_("title"), max_length=200)
    title_key = folded_field("title")
    schedule = models.ForeignKey(
        "insurers.WorkingSchedule",
        on_delete=models.PROTECT,
        related_name="branches",
        verbose_name=_("working hours"),
    )
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    feedback_link = models.URLField(
        _("page for letters on Gosuslugi"),
        blank=True,
        default="",
        validators=[URLValidator(schemes=["https"])],
        help_text=_(
            "The fund's own form on the state's feedback platform. People find it in the guide about writing "
            "to the fund; without it they see the postal address and the e-mail."
        ),
    )

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches and funds")
        ordering = ["title_key"]
        constraints = [
            models.CheckConstraint(
                name="branch_insurer_iff_kind",
                condition=Q(kind=BranchKind.INSURER, insurer__isnull=False)
                | Q(kind=BranchKind.FUND, insurer__isnull=True),
                violation_error_message=_("A branch belongs to an insurer, a fund belongs to none."),
            ),
            models.UniqueConstraint(
                fields=["insurer", "region"],
                name="branch_one_of_insurer_in_region",
                violation_error_message=_("This insurer already has a branch in this region."),
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind=BranchKind.FUND),
                name="branch_one_fund_in_region",
                violation_error_message=_("This region already has its fund."),
            ),
            models.CheckConstraint(
                name="branch_feedback_link_of_fund",
                condition=Q(feedback_link="") | Q(kind=BranchKind.FUND),
                violation_error_message=_("Only a fund has a page for letters on Gosuslugi."),
            ),
            validity_in_order("branch"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_fund(self) -> bool:
        return self.kind == BranchKind.FUND

    @property
    def time_zone(self) -> str:
        """The IANA name of the region's zone; load branches `with_names()`."""
        return self.region.time_zone

    @property
    def zone(self) -> tzinfo:
        return self.region.zone


@tracked()
class Office(Valid):
    """A place where the branch receives people."""

    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, related_name="offices", verbose_name=_("branch")
    )
    address = models.CharField(_("address"), max_length=300)
    hours_text = models.CharField(_("hours, as people read them"), max_length=MOST_CHARACTERS, blank=True)
    phone = PhoneNumberField(_("phone"), null=True, blank=True)
    extension = extension_field()

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["address", "pk"]
        constraints = [
            ExclusionConstraint(
                name="office_address_once",
                expressions=[("branch", "="), ("address", "="), (validity_range(), "&&")],
                violation_error_message=_("This branch already has an office at this address."),
            ),
            extension_after_phone("office"),
            validity_in_order("office"),
        ]

    def __str__(self) -> str:
        return self.address


class MedicalOrganisation(Valid):
    """A clinic or hospital that works in ОМС and may be complained of."""

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="medical_organisations", verbose_name=_("region")
    )
    code = models.CharField(_("code in the register"), max_length=10)
    name = models.CharField(_("full name"), max_length=400)
    short_name = models.CharField(_("short name"), max_length=200)
    name_key = folded_field("short_name", "name")
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = PhoneNumberField(_("phone"), null=True, blank=True)

    objects = MedicalOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("medical organisation")
        verbose_name_plural = _("medical organisations")
        ordering = ["name_key"]
        indexes = [GinIndex(fields=["name_key"], name="clinic_name_words", opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "code"],
                name="clinic_code_once_in_region",
                violation_error_message=_("This region already has a clinic with this code."),
            ),
            validity_in_order("clinic"),
        ]

    def __str__(self) -> str:
        return self.short_name


@tracked()
class ClinicPost(Valid):
    """A desk or direct phone of the insurer inside a clinic; it names no person, people there change."""

    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, related_name="clinic_posts", verbose_name=_("branch")
    )
    medical_organisation = models.ForeignKey(
        MedicalOrganisation,
        on_delete=models.CASCADE,
        related_name="posts",
        verbose_name=_("medical organisation"),
    )
    place = models.CharField(_("where to find it"), max_length=200)
    hours_text = models.CharField(_("hours, as people read them"), max_length=MOST_CHARACTERS, blank=True)
    phone = PhoneNumberField(_("phone"), null=True, blank=True)
    extension = extension_field()

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("post in a clinic")
        verbose_name_plural = _("posts in clinics")
        ordering = ["medical_organisation", "place", "pk"]
        constraints = [
            ExclusionConstraint(
                name="clinic_post_place_once",
                expressions=[
                    ("branch", "="),
                    ("medical_organisation", "="),
                    ("place", "="),
                    (validity_range(), "&&"),
                ],
                violation_error_message=_("This post is already listed."),
            ),
            extension_after_phone("clinic_post"),
            validity_in_order("clinic_post"),
        ]

    def __str__(self) -> str:
        return self.place
