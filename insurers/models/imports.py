"""Files of registries on their way in: who brought what, what was found in it, what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insurers.import_querysets import RegistryImportQuerySet
from omsportal.platform.constraints import in_order, one_of, paired
from omsportal.platform.fields import SealedField


class RegistryKind(models.TextChoices):
    POLICIES = "policies", _("registry of policies")
    INSURERS = "insurers", _("register of insurers (F002)")
    CLINICS = "clinics", _("register of clinics")


class ImportState(models.TextChoices):
    LOOKING = "looking", _("being looked at")
    READY = "ready", _("waits for your decision")
    REFUSED = "refused", _("cannot be read")
    LOADING = "loading", _("being loaded")
    LOADED = "loaded", _("loaded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RegistryImport(models.Model):
    """A file that a person brought: looked at first, and loaded when the person has seen what it does.

    `branch_ids`: the branches that this person could fill at that moment; lines about others are bad ones.
    `findings` holds counts, and for bad lines their numbers, columns and codes: nobody's data.
    """

    kind = models.CharField(_("what"), max_length=10, choices=RegistryKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.LOOKING
    )
    branch_ids = ArrayField(models.BigIntegerField(), verbose_name=_("branches"))
    region_codes = ArrayField(models.CharField(max_length=2), verbose_name=_("regions"))
    replace = models.BooleanField(_("the file is all there is"), default=False)
    size = models.BigIntegerField(_("bytes"))
    requested_by_id = models.BigIntegerField(_("brought by"))
    requested_at = models.DateTimeField(_("brought"))
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    findings = models.JSONField(_("what was found"), default=dict, blank=True)
    approved_by_id = models.BigIntegerField(_("loaded by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = RegistryImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a registry")
        verbose_name_plural = _("imports of registries")
        ordering = ["-pk"]
        constraints = [
            one_of("kind", RegistryKind, "registryimport_kind_known"),
            paired("approved_by_id", "approved_at", "registryimport_approval_paired"),
            in_order("requested_at", "approved_at", "registryimport_approved_after_brought"),
            in_order("requested_at", "finished_at", "registryimport_finished_after_brought"),
            models.CheckConstraint(
                name="registryimport_finished_iff_over",
                condition=Q(state__in=["refused", "loaded", "withdrawn"], finished_at__isnull=False)
                | Q(state__in=["looking", "ready", "loading"], finished_at__isnull=True),
            ),
        ]
        indexes = [
            # What is not over yet: a round forgets the files that nobody decided about.
            models.Index("requested_at", name="registryimport_open", condition=Q(finished_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} №{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None


class RegistryFilePart(models.Model):
    """A piece of an imported file, sealed; gone as soon as the import is over."""

    PROTECTION = {"content": "sealed: a piece of the file that somebody brought, until it is loaded"}

    registry_import = models.ForeignKey(
        RegistryImport, on_delete=models.CASCADE, related_name="parts", verbose_name=_("import")
    )
    place = models.IntegerField(_("place"))
    key = models.UUIDField(_("what the content is bound to"))
    content = SealedField(_("content, sealed"), bound_to="key")

    class Meta:
        verbose_name = _("piece of a registry's file")
        verbose_name_plural = _("pieces of registries' files")
        constraints = [
            models.UniqueConstraint(fields=["registry_import", "place"], name="registryfilepart_once"),
            models.UniqueConstraint(fields=["key"], name="registryfilepart_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.registry_import_id}: {self.place}"
