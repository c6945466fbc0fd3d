"""What another page already knows comes along into an unsent appeal, so that nobody types it twice."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Draft
from complaints.services import drafts
from complaints.services.drafts import Typed
from insurers.models import Region

#: Names of pages of filing, as drafts keep them.
THEME, STORY = "theme", "story"


def may_carry(*, draft: Draft | None, theme: Category) -> bool:
    """Nothing is carried into an appeal that was begun about something else."""
    if draft is None or THEME not in draft.sealed.get("passed", ()):
        return True
    return bool(_typed(draft, THEME).get("theme", [""])[-1] == theme.slug)


@transaction.atomic
def carry_waiting(
    *, draft: Draft, theme: Category, kind: str, since: date, region: Region | None, now: datetime
) -> None:
    """What somebody waits for, since when and where. A page that was finished stays as it is, and so does
    whatever was typed on one that was not. Raises NothingToSend."""
    waiting: dict[str, list[str]] = {
        "waiting_for": [kind],
        "waiting_since_day": [str(since.day)],
        "waiting_since_month": [str(since.month)],
        "waiting_since_year": [str(since.year)],
    }
    if region is not None:
        waiting["story"] = [_("I am treated in this region: %(region)s.") % {"region": region} + "\n"]
    own = {name: texts for name, texts in _typed(draft, STORY).items() if any(texts)}
    pages: dict[str, Typed] = {
        THEME: {**_typed(draft, THEME), "theme": [theme.slug]},
        STORY: {**waiting, **own},
    }
    for page, typed in pages.items():
        drafts.keep_unfinished(draft=draft, step=page, typed=typed, now=now)


def _typed(draft: Draft, page: str) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = draft.sealed.get("typed", {}).get(page, {})
    return typed
