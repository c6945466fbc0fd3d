"""What was said and sent about an earlier appeal comes along into the one that goes on with it.

Whoever works the new one serves another tier or another body and does not open the earlier one: without its
story, its answer and its files they would ask the person for everything once more.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import file_store
from complaints.documents import Removed
from complaints.file_types import Accepted, FileRefused
from complaints.models import Answer, Attachment, Card, Complaint
from complaints.services import attachments, thread
from omsportal.platform import sealed

#: The newest; a longer correspondence is read where it stands.
MOST_MESSAGES = 50
Keep = Callable[..., Attachment]
log = logging.getLogger(__name__)


def take_along(*, earlier: Complaint, later: Complaint, keep: Keep, with_story: bool = False) -> None:
    """What the applicant sent becomes files of the new appeal; where it comes from, what both sides wrote to
    each other and the answer stand in its thread, for staff only. Notes of staff stay where they are.

    `keep` as attachments.all_or_nothing gives it; `with_story`: the new appeal has other words of its own. A
    file that cannot be brought keeps no appeal back: it is said that it lies with the earlier one.
    """
    left = sum(not _brought(file, later, keep) for file in earlier.attachments.to_take_along())
    with translation.override(settings.LANGUAGE_CODE):
        said = [_whence(earlier), *_said(earlier, with_story=with_story), *_left_behind(left)]
        thread.post_by_portal(later, "\n\n".join(said), is_internal=True, now=later.registered_at)


def _brought(file: Attachment, later: Complaint, keep: Keep) -> bool:
    removed = tuple(Removed(kind) for kind in file.removed_kinds)
    try:
        copy = Accepted(file.sealed["name"], file.media_type, attachments.content(file), removed)
        keep(complaint=later, file=copy, uploaded_by=file.uploaded_by, now=later.registered_at)
    except (file_store.Missing, sealed.Unsealable, FileRefused) as error:
        why = type(error).__name__  # its words may name the file
        log.error("file %s did not come along into case %s: %s", file.storage_name, later.pk, why)
        return False
    return True


def _whence(earlier: Complaint) -> str:
    known = {
        "number": earlier.number, "branch": earlier.branch,
        "day": date_format(earlier.registered_on, "j E Y"),
    }  # fmt: skip
    return _("It goes on with appeal No. %(number)s, registered on %(day)s: %(branch)s.") % known


def _said(earlier: Complaint, *, with_story: bool) -> Iterator[str]:
    story = Card.objects.get(pk=earlier.pk).sealed["details"].get("story") if with_story else ""
    if story:
        yield _("What happened, in the words of the applicant:") + f"\n{story}"
    for message in reversed(earlier.messages.public().order_by("-id")[:MOST_MESSAGES]):
        who = message.get_author_kind_display()
        yield f"{_day(message.posted_at, earlier)}, {who}:\n{message.sealed['text']}"
    for answer in Answer.objects.filter(complaint=earlier):
        words = {"day": _day(answer.decided_at, earlier), "outcome": answer.get_outcome_display()}
        yield _("Answer of %(day)s, %(outcome)s:") % words + f"\n{answer.sealed['text']}"


def _left_behind(count: int) -> Iterator[str]:
    if count:
        text = ngettext(
            "%(count)d file could not be brought along: it lies with the earlier appeal.",
            "%(count)d files could not be brought along: they lie with the earlier appeal.",
            count,
        )
        yield text % {"count": count}


def _day(moment: datetime, case: Complaint) -> str:
    return date_format(moment.astimezone(case.branch.zone), "j E Y")
