"""Lists of editors as files: phones, offices and posts, brought registries, other systems, texts, rules."""

from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Template
from complaints.reports.staff import imports, integrations, organisations, rules, texts
from complaints.reports.staff.export_sheets import (
    Asker,
    Cell,
    Column,
    Holds,
    Line,
    Paged,
    Sheet,
    Whole,
    always,
    day,
    joined,
    moment,
    number,
    words,
)
from complaints.reports.staff.organisations import RowLine
from complaints.reports.staff.region import is_of_fund
from insurers.models import Branch, Hotline, Noun, Office, RegistryImport
from insurers.reports import hours_said
from insurers.services.organisation_values import Owner
from omsportal.platform.models import Outbox
from omsportal.platform.phones import phone_text
from representatives.integrating import may_integrate
from representatives.models import User, Webhook

_BRANCHES = (
    Column(gettext_lazy("Branch"), width=44),
    Column(gettext_lazy("Phones"), Holds.NUMBER, 12),
    Column(gettext_lazy("Offices"), Holds.NUMBER, 12),
    Column(gettext_lazy("Posts in clinics"), Holds.NUMBER, 12),
)
_PLACES = (
    Column(gettext_lazy("Whose"), width=44),
    Column(gettext_lazy("What it is"), width=44),
    Column(gettext_lazy("Phone"), width=26),
    Column(gettext_lazy("Address or place"), width=44),
    Column(gettext_lazy("Hours"), width=34),
    Column(gettext_lazy("In force from"), Holds.DAY),
    Column(gettext_lazy("In force until"), Holds.DAY),
    Column(gettext_lazy("Last confirmed"), Holds.DAY),
    Column(gettext_lazy("Remark"), width=34),
)
_IMPORTS = (
    Column(gettext_lazy("When"), Holds.MOMENT),
    Column(gettext_lazy("What"), width=34),
    Column(gettext_lazy("State"), width=26),
    Column(gettext_lazy("Lines"), Holds.NUMBER),
    Column(gettext_lazy("Bad"), Holds.NUMBER),
    Column(gettext_lazy("Who"), width=26),
)
_KEYS = (
    Column(gettext_lazy("System"), width=34),
    Column(gettext_lazy("Key begins with")),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("It may"), width=44),
    Column(gettext_lazy("Reaches"), width=34),
    Column(gettext_lazy("Last use"), Holds.MOMENT),
    Column(gettext_lazy("Works until"), Holds.MOMENT),
    Column(gettext_lazy("State")),
)
_EVENTS = (
    Column(gettext_lazy("Event"), width=34),
    Column(gettext_lazy("Appeal")),
    Column(gettext_lazy("Happened"), Holds.MOMENT),
    Column(gettext_lazy("Sending"), width=26),
    Column(gettext_lazy("Delivered"), Holds.MOMENT),
    Column(gettext_lazy("Code of the answer")),
    Column(gettext_lazy("Attempts"), Holds.NUMBER, 12),
)
_TEXTS = (
    Column(gettext_lazy("Title"), width=34),
    Column(gettext_lazy("What for")),
    Column(gettext_lazy("Theme"), width=34),
    Column(gettext_lazy("Branch"), width=34),
    Column(gettext_lazy("Version"), Holds.NUMBER, 12),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Text"), width=100),
)
_RULES = (
    Column(gettext_lazy("Tier"), width=34),
    Column(gettext_lazy("Which appeals"), width=44),
    Column(gettext_lazy("First reaction within"), width=34),
    Column(gettext_lazy("Decision within"), width=34),
    Column(gettext_lazy("Whose rule")),
)
NOUNS: dict[str, Promise] = {
    Noun.HOTLINE.value: gettext_lazy("Phones"),
    Noun.OFFICE.value: gettext_lazy("Offices"),
    Noun.CLINIC_POST.value: gettext_lazy("Posts in clinics"),
}
_KEY_STATES = {
    "works": gettext_lazy("works"),
    "ends_soon": gettext_lazy("ends soon"),
    "revoked": gettext_lazy("revoked"),
    "expired": gettext_lazy("expired"),
}
_SENT_STATES = {
    "sent": gettext_lazy("delivered"),
    "given_up": gettext_lazy("given up"),
    "left_out": gettext_lazy("left out"),
    "refused": gettext_lazy("refused"),
    "away": gettext_lazy("no answer"),
    "waits": gettext_lazy("waits to be sent"),
}


def _may_edit(asker: Asker) -> bool:
    return organisations.may_edit(asker.profile)


