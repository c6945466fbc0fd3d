"""What is done with a whole list in the background: acts on many cases, and lists taken along as files."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.list_work_querysets import BulkActQuerySet, BulkLineQuerySet, ExportQuerySet
from complaints.models.complaints import Complaint
from omsportal.platform.fields import SealedField


class BulkAct(models.Model):
    """One act on many cases, judged and done case by case. The cases are those that were marked, or a list as
    it is when the work begins: then `gathered_at` says when it was read."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("give to a colleague")
        RELEASE = "release", pgettext_lazy("act", "put back into the queue")
        ESCALATE = "escalate", _("pass to the next tier")
        FORWARD = "forward", _("forward to another body")
        RECLASSIFY = "reclassify", _("change the classification")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("act"), max_length=10, choices=Kind.choices)
    # Ids and codes only: to whom, to which body, which reason.
    arguments = models.JSONField(_("arguments"), default=dict)
    sealed = SealedField(bound_to="reference", null=True, verbose_name=_("note"))  # {note}; gone when done
    # Of a whole list: its name, and the checked values of its filter.
    tab = models.CharField(_("list"), max_length=12, blank=True)
    chosen = models.JSONField(_("filter"), default=dict, blank=True)
    made_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("asked for at"))
    # How far the list was read: the place of the next case.
    cursor = models.CharField(_("position"), max_length=200, blank=True)
    gathered_at = models.DateTimeField(_("list read at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    total_count = models.PositiveIntegerField(_("cases"), default=0)
    done_count = models.PositiveIntegerField(_("done so far"), default=0)

    objects: ClassVar = BulkActQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: the note to the cases, until it is written to each of them"}

    class Meta:
        verbose_name = _("act on many cases")
        verbose_name_plural = _("acts on many cases")
        indexes = [
            models.Index(fields=["made_by", "id"], name="bulk_act_of_person"),
            models.Index(fields=["id"], name="bulk_act_unfinished", condition=Q(finished_at=None)),
            models.Index(fields=["finished_at"], name="bulk_act_finished"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["assign", "release", "escalate", "forward", "reclassify"]),
                name="bulk_act_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("made_at"), gathered_at__isnull=False),
                name="bulk_act_finished_after_gathered",
            ),
            models.CheckConstraint(
                condition=Q(gathered_at=None) | Q(gathered_at__gte=F("made_at")),
                name="bulk_act_gathered_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class BulkLine(models.Model):
    """What became of one case. `version` is the case as it was when it was chosen."""

    class Result(models.TextChoices):
        WAITING = "waiting", _("not done yet")
        DONE = "done", _("done")
        PROPOSED = "proposed", _("proposed: a second person decides")
        REFUSED = "refused", _("not done: a rule or a right is against it")
        CHANGED = "changed", _("not done: somebody changed the case meanwhile")
        FAILED = "failed", _("not done: the portal failed")

    bulk = models.ForeignKey(BulkAct, models.CASCADE, related_name="lines", db_index=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(_("version"))
    result = models.CharField(
        _("result"), max_length=10, choices=Result.choices, default=Result.WAITING.value
    )
    why = models.CharField(_("why not"), max_length=24, blank=True)
    at = models.DateTimeField(_("at"), null=True, blank=True)

    objects: ClassVar = BulkLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("case of an act on many")
        verbose_name_plural = _("cases of acts on many")
        indexes = [models.Index(fields=["bulk", "result", "id"], name="bulk_line_by_result")]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "complaint"], name="bulk_line_once_a_case"),
            models.CheckConstraint(
                condition=Q(result="waiting", at=None)
                | Q(result__in=["done", "proposed", "refused", "changed", "failed"], at__isnull=False),
                name="bulk_line_result_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id}/{self.complaint_id}: {self.result}"


class Export(models.Model):
    """A list taken along as a file: who, which list and filter, how many rows. This stays, its file goes."""

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (XLSX)")
        CSV = "csv", _("CSV, for any program")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    language = models.CharField(_("language"), max_length=8)
    tab = models.CharField(_("list"), max_length=12)
    chosen = models.JSONField(_("filter"), default=dict, blank=True)
    # What the person was when the list was read: whoever is less now does not open it.
    rights = models.JSONField(_("rights"), default=dict)
    made_by = models.ForeignKey("representatives.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("asked for at"))
    # How far the list was read: the place of the next row.
    cursor = models.CharField(_("position"), max_length=200, blank=True)
    rows_count = models.PositiveIntegerField(_("rows"), default=0)
    read_at = models.DateTimeField(_("list read at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    is_cut = models.BooleanField(_("longer than a file may be"), default=False)
    expires_at = models.DateTimeField(_("opens until"))
    emptied_at = models.DateTimeField(_("file deleted at"), null=True, blank=True)

    objects: ClassVar = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")
        indexes = [
            models.Index(fields=["made_by", "id"], name="export_of_person"),
            models.Index(fields=["expires_at"], name="export_has_file", condition=Q(emptied_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=["xlsx", "csv"]), name="export_format_known"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("read_at"), read_at__isnull=False),
                name="export_finished_after_read",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="export_expires_after_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tab} {self.reference}"


class ExportPart(models.Model):
    """Some rows of an export, or a piece of its file; goes with the file."""

    class Kind(models.TextChoices):
        ROWS = "rows", _("rows")
        FILE = "file", _("piece of the file")

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts", db_index=False)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    position = models.PositiveIntegerField(_("position"))
    sealed = SealedField(bound_to="export_id", verbose_name=_("content"))  # {ids, rows} or {file}

    PROTECTION = {
        "sealed": "sealed: rows of a list, without stories, names and contacts of patients; deleted in a day"
    }

    class Meta:
        verbose_name = _("part of an export")
        verbose_name_plural = _("parts of exports")
        constraints = [
            models.UniqueConstraint(fields=["export", "kind", "position"], name="export_part_once"),
            models.CheckConstraint(condition=Q(kind__in=["rows", "file"]), name="export_part_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.kind} {self.position}"


class ExportShare(models.Model):
    """How many rows of an export are of one branch: its head sees who took them along."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="shares", db_index=False)
    branch = models.ForeignKey("insurers.Branch", models.PROTECT, related_name="+", db_index=False)
    rows_count = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("branch of an export")
        verbose_name_plural = _("branches of exports")
        indexes = [models.Index(fields=["branch", "export"], name="export_share_of_branch")]
        constraints = [
            models.UniqueConstraint(fields=["export", "branch"], name="export_share_once"),
        ]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.branch_id}"
