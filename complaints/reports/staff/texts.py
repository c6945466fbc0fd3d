"""Approved texts for those who look after them and those who use them."""

from dataclasses import dataclass
from datetime import date

from complaints.answer_querysets import TemplateQuerySet
from complaints.models import Template
from complaints.reports.staff.places import branches_of
from insurers.querysets import BranchQuerySet
from representatives.profiles import Profile

#: One branch has dozens of texts. Of very many branches the page says that it is cut; the file has them all.
MOST = 500


@dataclass(frozen=True, slots=True)
class Shelf:
    """The texts of the person's branches and the common ones: in force, and withdrawn."""

    in_force: list[Template]
    withdrawn: list[Template]
    is_cut: bool

    @property
    def most(self) -> int:
        return MOST


def edited_branches(profile: Profile) -> BranchQuerySet:
    """Whose texts this person writes: of branches they head or administer."""
    supervised = branches_of(profile)
    if not profile.insurer_ids:
        supervised = supervised.filter(pk__in=profile.headed_branch_ids)
    return supervised.with_names().alphabetical()


def seen_by(profile: Profile) -> TemplateQuerySet:
    """The newest version of each, common ones and those of the person's branches."""
    return Template.objects.of_branches(branches_of(profile).values("pk")).newest().with_names()


def shelf(profile: Profile, today: date) -> Shelf:
    """Three small reads; a common text that the branch has changed is not shown twice."""
    found = list(seen_by(profile).in_order()[: MOST + 1])
    rows = found[:MOST]
    in_force = [row for row in rows if is_in_force(row, today)]
    withdrawn = [row for row in rows if not is_in_force(row, today)]
    return Shelf(in_force, withdrawn, is_cut=len(found) > MOST)


def text_of(profile: Profile, template_id: int) -> Template | None:
    """Any version of a common text or of one of the person's branches."""
    seen = Template.objects.of_branches(branches_of(profile).values("pk"))
    found: Template | None = seen.with_names().filter(pk=template_id).first()
    return found


def versions_of(template: Template) -> list[Template]:
    """The newest first."""
    return list(Template.objects.of_code(template.code, template.branch_id).with_names())


def is_in_force(template: Template, today: date) -> bool:
    ended = template.valid_to is not None and template.valid_to < today
    return template.withdrawn_at is None and template.superseded_at is None and not ended


def may_edit(profile: Profile, template: Template) -> bool:
    """A common text is changed by a version of the own branch in its place."""
    return template.branch_id is not None and edited_branches(profile).filter(pk=template.branch_id).exists()
