"""The lines of a list of cases, written at one go: a page has thirty and more, each with twenty questions.

A template of its own took longer than everything else the page does (docs/adr/0042).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from complaints.kinds import Channel
from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.states import CLOCK_RUNS, Status
from complaints.templatetags.staff import is_late, is_paused, stood_in_by, warning_level
from omsportal.platform.templatetags.ui import countdown, day, icon, moment
from representatives.profiles import Profile
from representatives.roles import Tier

register = template.Library()
#: Beyond it the warning is red.
LAST_WARNING = 90
PROPOSALS = ("has_proposal", "has_answer_proposal", "has_leaving")
_ANY_NUMBER = "00-00-0000000-0"


@register.simple_tag(takes_context=True)
def case_rows(
    context: Context, cases: Iterable[Complaint], *, several_branches: bool = False,
    above: Iterable[Complaint] = (),
) -> SafeString:  # fmt: skip
    """A line for each case: what opening it would tell this person, and no more.

    A case that stands above too, in the urgent lane, has names of its own in both places.
    """
    rows = Rows(
        profile=context["desk"].profile, now=context["now"], token=context.get("csrf_token"),
        names_branches=several_branches or bool(context.get("several_branches")),
        has_marks=bool(context.get("bulk_acts")), above=frozenset(case.pk for case in above),
    )  # fmt: skip
    return mark_safe("".join(rows.row(case) for case in cases))  # noqa: S308  (made of escaped parts)


@dataclass(frozen=True, slots=True)
class Rows:
    """What all lines of a list share."""

    profile: Profile
    now: datetime
    token: Any
    names_branches: bool
    has_marks: bool
    above: frozenset[int]

    def _name(self, what: str, case: Complaint) -> str:
        """Of an element: the only one of its page."""
        return f"{what}-again-{case.number}" if case.pk in self.above else f"{what}-{case.number}"

    def row(self, case: Complaint) -> SafeString:
        opens = can(self.profile, Act.OPEN, case)
        is_new_chat = case.channel == Channel.CHAT and case.status == Status.NEW
        chat = format_html(' data-chat="{}"', case.pk) if is_new_chat else ""
        style = " queue__row--late" if is_late(case, self.now) else ""
        if case.is_urgent and case.is_open:
            style = " queue__row--urgent"
        marks = SafeString("\n".join(self._marks(case, opens=opens)))
        return format_html(
            '<li{} class="queue__row{}">\n<div class="queue__main"><p class="queue__title">{}</p>\n'
            '<p class="queue__meta">{}</p></div>\n<div class="queue__due">{}</div>\n{}\n</li>',
            chat, style, self._title(case, opens=opens), marks, self._due(case), self._acts(case),
        )  # fmt: skip

    def _title(self, case: Complaint, *, opens: bool) -> SafeString:
        words = case.category.title if opens else f"{_('Appeal')} {case.number}"
        link = format_html(
            '<a id="{}" href="{}" data-row>{}</a>',
            self._name("case", case), _address("case", case.number), words,
        )  # fmt: skip
        return format_html("{}{}", self._mark(case), link) if self.has_marks else link

    def _mark(self, case: Complaint) -> SafeString:
        """The box by which a case is taken into an act for many."""
        return format_html(
            '<input class="queue__mark" type="checkbox" form="bulk" name="case" id="{}" value="{}.{}"'
            ' aria-label="{} {}">',
            self._name("mark", case), case.number, case.version, _("Mark"), case.number,
        )  # fmt: skip

    def _marks(self, case: Complaint, *, opens: bool) -> Iterator[SafeString]:
        yield from _news(case, opens=opens)
        yield from self._duties(case)
        yield from self._places(case, opens=opens)

    def _duties(self, case: Complaint) -> Iterator[SafeString]:
        """What it asks of whoever looks."""
        level = warning_level(case, self.now)
        if level:
            style, sign = ("danger", "alert") if level == LAST_WARNING else ("warning", "hourglass")
            yield _tag(_("%(level)s %% of the time used") % {"level": level}, style, sign)
        if case.call_back_until:
            until = moment(case.call_back_until, case.branch.time_zone, self.now)
            style = "danger" if case.call_back_until <= self.now else "warning"
            yield _tag(format_html("{} {}", _("call back until"), until), style, "phone")
        if _known(case, "calls_me"):
            yield _tag(_("you are being called"), "danger", "phone")
        if stood_in_by(case, self.profile):
            yield _tag(_("you stand in"), "accent", "users")
            yield _plain(case.branch)
        if case.breached_at:
            yield _tag(_("alarm raised"), "danger", "bell")

    def _places(self, case: Complaint, *, opens: bool) -> Iterator[SafeString]:
        """Where it comes from and where it is."""
        if case.tier != self.profile.tier:
            yield format_html('<span class="tag">{}</span>', Tier(case.tier).label)
        channel = Channel(case.channel)
        yield _tag(channel.label, "accent", "question") if channel == Channel.CHAT else _plain(channel.label)
        if case.medical_organisation_id is not None and opens:
            yield _plain(case.medical_organisation)
        if self.names_branches:
            yield _plain(case.branch)
        if case.assignee_id is not None and case.assignee_id != self.profile.user_id:
            yield format_html("<span>{}{}</span>", icon("user"), case.assignee)

    def _due(self, case: Complaint) -> SafeString:
        if case.status in CLOCK_RUNS:
            clock = countdown(case.due_at, self.now)
        elif is_paused(case):
            until = moment(case.wait_until, case.branch.time_zone, self.now)
            stands = '<span class="countdown countdown--off">{}<span>{} {}</span></span>'
            clock = format_html(stands, icon("pause"), _("until"), until)
        else:
            clock = format_html('<span class="tag">{}</span>', case.get_status_display())
        if case.answered_at:
            on = day(case.answered_at, case.branch.time_zone, weekday=False, now=self.now)
            return format_html("{}\n<span>{} {}</span>", clock, _("sent"), on)
        if case.answer_due_on:
            by = day(case.answer_due_on, weekday=False, now=self.now)
            return format_html("{}\n<span>{} {}</span>", clock, _("answer by"), by)
        return clock

    def _acts(self, case: Complaint) -> SafeString:
        acts, two = [], ""
        if _known(case, "calls_me"):
            two = " queue__action--two"
            acts.append(self._act(case, "acknowledge_call", "call", _("I take this call")))
        if can(self.profile, Act.CLAIM, case):
            acts.append(self._act(case, "claim", "take", _("Take")))
        return format_html('<div class="queue__action{}">{}</div>', two, SafeString("".join(acts)))

    def _act(self, case: Complaint, name: str, short: str, words: str) -> SafeString:
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button button--small" id="{}">{}<span class="visually-hidden"> {}</span>'
            "</button></form>",
            _address(name, case.number), self.token, self._name(short, case), words, case.number,
        )  # fmt: skip


def _news(case: Complaint, *, opens: bool) -> Iterator[SafeString]:
    """What has happened to it."""
    if opens:
        yield format_html('<span class="queue__number">{}</span>', case.number)
        if _known(case, "has_news"):
            yield _tag(_("new message"), "accent", "message")
    if _known(case, "last_event") == "handed_over":
        yield _tag(_("handed to you"), "accent", "users")
    if case.is_urgent:
        yield _tag(_("urgent"), "danger")
    if case.is_open and any(_known(case, name) for name in PROPOSALS):
        yield _tag(_("a second person is needed"), "warning", "users")
    if case.is_open and case.needs_look:
        yield _tag(_("for a look"), "warning")


def _known(case: Complaint, name: str) -> Any:
    """What a list was asked to say of its rows; one that was not asked does not know."""
    return case.__dict__.get(name)


def _address(act: str, number: str) -> str:
    return _pattern(act, get_script_prefix()).replace(_ANY_NUMBER, number)


@lru_cache
def _pattern(act: str, _prefix: str) -> str:
    return reverse(f"staff:{act}", kwargs={"number": _ANY_NUMBER})


def _tag(words: Any, style: str, sign: str = "") -> SafeString:
    return SafeString(_drawn_tag(style, sign) % conditional_escape(words))


@lru_cache
def _drawn_tag(style: str, sign: str) -> str:
    return f'<span class="tag tag--{style}">{icon(sign) if sign else ""}%s</span>'


def _plain(words: Any) -> SafeString:
    return format_html("<span>{}</span>", words)
