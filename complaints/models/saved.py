"""What a member of staff keeps for themselves of the lists of the workplace."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.list_querysets import SavedListQuerySet


class SavedList(models.Model):
    """A list narrowed to plain attributes, under a name of one's own; nobody else sees it."""

    user = models.ForeignKey("representatives.User", models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(_("name of the view"), max_length=40)
    tab = models.CharField(_("list"), max_length=12)
    # As it stands in an address: ids and codes, checked by the form of the filter.
    query = models.CharField(_("filter"), max_length=400)
    saved_at = models.DateTimeField(_("saved at"))

    objects: ClassVar = SavedListQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "title"], name="saved_list_one_of_a_name")]

    def __str__(self) -> str:
        return self.title
