"""An invitation: one link, one password, once; nobody gives what they do not have, nobody is locked out."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from representatives import invitations, rights
from representatives.models import AccountAct, Appointment, Invitation, Representative, User
from representatives.reach import AccountRefused, Place, Reach, place_of, reach_of
from tests import desks
from tests.factories import make_branch, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db

PASSWORD = "лодка чайник облако"
DAY = timedelta(days=1)
now, branch, people = desks.now, desks.branch, desks.people


def reach(user: User) -> Reach:
    return reach_of(user, profile(user, on=database_now().date()))


def tier(number: int, *branches: Branch) -> Place:
    return Place(tier=number, branch_ids=frozenset(one.pk for one in branches))


def invite(by: User, place: Place, now: datetime, email: str = "nova@example.org") -> Invitation:
    return invitations.invite(name="Новикова Анна", email=email, place=place, by=by, reach=reach(by), now=now)


def link_in(text: str) -> str:
    found = re.search(r"/accounts/invited/\?token=[\w-]+", text)
    assert found, text
    return found[0]


def sent_link(settings: Any, now: datetime) -> str:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    delivery.deliver(now)
    return link_in(str(mail.outbox[-1].body))


class TestTheLink:
    def test_it_leads_to_a_password_and_works_once(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        user = invite(people["head"], tier(1, branch), now).user
        assert (user.username, user.is_active, user.has_usable_password()) == ("nova", False, False)
        address, client = sent_link(settings, now), Client()
        assert client.get(address).status_code == client.get(address).status_code == 200
        token = address.partition("token=")[2]
        typed = {"token": token, "new_password1": PASSWORD, "new_password2": PASSWORD}
        assert client.post("/accounts/invited/", typed)["Location"] == "/accounts/login/"
        user.refresh_from_db()
        assert user.is_active
        assert user.check_password(PASSWORD)
        assert client.get(address).status_code == client.post("/accounts/invited/", typed).status_code == 410
        deeds = list(AccountAct.objects.of(user).values_list("deed", "by"))
        assert deeds == [("joined", user.pk), ("invited", people["head"].pk)]

    def test_a_weak_password_is_refused_and_the_link_stays(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        user = invite(people["head"], tier(1, branch), now).user
        token = sent_link(settings, now).partition("token=")[2]
        typed = {"token": token, "new_password1": "12345", "new_password2": "12345"}
        assert Client().post("/accounts/invited/", typed).status_code == 422
        assert not User.objects.get(pk=user.pk).is_active
        assert invitations.find(token=token, now=now).user == user

    def test_neither_the_database_nor_the_outbox_holds_it(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        invitation = invite(people["head"], tier(1, branch), now)
        token = sent_link(settings, now).partition("token=")[2]
        row = Outbox.objects.get(kind="invitation")
        assert token not in str(row.payload)
        assert "nova" not in str(row.payload)
        assert token.encode() not in bytes(invitation.token_digest)

    def test_it_ends_no_earlier_than_it_was_sent_also_while_the_clock_has_gone_back(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        head, later = people["head"], now + timedelta(hours=1)
        first = invite(head, tier(1, branch), later)
        invitations.withdraw(user=first.user, by=head, reach=reach(head), now=now)
        second = invite(head, tier(1, branch), later, "drugaya@example.org")
        token = sent_link(settings, later).partition("token=")[2]
        invitations.accept(token=token, password=PASSWORD, now=now)
        ended = Invitation.objects.in_bulk([first.pk, second.pk])
        assert (ended[first.pk].withdrawn_at, ended[second.pk].accepted_at) == (later, later)

    @pytest.mark.parametrize("end", ["late", "withdrawn", "again", "closed", "corrected", "password"])
    def test_it_opens_nothing_any_more(
        self, end: str, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        head = people["head"]
        user = invite(head, tier(1, branch), now).user
        address = sent_link(settings, now)
        hand: dict[str, Any] = {"user": user, "by": head, "reach": reach(head), "now": now}
        if end == "late":
            Invitation.objects.update(expires_at=now, invited_at=now - DAY)
        elif end == "withdrawn":
            invitations.withdraw(**hand)
        elif end == "again":
            invitations.invite_again(**hand)
            assert sent_link(settings, now + DAY) != address
        elif end == "corrected":  # the first address was a stranger's
            User.objects.filter(pk=user.pk).update(email="novikova@example.org")
        elif end == "password":  # set in the administration
            user.set_password(PASSWORD)
            user.save()
        else:
            rights.switch_off(reason="left", **hand)
        assert Client().get(address).status_code == 410

    def test_a_made_up_one_looks_the_same(self) -> None:
        assert Client().get("/accounts/invited/?token=abc").status_code == 410
        assert Client().get("/accounts/invited/").status_code == 410

    def test_a_mail_to_an_address_that_was_corrected_before_it_left_is_not_sent(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        user = invite(people["head"], tier(1, branch), now).user
        User.objects.filter(pk=user.pk).update(email="novikova@example.org")
        assert delivery.deliver(now).skipped == 1
        head = people["head"]
        invitations.invite_again(user=user, by=head, reach=reach(head), now=now + DAY)
        assert invitations.find(token=sent_link(settings, now + DAY).partition("token=")[2], now=now + DAY)

    def test_a_mail_that_comes_too_late_is_not_sent(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        invite(people["head"], tier(1, branch), now)
        assert delivery.deliver(now + invitations.LIFETIME + DAY).skipped == 1
        assert mail.outbox == []

    def test_somebody_with_an_account_elsewhere_learns_it_and_nobody_else(
        self, people: dict[str, User], branch: Branch, now: datetime, settings: Any
    ) -> None:
        User.objects.filter(pk=people["rival"].pk).update(email="nova@example.org")
        invite(people["head"], tier(1, branch), now)
        token = sent_link(settings, now).partition("token=")[2]
        typed = {"token": token, "new_password1": PASSWORD, "new_password2": PASSWORD}
        answer = Client().post("/accounts/invited/", typed)
        assert answer.status_code == 422
        assert not User.objects.get(username="nova").is_active


class TestWhatMayBeGiven:
    @pytest.mark.parametrize(
        ("by", "what"),
        [
            ("head", "rival tier"), ("head", "rival head"), ("head", "insurer admin"), ("head", "fund tier"),
            ("insurer_admin", "rival tier"), ("insurer_admin", "rival admin"), ("fund", "tier"),
            ("fund", "head"), ("operator", "tier"), ("fund_operator", "fund tier"), ("rival", "tier"),
        ],
    )  # fmt: skip
    def test_nobody_gives_what_they_do_not_have(
        self, by: str, what: str, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        rival, fund = make_branch("reso-med", now=now), make_fund(now=now)
        places = {
            "tier": tier(1, branch), "head": Place(headed_ids=frozenset({branch.pk})),
            "rival tier": tier(1, rival), "rival head": Place(headed_ids=frozenset({rival.pk})),
            "fund tier": tier(4, fund),
            "insurer admin": Place(insurer_ids=frozenset({branch.insurer_id or 0})),
            "rival admin": Place(insurer_ids=frozenset({rival.insurer_id or 0})),
        }  # fmt: skip
        with pytest.raises(AccountRefused, match="not_yours"):
            invite(people[by], places[what], now)
        assert not User.objects.filter(username="nova").exists()

    def test_an_administrator_gives_all_branches_of_the_insurer_and_who_runs_the_portal_everything(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        admin = people["insurer_admin"]
        assert invite(admin, Place(insurer_ids=frozenset({branch.insurer_id or 0})), now, "a@example.org")
        assert invite(admin, Place(headed_ids=frozenset({branch.pk})), now, "b@example.org")
        assert invite(people["admin"], tier(4, make_fund(now=now)), now, "c@example.org")
        assert invite(people["fund"], tier(4, make_fund(now=now)), now, "d@example.org")

    @pytest.mark.parametrize("case", ["nothing", "no branch", "fund's tier", "two insurers"])
    def test_what_makes_no_sense_is_refused(
        self, case: str, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        rival = make_branch("reso-med", now=now)
        places = {
            "nothing": Place(), "no branch": Place(tier=1), "fund's tier": tier(4, branch),
            "two insurers": tier(1, branch, rival),
        }  # fmt: skip
        with pytest.raises(AccountRefused):
            invite(people["admin"], places[case], now)

    def test_who_is_here_is_not_invited_twice(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        invite(people["head"], tier(1, branch), now)
        with pytest.raises(AccountRefused, match="there"):
            invite(people["head"], tier(2, branch), now, "NOVA@example.org")
        invite(people["head"], tier(2, branch), now, "nova@example.com")
        assert set(User.objects.filter(username__startswith="nova").values_list("username", flat=True)) == {
            "nova", "nova2",
        }  # fmt: skip


class TestChanges:
    def change(self, user: User, by: User, place: Place, now: datetime) -> Place:
        rights.change(user=user, place=place, by=by, reach=reach(by), now=now)
        return place_of(user, now.date())

    def test_a_tier_and_a_branch_are_given_and_taken(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        user, head = people["operator"], people["head"]
        assert self.change(user, head, tier(2, branch), now) == tier(2, branch)
        both = Place(tier=2, branch_ids=frozenset({branch.pk}), headed_ids=frozenset({branch.pk}))
        assert self.change(user, head, both, now) == both
        assert profile(user, on=now.date()).headed_branch_ids == {branch.pk}
        only_head = Place(headed_ids=frozenset({branch.pk}))
        assert self.change(user, head, only_head, now) == only_head
        assert Representative.objects.get(user=user).tier == 2

    def test_what_lies_beyond_stays(self, people: dict[str, User], branch: Branch, now: datetime) -> None:
        other, head = make_branch("sogaz-med", "73", now=now), people["head"]
        user = people["operator"]
        user.representative.branches.add(other)
        with pytest.raises(AccountRefused, match="tier_elsewhere"):
            self.change(user, head, tier(2, branch), now)
        assert self.change(user, head, Place(), now) == tier(1, other)
        with pytest.raises(AccountRefused, match="not_yours"):
            rights.switch_off(user=user, reason="left", by=head, reach=reach(head), now=now)

    def test_nobody_changes_themselves_or_who_runs_the_portal(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        head = people["head"]
        with pytest.raises(AccountRefused, match="oneself"):
            self.change(head, head, tier(3, branch), now)
        make_staff("admin", 1, branch)
        with pytest.raises(AccountRefused, match="superuser"):
            rights.switch_off(user=people["admin"], reason="left", by=head, reach=reach(head), now=now)

    @pytest.mark.parametrize("way", ["close", "take"])
    def test_the_last_head_stays(
        self, way: str, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        head, admin = people["head"], people["insurer_admin"]

        def leave() -> None:
            if way == "close":
                rights.switch_off(user=head, reason="left", by=admin, reach=reach(admin), now=now)
            else:
                self.change(head, admin, tier(1, branch), now)

        invited = invite(admin, Place(headed_ids=frozenset({branch.pk})), now).user
        with pytest.raises(AccountRefused, match="last_head"):
            leave()
        User.objects.filter(pk=invited.pk).update(is_active=True)
        leave()
        assert not profile(head, on=now.date()).headed_branch_ids

    def test_the_last_administrator_of_an_insurer_stays(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        with pytest.raises(AccountRefused, match="last_admin"):
            rights.switch_off(
                user=people["insurer_admin"], reason="left", by=people["admin"],
                reach=reach(people["admin"]), now=now,
            )  # fmt: skip

    def test_an_appointment_that_ends_is_remembered(
        self, people: dict[str, User], branch: Branch, now: datetime
    ) -> None:
        make_staff("second", heads=branch)
        self.change(people["head"], people["insurer_admin"], tier(1, branch), now)
        ended = Appointment.objects.get(user=people["head"])
        assert ended.valid_to == now.date() - DAY
