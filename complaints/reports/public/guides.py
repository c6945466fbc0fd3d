"""The pages "how do I …": a list, and one guide with whom to call."""

from collections.abc import Sequence
from datetime import date, datetime

from complaints.models import Category, Guide
from insurers.models import Branch, Insurer, Region
from insurers.reports import NumberToCall, numbers_to_call, today_in


def guides(today: date) -> list[Guide]:
    """In the order in which people read them."""
    return list(Guide.objects.valid_on(today))


def guide(slug: str, today: date) -> Guide | None:
    """The one of this day, with the theme of its appeal while that theme is still offered."""
    found: Guide | None = Guide.objects.valid_on(today).with_theme().by_slug(slug)
    if found is not None and found.theme is not None and not _is_offered(found, today):
        found.theme = None
    return found


def of_theme(theme: Category, today: date) -> list[Guide]:
    """What to do before it comes to an appeal of this theme."""
    return list(Guide.objects.valid_on(today).about(theme))


def numbers_of(
    guide: Guide, *, region: Region | None, insurer: Insurer | None, now: datetime
) -> Sequence[NumberToCall]:
    """Whom to call about it in the region that was chosen: the fund where the fund helps."""
    if region is None:
        return []
    return numbers_to_call(region=region, insurer=None if guide.by_fund else insurer, now=now)


def fund_to_write_to(guide: Guide, *, region: Region | None, now: datetime) -> Branch | None:
    """The fund of the region that was chosen, for a guide about what the fund helps with."""
    if region is None or not guide.by_fund:
        return None
    return Branch.objects.valid_on(today_in(region, now)).fund_of_region(region)


def _is_offered(guide: Guide, today: date) -> bool:
    theme = guide.theme
    return (
        theme is not None
        and theme.valid_from <= today
        and (theme.valid_to is None or theme.valid_to >= today)
    )
