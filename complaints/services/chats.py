"""A question without an appeal: a consultation, answered in its thread, and an appeal if need be."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints.call_windows import Window
from complaints.kinds import Channel, Kind
from complaints.models import Category, Complaint, Draft, Message
from complaints.services import call_requests, drafts, themes, thread
from complaints.services.call_requests import TooManyCalls, Wish
from complaints.services.filing import Filing, file_complaint
from complaints.services.transitions import RuleBroken
from complaints.states import MOVES, Event, Status
from insurers.models import Branch
from omsportal.platform import digests, limits

#: The theme of whoever just wants to ask.
QUESTION = "question"
_TAKEN = "token_digest"
_KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Question:
    """What somebody asks, and of whom. Nobody's name. `theme` is that of the page they came from, `phone`
    (+79201234567) and `window` are for a call if nobody can answer at once: both or none."""

    text: str
    branch: Branch
    theme: str = ""
    phone: str = ""
    window: Window | None = None


def new_key() -> str:
    """For the form: one key makes one chat of a question, however often its button is pressed."""
    return secrets.token_urlsafe(_KEY_BYTES)


def token_of(key: str, text: str) -> str:
    """What opens number and code (drafts.receipt). Nobody who only knows the form's key can make it."""
    return base64.urlsafe_b64encode(digests.blind(f"{key or new_key()}:{text}", "chat")).decode()


def spend(*, question: Question, token: str, address: str, now: datetime) -> None:
    """Count an attempt, not counting a repeated press. Outside a transaction.

    Raises LimitReached (the address), TooManyCalls (the phone).
    """
    if drafts.sent_with(token=token, now=now) is not None:
        return
    limits.spend("chat.address", address, now)
    if question.phone and limits.exceeded("callback.phone", question.phone, now):
        raise TooManyCalls


def ask(*, question: Question, token: str, now: datetime) -> Complaint:
    """Register the question; `token` then opens its number and code for an hour (drafts.receipt).

    The same token sent many times at once makes one chat. Raises RuleBroken (empty, too long, no hours for a
    call), TooManyCalls.
    """
    known = drafts.sent_with(token=token, now=now)
    if known is not None:
        return known
    try:
        return _register(question, token, now)
    except IntegrityError as error:
        if _TAKEN not in str(error):
            raise
    first = drafts.sent_with(token=token, now=now)
    assert first is not None, "the other press has registered it"
    return first


@transaction.atomic
def _register(question: Question, token: str, now: datetime) -> Complaint:
    filing = _filing(question, now)
    if question.window is None:
        filed = file_complaint(filing=filing, now=now)
    else:
        wish = Wish(
            branch=question.branch, category=filing.category, phone=question.phone, window=question.window
        )
        until = call_requests.promised_until(wish=wish, now=now)
        filed = file_complaint(filing=replace(filing, call_back_until=until), now=now)
        call_requests.keep_hours(complaint=filed.complaint, window=question.window)
    drafts.hand_out(filed=filed, token=token, now=now)
    return filed.complaint


def _filing(question: Question, now: datetime) -> Filing:
    """A consultation of nobody in particular: general, so that its answer may be read without a proof."""
    return Filing(
        category=_category(question.theme, now.astimezone(question.branch.zone).date()),
        kind=Kind.CONSULTATION,
        channel=Channel.CHAT,
        branch=question.branch,
        is_anonymous=True,
        applicant={"phone": question.phone} if question.phone else {},
        details={"story": thread.checked_text(question.text), "theme": question.theme},
    )


def _category(theme: str, today: date) -> Category:
    """The theme of the page, when it is one of questions; else that of questions in general."""
    found = themes.of_question(today, theme)
    if found is None:
        raise RuleBroken("no_theme", _("The chat is not open yet. Call, or file an appeal."))
    return found


def may_become_appeal(chat: Complaint) -> bool:
    return chat.channel == Channel.CHAT and Status(chat.status) in MOVES[Event.BECAME_COMPLAINT]


@transaction.atomic
def begin_appeal(*, chat: Complaint, now: datetime) -> tuple[Draft, str]:
    """An unsent appeal with everything that was said in the chat, and the token for its cookie.

    The chat goes on until the appeal is sent. Raises RuleBroken (no chat, or one that has ended).
    """
    if not may_become_appeal(chat):
        raise RuleBroken("no_chat", _("This chat is finished. File an appeal: it takes a few minutes."))
    draft, token = drafts.begin(now=now)
    drafts.remember_chat(draft=draft, chat_id=chat.pk, now=now)
    for step, (typed, passed) in _known(chat).items():
        draft = drafts.keep(draft=draft, step=step, typed=typed, passed=passed, now=now)
    return draft, token


def is_from(draft: Draft, chat: Complaint) -> bool:
    """The unsent appeal was begun out of this very chat."""
    return drafts.chat_of(draft) == chat.pk


def _known(chat: Complaint) -> Mapping[str, tuple[dict[str, list[str]], bool]]:
    """Page of filing → what is known for it, and whether that is all the page asks."""
    branch, card = chat.branch, chat.card.sealed
    insurer = branch.insurer.code if branch.insurer else "unknown"
    pages = {
        "insurer": ({"region": [branch.region.code], "insurer": [insurer]}, True),
        "story": ({"story": [story_of(chat)]}, False),
    }
    phone, theme = card["applicant"].get("phone"), _theme(chat)
    if phone:
        pages["contacts"] = ({"phone": [phone]}, False)
    if theme:
        pages["theme"] = ({"theme": [theme]}, True)
    return pages


def _theme(chat: Complaint) -> str:
    """What staff found it to be about, else the page where the question was asked; "" for a mere question."""
    asked = str(chat.card.sealed["details"].get("theme") or "")
    today = chat.registered_on
    named = Category.objects.valid_on(today).by_slug(asked) if asked else None
    for theme in (chat.category, named):
        if theme is not None and theme.default_kind == Kind.COMPLAINT:
            return str(theme.slug)
    return ""


def story_of(chat: Complaint) -> str:
    """The person's own words, in their order; as many as an appeal takes."""
    own = Message.objects.filter(complaint=chat, author_kind=Message.Author.PATIENT).order_by("id")
    texts = [str(chat.card.sealed["details"].get("story", "")), *(str(post.sealed["text"]) for post in own)]
    return "\n\n".join(texts)[: thread.MOST_CHARACTERS]
