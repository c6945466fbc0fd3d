"""Phones of the register of insurers: the first of a branch go in, others are drafts for a person."""

from django.db.models import Q

from insurers.models import AfterHours, Branch, Hotline, Noun, Purpose, RegistryImport, Revision
from insurers.register_lines import RegisterLine
from insurers.services import revisions
from insurers.services.register_plan import Plan
from insurers.services.revisions import Refused, Seen

SOURCE = "F002"


def offer(line: RegisterLine, branch: Branch, found: RegistryImport, plan: Plan) -> None:
    """A branch without phones gets these, unconfirmed. One with phones keeps its own: what the register has
    besides is drafted once, to be called and published.

    A cell that only a person can tell apart is listed.
    """
    if line.phones.unclear:
        plan.ask_about(branch.title, line.phones.unclear)
    if not Hotline.objects.of_branch(branch).exists():
        _enter(line, branch)
    elif missing := [phone for phone in line.phones.certain if phone not in _known(branch)]:
        plan.ask_about(branch.title, ", ".join(missing))
        for phone in missing:
            _draft(phone, branch, found)


def _known(branch: Branch) -> set[str]:
    here = Hotline.objects.filter(Q(branch=branch) | Q(insurer=branch.insurer_id))
    return {row.phone.as_e164 for row in here}


def _enter(line: RegisterLine, branch: Branch) -> None:
    for phone in line.phones.certain:
        if not Hotline.objects.ever_listed(owner=branch, purpose=Purpose.CONTACT_CENTRE, phone=phone):
            Hotline.objects.create(branch=branch, purpose=Purpose.CONTACT_CENTRE, phone=phone, source=SOURCE)


def _draft(phone: str, branch: Branch, found: RegistryImport) -> None:
    """Not again what somebody has discarded; a draft that no rule lets through stays a line of the list."""
    if Revision.objects.ever_drafted(branch, phone):
        return
    values = {
        "purpose": Purpose.CONTACT_CENTRE.value, "phone": phone, "extension": "", "hours": "",
        "holidays": False, "zone": "", "after_hours": AfterHours.UNKNOWN.value, "after_hours_note": "",
        "calls_recorded": "", "source": SOURCE, "starts_on": "", "ends_on": "", "called": False,
    }  # fmt: skip
    by_id = found.approved_by_id or found.requested_by_id or 0
    try:
        revisions.save_draft(
            noun=Noun.HOTLINE, owner=branch, row=None, draft=None, values=values, seen=Seen(None, None),
            by_id=by_id, now=found.requested_at,
        )  # fmt: skip
    except Refused:
        return
