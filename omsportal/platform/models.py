"""Plumbing tables. A row names what it is about by (kind, id), because this layer knows no noun."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.constraints import at_most_one, in_order, one_of, paired
from omsportal.platform.kinds import Channel, JobState, Reader, Reading, Severity
from omsportal.platform.querysets import AlarmQuerySet, JobQuerySet, OutboxQuerySet, ReadLogQuerySet
from omsportal.platform.triggers import append_only


class Outbox(models.Model):
    """One notice to one receiver; it is written in the transaction of the change that it tells about.

    The unique key makes doubles impossible. `payload` holds numbers and ids only, never personal data:
    addresses and names are resolved at the moment of sending.
    """

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel)
    kind = models.CharField(_("kind"), max_length=40)
    subject_kind = models.CharField(_("subject"), max_length=40)
    subject_id = models.BigIntegerField(_("subject number"))
    hop = models.IntegerField(_("move"), default=0, db_default=0)
    receiver_kind = models.CharField(_("receiver"), max_length=16, default="", db_default="", blank=True)
    receiver_id = models.BigIntegerField(_("receiver number"), default=0, db_default=0)
    dedup = models.BigIntegerField(_("number of the occasion"), default=0, db_default=0)
    payload = models.JSONField(_("data"), default=dict, db_default={}, blank=True)
    created_at = models.DateTimeField(_("created"))
    available_at = models.DateTimeField(_("not before"))
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    attempts = models.SmallIntegerField(_("attempts"), default=0, db_default=0)
    sent_at = models.DateTimeField(_("time of sending"), null=True, blank=True)
    skipped_at = models.DateTimeField(_("nothing to send"), null=True, blank=True)
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)
    # Nobody can know whether it arrived, and enough copies have left: a person decides.
    doubtful_at = models.DateTimeField(_("perhaps sent"), null=True, blank=True)
    copies = models.SmallIntegerField(_("copies that may have left"), default=0, db_default=0)
    urgent = models.BooleanField(_("before all others"), default=False, db_default=False)
    left_at = models.DateTimeField(_("left as it is"), null=True, blank=True)
    left_by_id = models.BigIntegerField(_("left by"), null=True, blank=True)
    error = models.TextField(_("last error"), default="", db_default="", blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                name="outbox_once",
                fields=[
                    "subject_kind", "subject_id", "hop", "kind", "channel",
                    "receiver_kind", "receiver_id", "dedup",
                ],
            ),
            one_of("channel", Channel, "outbox_channel_known"),
            paired("lease_token", "leased_until", "outbox_lease_paired"),
            at_most_one(("sent_at", "skipped_at", "dead_at", "doubtful_at"), "outbox_one_end"),
            paired("left_at", "left_by_id", "outbox_left_paired"),
            models.CheckConstraint(
                name="outbox_left_after_it_failed",
                condition=Q(left_at__isnull=True) | Q(dead_at__isnull=False) | Q(doubtful_at__isnull=False),
            ),
            models.CheckConstraint(name="outbox_attempts_not_negative", condition=Q(attempts__gte=0)),
            models.CheckConstraint(name="outbox_copies_not_negative", condition=Q(copies__gte=0)),
        ]  # fmt: skip
        indexes = [
            # Serves the lease: the due rows of one lane in order, and nothing that is already over.
            models.Index(
                "channel",
                "urgent",
                "available_at",
                "id",
                name="outbox_lane",
                condition=Q(
                    sent_at__isnull=True,
                    skipped_at__isnull=True,
                    dead_at__isnull=True,
                    doubtful_at__isnull=True,
                ),
            ),
            # What waits for a person: given up or perhaps sent, and nobody has decided yet.
            models.Index(
                "id",
                name="outbox_for_a_person",
                condition=Q(left_at__isnull=True) & (Q(dead_at__isnull=False) | Q(doubtful_at__isnull=False)),
            ),
            # The lane of one receiver of webhooks, and everything it was ever sent; no other row is in them.
            models.Index(
                "receiver_id",
                "available_at",
                "id",
                name="outbox_receiver",
                condition=Q(
                    channel="webhook",
                    sent_at__isnull=True,
                    skipped_at__isnull=True,
                    dead_at__isnull=True,
                    doubtful_at__isnull=True,
                ),
            ),
            models.Index(
                "receiver_id", "created_at", "id", name="outbox_of_receiver", condition=Q(channel="webhook")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.subject_kind} {self.subject_id}"


class IdempotencyKey(models.Model):
    """The answer to a request that carried an idempotency key, for a repeat within 24 hours.

    The key itself is not here: its keyed hash finds the row, and only the key opens the answer.
    """

    key_hash = models.CharField(_("keyed hash of the key"), max_length=64, primary_key=True)
    scope = models.CharField(_("operation"), max_length=64)
    body_digest = models.BinaryField(_("keyed digest of the body"), max_length=32)
    status = models.SmallIntegerField(_("status"), null=True)
    sealed_response = models.BinaryField(_("sealed answer"), null=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            paired("status", "sealed_response", "idempotencykey_answer_paired"),
            in_order("created_at", "expires_at", "idempotencykey_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key_hash[:8]}"


class Job(models.Model):
    """Long work with visible progress: an import, an export, a recount after a changed calendar."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    arguments = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.QUEUED)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    done_count = models.IntegerField(_("done so far"), default=0)
    total_count = models.IntegerField(_("in all"), null=True, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), default="", blank=True)
    created_by_id = models.BigIntegerField(_("requested by"), null=True, blank=True)
    created_at = models.DateTimeField(_("requested"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            paired("started_at", "beat_at", "job_start_paired"),
            models.CheckConstraint(
                name="job_moments_match_state",
                condition=Q(state="queued", started_at__isnull=True, finished_at__isnull=True)
                | Q(state="running", started_at__isnull=False, finished_at__isnull=True)
                | Q(state__in=["done", "failed"], started_at__isnull=False, finished_at__isnull=False),
            ),
            in_order("created_at", "started_at", "job_starts_after_request"),
            in_order("started_at", "finished_at", "job_finishes_after_start"),
            models.CheckConstraint(
                name="job_count_within_total",
                condition=Q(done_count__gte=0)
                & (Q(total_count__isnull=True) | Q(done_count__lte=models.F("total_count"))),
            ),
            # The same work asked for twice waits once.
            models.UniqueConstraint(
                name="job_queued_once",
                fields=["kind", "arguments", "created_by_id"],
                condition=Q(state="queued"),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index("id", name="job_unfinished", condition=Q(state__in=["queued", "running"])),
            models.Index("created_by_id", "created_at", name="job_requested"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Alarm(models.Model):
    """Something that a person must look at; raised once for a subject's hop and receiver."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject_kind = models.CharField(_("subject"), max_length=40)
    subject_id = models.BigIntegerField(_("subject number"))
    hop = models.IntegerField(_("move"), default=0, db_default=0)
    receiver_branch_id = models.BigIntegerField(_("receiving branch"), null=True, blank=True)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity, default=Severity.WARNING, db_default="warning"
    )
    payload = models.JSONField(_("data"), default=dict, db_default={}, blank=True)
    raised_at = models.DateTimeField(_("raised"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by_id = models.BigIntegerField(_("acknowledged by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                name="alarm_once",
                fields=["kind", "subject_kind", "subject_id", "hop", "receiver_branch_id"],
                nulls_distinct=False,
            ),
            one_of("severity", Severity, "alarm_severity_known"),
            paired("acknowledged_at", "acknowledged_by_id", "alarm_acknowledgement_paired"),
            in_order("raised_at", "acknowledged_at", "alarm_acknowledged_after_raised"),
            in_order("raised_at", "closed_at", "alarm_closed_after_raised"),
        ]
        indexes = [
            models.Index(
                "receiver_branch_id", "raised_at", name="alarm_open", condition=Q(closed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"


class Heartbeat(models.Model):
    """When a process last proved that it works."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    beat_at = models.DateTimeField(_("last sign of life"))
    detail = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class ReadLog(models.Model):
    """Who opened what of whom, and when. Append-only; it answers "who read this case"."""

    id = models.BigAutoField(primary_key=True)
    reader_kind = models.CharField(_("reader"), max_length=8, choices=Reader)
    reader_id = models.BigIntegerField(_("reader number"))
    subject_kind = models.CharField(_("subject"), max_length=40)
    subject_id = models.BigIntegerField(_("subject number"))
    what = models.CharField(_("what was read"), max_length=8, choices=Reading)
    at = models.DateTimeField(_("read at"))

    objects = ReadLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            one_of("reader_kind", Reader, "readlog_reader_known"),
            one_of("what", Reading, "readlog_what_known"),
        ]
        indexes = [
            models.Index("subject_kind", "subject_id", "at", name="readlog_subject"),
            models.Index("reader_kind", "reader_id", "at", name="readlog_reader"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.reader_kind} {self.reader_id} {self.what} {self.subject_kind} {self.subject_id}"


class Seal(models.Model):
    """One link of the chain over append-only tables: a range of ids with the hash of its rows.

    `digest` is SHA-256 over the rows' own SHA-256 in the order of ids; `marks` holds for each row its
    distance from `from_id` and the first bytes of its hash, so that a broken range tells which row it is.
    `link` is a keyed digest of all of this and of the link before: without the key nobody forges it.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(_("table"), max_length=63)
    from_id = models.BigIntegerField(_("from number"))
    to_id = models.BigIntegerField(_("to number"))
    row_count = models.IntegerField(_("rows"))
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    digest = models.BinaryField(_("digest of the rows"), max_length=32)
    marks = models.BinaryField(_("marks of the rows"))
    previous = models.BinaryField(_("link before"), max_length=32)
    link = models.BinaryField(_("link"), max_length=32)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("link of the chain")
        verbose_name_plural = _("chain of the history")
        indexes = [models.Index("sealed_at", name="seal_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["source", "to_id"], name="seal_once"),
            models.UniqueConstraint(fields=["previous"], name="seal_one_chain"),
            in_order("from_id", "to_id", "seal_range_in_order"),
            models.CheckConstraint(name="seal_holds_rows", condition=Q(row_count__gte=1)),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.source} {self.from_id}–{self.to_id}"


class Limit(models.Model):
    """How often one key was hit in its window. The table is UNLOGGED: losing it in a crash costs nothing."""

    key = models.CharField(_("keyed digest"), max_length=64, primary_key=True)
    window_started_at = models.DateTimeField(_("window started"))
    expires_at = models.DateTimeField(_("window ends"), db_index=True)
    hits = models.IntegerField(_("hits"))

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(name="limit_hits_positive", condition=Q(hits__gt=0)),
            in_order("window_started_at", "expires_at", "limit_window_in_order"),
        ]

    def __str__(self) -> str:
        return self.key[:8]


class Counter(models.Model):
    """What happened so often since the installation. UNLOGGED: after a crash it starts anew from zero."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    labels = models.TextField(_("labels"))
    count = models.BigIntegerField(_("how many"))
    total = models.FloatField(_("in all"))
    classes = ArrayField(models.BigIntegerField(), verbose_name=_("by size"))

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(name="counter_once", fields=["name", "labels"]),
            models.CheckConstraint(name="counter_count_not_negative", condition=Q(count__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"


class Follower(models.Model):
    """How far somebody has read a growing table; everything up to `done_id` is dealt with."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    done_id = models.BigIntegerField(_("dealt with up to number"))
    waiting = models.JSONField(_("waits for the end of"), null=True, blank=True)

    class Meta:
        verbose_name = _("follower of a table")
        verbose_name_plural = _("followers of tables")
        constraints = [
            models.CheckConstraint(name="follower_number_not_negative", condition=Q(done_id__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.done_id}"
