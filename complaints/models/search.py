"""What search reads and what it leaves behind: words of cases, known surnames, and what staff looked for."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Complaint
from complaints.search_querysets import CaseWordsQuerySet, SearchQuerySet
from omsportal.platform.fields import SealedField


class CaseWords(models.Model):
    """The words a case is found by: a narrow row beside the card, filled after the commit."""

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("appeal")
    )
    lexemes = SearchVectorField(verbose_name=_("digests of words"))

    objects: ClassVar = CaseWordsQuerySet.as_manager()

    PROTECTION = {
        "lexemes": "blind index: search by words of the story, names and the clinic, in any grammatical form"
    }

    class Meta:
        verbose_name = _("searched words")
        verbose_name_plural = _("searched words")
        # A list of pending entries would be read whole by every search.
        indexes = [GinIndex(fields=["lexemes"], name="case_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class WordsDue(models.Model):
    """A case whose words are to be read anew; written by a trigger of the card, in the card's transaction."""

    complaint_id = models.BigIntegerField(primary_key=True, verbose_name=_("number of the row"))
    # Could not be read: not before this moment again.
    retry_at = models.DateTimeField(_("not before"), null=True, blank=True)

    class Meta:
        verbose_name = _("case whose words are due")
        verbose_name_plural = _("cases whose words are due")

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Surname(models.Model):
    """A surname that some card has: typed with a slip, it is looked for here and not among all cards."""

    key = models.CharField(_("surname, folded"), max_length=80, primary_key=True)

    PROTECTION = {"key": "plain: surnames without their people, for search by a surname with slips"}

    class Meta:
        verbose_name = _("known surname")
        verbose_name_plural = _("known surnames")
        indexes = [GinIndex(fields=["key"], name="surname_trigram", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return "…"


class Search(models.Model):
    """One search: of what kind, how many it found, and for an hour, sealed, what was typed.

    Its reference is the address of its results, for its person alone.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "representatives.User", models.PROTECT, related_name="+", db_index=False,
        verbose_name=_("member of staff"),
    )  # fmt: skip
    kinds = ArrayField(models.CharField(max_length=16), verbose_name=_("what was looked for"))
    # Of the first page; one more than a page holds: there are more.
    found = models.PositiveSmallIntegerField(_("found"), null=True, blank=True)
    sealed = SealedField(bound_to="reference", null=True, blank=True, verbose_name=_("what was typed"))
    made_at = models.DateTimeField(_("time of the search"))
    expires_at = models.DateTimeField(_("results until"))

    objects: ClassVar = SearchQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: what was typed, for an hour"}

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [
            models.Index(
                fields=["expires_at"], name="search_words_expiry", condition=Q(sealed__isnull=False)
            ),
            models.Index(fields=["user", "made_at"], name="search_of_person"),
            models.Index(fields=["made_at"], name="search_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="search_expires_after_made")
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
