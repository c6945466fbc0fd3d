"""Every constraint of the tables of staff, broken once."""

from collections.abc import Callable
from datetime import date, timedelta
from os import urandom
from typing import Any

import pytest

from representatives.models import (
    AccountAct,
    ApiKey,
    Appointment,
    DutyShift,
    HelpAccess,
    Invitation,
    KeptForm,
    Leave,
    Representative,
    TierRight,
    User,
    Webhook,
)
from tests.broken import broken_by, constraint_names
from tests.factories import LONG_AGO, NOW, make_branch, make_staff

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BEFORE = LONG_AGO - DAY
FIRST, LAST = date(2026, 7, 1), date(2026, 7, 14)
Maker = Callable[..., Any]


def same_address(**_fields: Any) -> User:
    number = User.objects.count()
    email = ("anna@example.org", "Anna@Example.org")[number % 2]
    return User.objects.create_user(f"user{number}", full_name="x", email=email)


def operator() -> User:
    return make_staff("operator", 1, make_branch())


def person() -> Representative:
    return operator().representative


def representative(**fields: Any) -> Representative:
    user = User.objects.create_user(f"user{User.objects.count()}", full_name="x")
    return Representative.objects.create(**({"user": user, "tier": 1} | fields))


def leave(**fields: Any) -> Leave:
    return Leave.objects.create(
        **({"representative": person(), "starts_on": FIRST, "ends_on": LAST} | fields)
    )


def kept_form(**fields: Any) -> KeptForm:
    known = {"user": operator(), "sealed": {}, "kept_at": NOW, "expires_at": NOW + DAY}
    return KeptForm.objects.create(**(known | fields))


def shift(**fields: Any) -> DutyShift:
    known = {
        "branch": make_branch(),
        "tier": 2,
        "representative": person(),
        "starts_at": NOW,
        "ends_at": NOW + DAY,
    }
    return DutyShift.objects.create(**(known | fields))


def right(**fields: Any) -> TierRight:
    known = {"tier": 1, "action": "court_documents", "valid_from": LONG_AGO}
    return TierRight.objects.create(**(known | fields))


def help_access(**fields: Any) -> HelpAccess:
    known = {
        "case_id": 1, "branch": make_branch(), "reason": "treated_there", "starts_at": NOW,
        "ends_at": NOW + DAY, "granted_by": operator(), "granted_at": NOW,
    }  # fmt: skip
    return HelpAccess.objects.create(**(known | fields))


def invitation(**fields: Any) -> Invitation:
    known = {
        "user": operator(), "token_digest": b"1" * 32, "invited_by": operator(), "invited_at": NOW,
        "expires_at": NOW + DAY,
    }  # fmt: skip
    return Invitation.objects.create(**(known | fields))


def act(**fields: Any) -> AccountAct:
    known = {"user": operator(), "deed": "switched_off", "reason": "left", "by": operator(), "at": NOW}
    return AccountAct.objects.create(**(known | fields))


def appointment(**fields: Any) -> Appointment:
    known = {"user": operator(), "role": "head", "branch": make_branch(), "valid_from": LONG_AGO}
    return Appointment.objects.create(**(known | fields))


ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("representative_tier_known", representative, {"tier": 9}),
    ("representative_ceiling_positive", representative, {"ceiling": 0}),
    ("representative_presence_known", representative, {"presence": "asleep"}),
    ("leave_ends_after_start", leave, {"ends_on": FIRST - DAY}),
    ("duty_shift_ends_after_start", shift, {"ends_at": NOW}),
    ("help_ends_after_start", help_access, {"ends_at": NOW}),
    ("help_reason_known", help_access, {"reason": "curious"}),
    ("help_end_paired", help_access, {"ended_at": NOW}),
    ("kept_form_expires_after_kept", kept_form, {"expires_at": NOW}),
    ("invitation_expires_after_sent", invitation, {"expires_at": NOW}),
    ("invitation_withdrawal_paired", invitation, {"withdrawn_at": NOW}),
    ("invitation_accepted_after_sent", invitation, {"accepted_at": NOW - DAY}),
    ("account_act_deed_known", act, {"deed": "flown", "reason": ""}),
    ("account_act_reason_given", act, {"reason": ""}),
    ("account_act_reason_given", act, {"deed": "rights"}),
    ("account_act_reason_given", act, {"deed": "switched_on"}),
    ("duty_shift_tier_known", shift, {"tier": 9}),
    ("tier_right_tier_known", right, {"tier": 9}),
    ("tier_right_action_known", right, {"action": "fly"}),
    ("tier_right_extent_known", right, {"extent": "sideways"}),
    ("tier_right_validity", right, {"valid_to": BEFORE}),
    ("appointment_place_fits_role", appointment, {"branch": None}),
    ("appointment_place_fits_role", appointment, {"role": "insurer_admin"}),
    ("appointment_place_fits_role", appointment, {"role": "editor"}),
    ("appointment_place_fits_role", appointment, {"role": "king"}),
    ("appointment_validity", appointment, {"valid_to": BEFORE}),
]
TWICE: list[tuple[str, Maker, dict[str, Any]]] = [
    ("leave_no_overlap", leave, {}),
    ("duty_shift_one_per_place", shift, {}),
    ("tier_right_one_at_a_time", right, {}),
    ("appointment_once", appointment, {}),
    ("user_email_once", same_address, {}),
    ("invitation_one_open", lambda **_: invitation(token_digest=urandom(32)), {}),
]


@pytest.mark.parametrize(("name", "maker", "wrong"), ROWS)
def test_a_row_cannot_be_so(name: str, maker: Maker, wrong: dict[str, Any]) -> None:
    operator()
    make_branch()
    assert broken_by(lambda: maker(**wrong)) == name


@pytest.mark.parametrize(("name", "maker", "fields"), TWICE)
def test_a_row_cannot_be_there_twice(name: str, maker: Maker, fields: dict[str, Any]) -> None:
    maker(**fields)
    assert broken_by(lambda: maker(**fields)) == name


def test_leaves_that_follow_each_other_are_fine() -> None:
    leave()
    assert leave(starts_on=LAST + DAY, ends_on=LAST + 2 * DAY).pk


def test_help_does_not_end_before_it_was_given() -> None:
    ended = {"ended_by": operator(), "ended_at": NOW - DAY}
    assert broken_by(lambda: help_access(**ended)) == "help_ended_after_given"


def test_an_invitation_ends_once_and_not_before_it_was_sent() -> None:
    withdrawn = {"withdrawn_by": operator(), "withdrawn_at": NOW - DAY}
    assert broken_by(lambda: invitation(**withdrawn)) == "invitation_withdrawn_after_sent"
    both = {"withdrawn_by": operator(), "withdrawn_at": NOW, "accepted_at": NOW}
    assert broken_by(lambda: invitation(**both)) == "invitation_ends_once"


def test_every_constraint_has_a_test_that_breaks_it() -> None:
    tried = {row[0] for row in [*ROWS, *TWICE]} | {"help_ended_after_given"}
    tried |= {"invitation_withdrawn_after_sent", "invitation_ends_once"}
    elsewhere = {rule.name for model in (ApiKey, Webhook) for rule in model._meta.constraints}
    assert constraint_names("representatives") - elsewhere == tried