def _branch_lines(asker: Asker) -> Iterator[Line]:
    branches = organisations.edited_branches(asker.profile).order_by("title_key", "pk")
    for row in organisations.counted(branches, asker.now):
        cells = [str(row.branch), number(row.hotlines), number(row.offices), number(row.clinic_posts)]
        yield Line(str(row.branch.pk), cells, row.branch.pk)


def _noun(asker: Asker) -> Noun | None:
    name = asker.chosen.get("noun", "")
    return Noun(name) if name in set(Noun) else None


def _owner(asker: Asker) -> Owner | None:
    """The branch or insurer whose shelf it is, if this person looks after it."""
    branch_id, insurer_id = asker.number("branch_id"), asker.number("insurer_id")
    if branch_id is not None:
        return organisations.branch_of(asker.profile, branch_id)
    return None if insurer_id is None else organisations.insurer_of(asker.profile, insurer_id)


def _shelf(asker: Asker) -> object:
    """One list of a branch or an insurer, by the index of the owner."""
    noun, over = _noun(asker) or Noun.HOTLINE, "over" in asker.chosen
    rows = organisations.rows_for(asker.profile, noun, asker.now, owner=_owner(asker), over=over)
    return rows.select_related("medical_organisation") if noun == Noun.CLINIC_POST else rows


def _place_lines(asker: Asker, rows: Sequence[object]) -> Iterator[Line]:
    for line in organisations.described(_noun(asker) or Noun.HOTLINE, rows, asker.now):
        owner = line.row.branch
        yield Line(str(line.row.pk), _place_cells(line), owner.pk if owner else None)


def _place_cells(line: RowLine) -> list[Cell]:
    row, hotline = line.row, line.hotline
    if isinstance(row, Hotline):
        whose, what, place = str(row.owner), words(row.get_purpose_display()), None
    elif isinstance(row, Office):
        whose, what, place = str(row.branch), _("Office"), row.address
    else:
        whose, what, place = str(row.branch), str(row.medical_organisation), row.place
    phone = phone_text(row.phone, row.extension) if row.phone else None
    return [
        whose, what, phone, place, words(hours_said(row.hours_text)), day(row.valid_from), day(row.valid_to),
        day(hotline.confirmed_on if hotline else None), _remark(line),
    ]  # fmt: skip


def _remark(line: RowLine) -> Cell:
    if line.is_planned:
        return _("begins later")
    if line.is_over:
        return _("not in force any more")
    return _("to call and confirm") if line.is_stale else None


def _to_call(asker: Asker) -> Iterator[Line]:
    return _place_lines(asker, list(organisations.rows_unconfirmed(asker.profile, asker.now)))


def _import_lines(_asker: Asker, rows: Sequence[RegistryImport]) -> Iterator[Line]:
    people = User.objects.in_bulk({row.requested_by_id for row in rows})
    for row in rows:
        kind = str(row.get_kind_display())
        found = row.findings
        cells = [
            moment(row.requested_at), f"{kind}, {_('all there is')}" if row.replace else kind,
            words(row.get_state_display()), number(found.get("lines")), number(found.get("bad")),
            words(people.get(row.requested_by_id)),
        ]  # fmt: skip
        yield Line(str(row.pk), cells)


def _integrates(asker: Asker) -> bool:
    if not may_integrate(asker.profile):
        return False
    branch_id = asker.number("branch")
    return branch_id is None or integrations.branches_of(asker.profile).filter(pk=branch_id).exists()


def _key_lines(asker: Asker) -> Iterator[Line]:
    """No secret: what begins a key tells it from others."""
    shelf = integrations.shelf(asker.profile, asker.number("branch"), asker.now)
    for line in shelf.keys if shelf else ():
        key = line.key
        cells = [
            key.name, f"oms_{key.prefix}…", words(key.user.representative.get_tier_display()),
            joined(key.get_scopes_words()), words(line.reaches), moment(key.last_used_at),
            moment(key.expires_at), words(_KEY_STATES[line.state]),
        ]  # fmt: skip
        yield Line(str(key.pk), cells, key.branch_id)


def _receiver(asker: Asker) -> Webhook | None:
    reference = asker.reference("receiver")
    may = reference is not None and may_integrate(asker.profile)
    return integrations.webhook_of(asker.profile, reference) if may and reference else None


def _sent(asker: Asker) -> object:
    webhook = _receiver(asker)
    return Outbox.objects.none() if webhook is None else integrations.sent_to(webhook)


