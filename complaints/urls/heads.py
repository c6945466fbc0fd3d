"""Addresses of heads and funds within the workplace."""

from django.urls import URLPattern, path

from complaints.views.staff import accounts, helping, people, region, roster_import, rules, staff_import


def patterns() -> list[URLPattern]:
    """Made after the converter of numbers is known."""
    return [
        path("people/", people.people, name="people"),
        path("people/accounts/", accounts.accounts, name="accounts"),
        path("people/invite/", accounts.invite, name="invite"),
        path("contact/", accounts.own_contact, name="own_contact"),
        path("people/import/", staff_import.import_staff, name="import_staff"),
        path("people/accounts/<int:user_id>/", accounts.account, name="account"),
        path("people/accounts/<int:user_id>/rights/", accounts.account_rights, name="account_rights"),
        path("people/accounts/<int:user_id>/details/", accounts.account_details, name="account_details"),
        path("people/accounts/<int:user_id>/off/", accounts.account_off, name="account_off"),
        path("people/accounts/<int:user_id>/on/", accounts.account_on, name="account_on"),
        path("people/accounts/<int:user_id>/factor/", accounts.account_factor, name="account_factor"),
        path("people/accounts/<int:user_id>/link/", accounts.account_link, name="account_link"),
        path("roster/<int:branch_id>/import/", roster_import.import_roster, name="roster_import"),
        path("people/<int:person_id>/", people.person, name="person"),
        path("people/<int:person_id>/readings/", people.person_readings, name="person_readings"),
        path("people/<int:person_id>/limits/", people.limits, name="person_limits"),
        path("people/<int:person_id>/leave/", people.add_leave, name="add_leave"),
        path("people/<int:person_id>/load/", people.move_load, name="move_load"),
        path("leaves/", people.leaves, name="leaves"),
        path("leaves/<int:leave_id>/end/", people.end_leave, name="end_leave"),
        path("rules/", rules.rules, name="rules"),
        path("rules/new/", rules.new, name="rule_new"),
        path("rules/proposals/<int:proposal_id>/", rules.proposal, name="rule_proposal"),
        path("rules/proposals/<int:proposal_id>/settle/", rules.settle, name="rule_settle"),
        path("rules/proposals/<int:proposal_id>/decide/", rules.decide, name="rule_decide"),
        path("region/", region.region, name="region"),
        path("cases/<number:number>/give/", helping.give, name="give"),
        path("cases/<number:number>/help/", helping.help_page, name="help"),
        path("cases/<number:number>/help/grant/", helping.grant, name="grant_help"),
        path("cases/<number:number>/help/<int:access_id>/end/", helping.end, name="end_help"),
    ]
