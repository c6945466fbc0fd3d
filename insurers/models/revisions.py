"""Changes of phones, offices and posts that people prepare before anybody outside sees them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insurers.models.organisations import Branch, Insurer
from insurers.querysets import RevisionQuerySet
from omsportal.platform.constraints import in_order, one_of, paired


class Noun(models.TextChoices):
    """What is looked after in the editor of organisations."""

    HOTLINE = "hotline", _("phone")
    OFFICE = "office", _("office")
    CLINIC_POST = "clinic_post", _("post in a clinic")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    DISCARDED = "discarded", _("discarded")


class Stopped(models.TextChoices):
    """Why a draft is not published at the moment that was chosen for it."""

    CHANGED = "changed", _("The draft was changed after the moment had been chosen.")
    NO_RIGHT = "no_right", _("Who chose the moment does not look after this any more.")
    MOVED_ON = "moved_on", _("What is published was changed meanwhile.")
    REFUSED = "refused", _("It could not be published as it is.")
    LATE = "late", _("The portal stood still at that moment and for too long after it.")


class PreparedChange(models.Model):
    """A draft of a new row, or of a change of one; published or discarded it stays as a record.

    Nothing public reads such a table: what it holds is public only once it has been written into the row.
    `values` is what the row shall be, `seen` what it was when the draft was begun, both as the editor's form
    has them; neither says anything about a person. `row_id` is empty for a new row; `made_row_id` is the row
    that publishing made or changed.
    """

    id = models.BigAutoField(primary_key=True)
    row_id = models.BigIntegerField(_("row"), null=True, blank=True)
    values = models.JSONField(_("as it shall be"))
    seen = models.JSONField(_("as it was"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=RevisionState.choices, default=RevisionState.DRAFT
    )
    changed_by_id = models.BigIntegerField(_("changed by"))
    changed_at = models.DateTimeField(_("changed"))
    settled_by_id = models.BigIntegerField(_("settled by"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    made_row_id = models.BigIntegerField(_("row that came of it"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.state == RevisionState.DRAFT

    @staticmethod
    def settled_rightly(prefix: str) -> list[models.BaseConstraint]:
        """A draft is not settled; what is settled says who and when. The names begin with `prefix`."""
        return [
            one_of("state", RevisionState, f"{prefix}_state_known"),
            paired("settled_by_id", "settled_at", f"{prefix}_settled_paired"),
            models.CheckConstraint(
                name=f"{prefix}_settled_iff_no_draft",
                condition=Q(state=RevisionState.DRAFT, settled_at__isnull=True)
                | (~Q(state=RevisionState.DRAFT) & Q(settled_at__isnull=False)),
            ),
            in_order("changed_at", "settled_at", f"{prefix}_settled_after_change"),
        ]


class Revision(PreparedChange):
    """A prepared change of a phone, an office or a post; it belongs to a branch or to an insurer.

    `publish_at` is the moment that somebody chose for it; `stopped_why` says that it is not published then
    after all. A draft published at its moment keeps it, whatever is published by hand has none.
    """

    noun = models.CharField(_("what"), max_length=12, choices=Noun.choices)
    insurer = models.ForeignKey(
        Insurer, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )
    branch = models.ForeignKey(
        Branch, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    publish_at = models.DateTimeField(_("published at the moment"), null=True, blank=True)
    scheduled_by_id = models.BigIntegerField(_("moment chosen by"), null=True, blank=True)
    scheduled_at = models.DateTimeField(_("moment chosen"), null=True, blank=True)
    stopped_why = models.CharField(
        _("why not at the moment"), max_length=10, choices=Stopped.choices, blank=True, default="",
        db_default="",
    )  # fmt: skip
    stopped_at = models.DateTimeField(_("not at the moment since"), null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("prepared change")
        verbose_name_plural = _("prepared changes")
        indexes = [
            models.Index(fields=["noun", "made_row_id"], name="revision_of_made_row"),
            models.Index(
                fields=["publish_at"],
                condition=Q(state=RevisionState.DRAFT, stopped_why="", publish_at__isnull=False),
                name="revision_due",
            ),
        ]
        constraints = [
            one_of("noun", Noun, "revision_noun_known"),
            models.CheckConstraint(
                name="revision_has_one_owner",
                condition=Q(insurer__isnull=True, branch__isnull=False)
                | Q(insurer__isnull=False, branch__isnull=True, noun=Noun.HOTLINE),
            ),
            *PreparedChange.settled_rightly("revision"),
            # Two people who begin at once meet in one draft.
            models.UniqueConstraint(
                fields=["noun", "row_id"],
                condition=Q(state=RevisionState.DRAFT),
                name="revision_one_draft_of_a_row",
            ),
            paired("scheduled_by_id", "scheduled_at", "revision_scheduled_paired"),
            paired("publish_at", "scheduled_at", "revision_moment_paired"),
            in_order("scheduled_at", "publish_at", "revision_moment_after_choice"),
            models.CheckConstraint(
                name="revision_stopped_of_a_moment",
                condition=Q(stopped_why="", stopped_at__isnull=True)
                | Q(
                    stopped_why__in=Stopped.values,
                    stopped_at__isnull=False,
                    state=RevisionState.DRAFT,
                    publish_at__isnull=False,
                ),
            ),
        ]

    @property
    def is_scheduled(self) -> bool:
        """The timer will publish it at its moment."""
        return self.is_draft and self.publish_at is not None and not self.stopped_why

    @property
    def owner(self) -> Insurer | Branch:
        found = self.branch or self.insurer
        assert found is not None, "the constraint revision_has_one_owner forbids it"
        return found

    def __str__(self) -> str:
        return f"{self.get_noun_display()}: {self.get_state_display()}"