def _event_lines(_asker: Asker, rows: Sequence[Outbox]) -> Iterator[Line]:
    for row in integrations.described(rows):
        code = words(row.answer) if row.state != "sent" else None
        cells = [
            words(row.what), words(row.number), moment(row.notice.created_at),
            words(_SENT_STATES[row.state]), moment(row.notice.sent_at), code, number(row.notice.attempts),
        ]  # fmt: skip
        yield Line(str(row.notice.pk), cells)


def _text_lines(asker: Asker, rows: Sequence[Template]) -> Iterator[Line]:
    today = asker.now.date()
    for row in rows:
        state = _("in force") if texts.is_in_force(row, today) else _("withdrawn or ended")
        cells = [
            row.title, words(row.get_purpose_display()),
            row.category.title if row.category else _("every theme"),
            str(row.branch) if row.branch else _("common"), number(row.version), state, row.body,
        ]  # fmt: skip
        yield Line(str(row.pk), cells, row.branch_id)


def _rules_of(asker: Asker) -> rules.Rules | None:
    """For administrators of insurers and heads of funds."""
    heads_fund = bool(asker.profile.headed_branch_ids) and is_of_fund(asker.profile)
    if not (asker.profile.insurer_ids or heads_fund):
        return None
    return rules.rules(asker.profile, asker.number("insurer"), asker.now)


def _rule_lines(asker: Asker) -> Iterator[Line]:
    """What holds for appeals filed now."""
    found = _rules_of(asker)
    for line in (*found.lines, *found.of_funds) if found else ():
        whose = _("own") if line.is_own else _("common to all")
        yield Line(str(line.pk), [line.tier, line.about, words(line.reaction), line.resolution, whose])


def _has_owner(asker: Asker) -> bool:
    """A branch has all three lists, an insurer its phones for the whole country."""
    owner = _owner(asker) if _may_edit(asker) else None
    return owner is not None and (_noun(asker) is not None or not isinstance(owner, Branch))


SHEETS: dict[str, Sheet] = {
    "branches": Sheet(
        gettext_lazy("Branches and funds"), "organisations", always(_BRANCHES), _may_edit,
        Whole(_branch_lines),
    ),
    "directory": Sheet(
        gettext_lazy("All phones, offices or posts"), "organisations", always(_PLACES),
        lambda asker: _may_edit(asker) and _noun(asker) is not None, Paged(_shelf, "id", _place_lines),
        asks=("noun",), tells=lambda chosen: NOUNS[chosen["noun"]],
    ),
    "shelf": Sheet(
        gettext_lazy("Phones, offices or posts of a branch"), "branch_shelf", always(_PLACES), _has_owner,
        Paged(_shelf, "id", _place_lines), asks=("over",), path=("branch_id", "noun"),
        tells=lambda chosen: NOUNS[chosen["noun"]],
    ),
    "country": Sheet(
        gettext_lazy("Phones for the whole country"), "insurer_shelf", always(_PLACES), _has_owner,
        Paged(_shelf, "id", _place_lines), asks=("over",), path=("insurer_id",),
    ),
    "unconfirmed": Sheet(
        gettext_lazy("Call and confirm"), "organisations_unconfirmed", always(_PLACES), _may_edit,
        Whole(_to_call),
    ),
    "imports": Sheet(
        gettext_lazy("Registries"), "imports", always(_IMPORTS),
        lambda asker: bool(imports.reach_of(asker.user, asker.profile)),
        Paged(
            lambda asker: imports.files_of(imports.reach_of(asker.user, asker.profile)), "id", _import_lines,
            newest_first=True,
        ),
    ),
    "keys": Sheet(
        gettext_lazy("Keys of other systems"), "integrations", always(_KEYS), _integrates, Whole(_key_lines),
        asks=("branch",),
    ),
    "events": Sheet(
        gettext_lazy("What was sent to another system"), "webhook", always(_EVENTS),
        lambda asker: _receiver(asker) is not None,
        Paged(_sent, "created_at", _event_lines, newest_first=True), path=("receiver",),
    ),
    "templates": Sheet(
        gettext_lazy("Approved texts"), "templates", always(_TEXTS), lambda _asker: True,
        Paged(lambda asker: texts.seen_by(asker.profile), "id", _text_lines),
    ),
    "rules": Sheet(
        gettext_lazy("Rules of time"), "rules", always(_RULES), lambda asker: _rules_of(asker) is not None,
        Whole(_rule_lines), asks=("insurer",),
    ),
}  # fmt: skip
