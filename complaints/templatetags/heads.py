"""What pages of heads and funds ask about whoever sits here and about a case."""

from django import template

from complaints.models import Complaint
from complaints.permissions import heads_here, helps
from complaints.reports.staff.helping import may_grant
from complaints.reports.staff.matters import looks_after
from complaints.reports.staff.organisations import may_edit
from complaints.reports.staff.region import is_of_fund as of_fund
from complaints.states import Status
from complaints.views.staff.desk import Desk
from representatives.integrating import may_integrate
from representatives.profiles import Profile

register = template.Library()


@register.filter
def is_of_fund(desk: object) -> bool:
    """The page of the region is for this person."""
    return isinstance(desk, Desk) and of_fund(desk.profile)


@register.filter
def gives_accounts(desk: object) -> bool:
    """Looks after accounts of staff: asked of what is loaded already, without a query."""
    if not isinstance(desk, Desk):
        return False
    return bool(desk.profile.headed_branch_ids or desk.profile.insurer_ids) or desk.user.is_superuser


@register.filter
def edits_phones(desk: object) -> bool:
    """The editor of phones and offices is for this person."""
    return isinstance(desk, Desk) and may_edit(desk.profile)


@register.filter
def edits_what_patients_read(desk: object) -> bool:
    """Themes, advice or waiting times are looked after by this person."""
    return isinstance(desk, Desk) and looks_after(desk.user, desk.profile)


@register.filter
def brings_registries(desk: object) -> bool:
    """Files of registries are brought by this person: asked of what is loaded already, without a query."""
    if not isinstance(desk, Desk):
        return False
    heads_fund = bool(desk.profile.headed_branch_ids) and of_fund(desk.profile)
    return bool(desk.profile.insurer_ids) or heads_fund or desk.user.is_superuser


@register.filter
def integrates(desk: object) -> bool:
    """Keys and receivers of events are set up by this person."""
    return isinstance(desk, Desk) and may_integrate(desk.profile)


@register.filter
def sees_rules(desk: object) -> bool:
    """Administrators of insurers propose rules, heads of funds decide about them."""
    return isinstance(desk, Desk) and bool(
        desk.profile.insurer_ids or (desk.profile.headed_branch_ids and of_fund(desk.profile))
    )


@register.filter
def help_given_by(complaint: Complaint, profile: Profile) -> bool:
    """This person decides which branch of another region helps."""
    return may_grant(profile, complaint)


@register.filter
def given_out_by(complaint: Complaint, profile: Profile) -> bool:
    """A waiting case of the own branch: its head may put it on somebody's desk."""
    return complaint.status == Status.NEW and heads_here(profile, complaint)


@register.filter
def helped_by(complaint: Complaint, profile: Profile) -> bool:
    """A case of another region, open to this person for some days."""
    return helps(profile, complaint)
