"""Accounts in the workplace: inviting, closing with work in hand, a lost second step, lists of staff."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.models import Complaint, History
from insurers.models import Branch
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from representatives.models import AccountAct, DutyShift, Invitation, User
from representatives.reach import place_of
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_staff
from tests.representatives.signing_in import give_app

DAY = timedelta(days=1)
LIST = (
    "ФИО;E-mail;Уровень;Филиал;Руководитель\n"
    "Новикова Анна Петровна;nova@example.org;1;76;нет\n"
    "Без почты;;1;76;\n"
    "Орлов Пётр;orlov@example.org;7;76;\n"
    "Дважды Анна;nova@example.org;1;76;\n"
    "Лишняя Вера;vera@example.org;1;99;\n"
    "Светлов Игорь;svetlov@example.org;2;;да\n"
)


@pytest.fixture
def head(client_of: ClientOf) -> Client:
    return client_of("head")


@pytest.fixture
def operator(people: dict[str, User]) -> User:
    return people["operator"]


def address(user: User, act: str = "") -> str:
    return f"/staff/people/accounts/{user.pk}/{act}"


class TestPages:
    def test_a_head_sees_the_people_of_the_branch_and_finds_one_by_name(
        self, head: Client, operator: User, people: dict[str, User]
    ) -> None:
        page = head.get("/staff/people/accounts/").content.decode()
        assert "Operator" in page
        assert "Head" in page
        assert "Rival" not in page
        assert "Insurer_admin" not in page
        assert "Specialist" not in head.post("/staff/people/accounts/", {"query": "operat"}).content.decode()
        found = head.post("/staff/people/accounts/", {"query": "rival"}).content.decode()
        assert address(people["rival"]) not in found

    def test_it_asks_the_same_however_many_people_there_are(
        self, head: Client, branch: Branch, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(15):
            make_staff(f"someone{number}", 1, branch)
        with django_assert_max_num_queries(24):
            head.get("/staff/people/accounts/")

    @pytest.mark.parametrize("role", ["rival", "fund"])
    def test_an_account_of_others_does_not_exist(
        self, role: str, client_of: ClientOf, operator: User
    ) -> None:
        client = client_of(role)
        assert client.get(address(operator)).status_code == 404
        for act in ("rights/", "off/", "on/", "factor/", "link/"):
            assert client.post(address(operator, act), {"reason": "left"}).status_code == 404
        assert User.objects.get(pk=operator.pk).is_active

    def test_it_asks_who_you_are_after_some_minutes(self, head: Client, operator: User) -> None:
        session = head.session
        session["staff_proven"] -= 3600
        session.save()
        for where in (address(operator), "/staff/people/invite/", "/staff/people/import/"):
            assert "reauthenticate" in head.get(where)["Location"]
        assert "reauthenticate" in head.post(address(operator, "off/"), {"reason": "left"})["Location"]
        assert User.objects.get(pk=operator.pk).is_active

    def test_an_invitation_is_sent_and_shown(self, head: Client, branch: Branch) -> None:
        typed = {
            "name": "Новикова  Анна", "email": "Nova@example.org", "tier": "1", "branches": [branch.pk],
        }  # fmt: skip
        user_page = head.post("/staff/people/invite/", typed)["Location"]
        user = User.objects.get(username="nova")
        assert (user.full_name, user_page) == ("Новикова Анна", address(user))
        assert "приглашение отправлено" in head.get(user_page).content.decode()
        assert Outbox.objects.filter(kind="invitation", receiver_id=user.pk).count() == 1
        again = head.post("/staff/people/invite/", typed)
        assert again.status_code == 422
        assert 'value="Новикова  Анна"' in again.content.decode()

    @pytest.mark.parametrize("what", ["tier", "branch", "insurer"])
    def test_what_is_not_offered_is_not_taken(
        self, what: str, head: Client, branch: Branch, now: datetime
    ) -> None:
        rival = make_branch("reso-med", now=now)
        typed: dict[str, Any] = {
            "name": "Икс",
            "email": "x@example.org",
            "tier": "1",
            "branches": [branch.pk],
        }
        wrong = {
            "tier": {"tier": "4"},
            "branch": {"branches": [rival.pk]},
            "insurer": {"tier": "", "branches": [], "administers": [rival.insurer_id]},
        }
        assert head.post("/staff/people/invite/", typed | wrong[what]).status_code == 422
        assert not User.objects.filter(email="x@example.org").exists()

    def test_rights_change_and_the_record_says_by_whom(
        self, head: Client, operator: User, branch: Branch, people: dict[str, User]
    ) -> None:
        head.post(address(operator, "rights/"), {"tier": "2", "branches": [branch.pk]})
        assert place_of(operator, database_now().date()).tier == 2
        event = apps.get_model("representatives", "RepresentativeEvent")._default_manager.latest("pgh_id")
        assert (event.tier, event.pgh_context["user"]) == (2, people["head"].pk)
        assert AccountAct.objects.of(operator).get().deed == "rights"


class TestNameAndContacts:
    TYPED = {"name": " Новая  Анна ", "email": "Anna@example.org", "phone": "8 920 123-45-67"}

    def test_a_head_changes_them_and_the_page_says_who_did(
        self, head: Client, operator: User, people: dict[str, User]
    ) -> None:
        page = head.post(address(operator, "details/"), self.TYPED, follow=True).content.decode()
        user = User.objects.get(pk=operator.pk)
        assert (user.full_name, user.email, user.phone.as_e164) == (
            "Новая Анна",
            "anna@example.org",
            "+79201234567",
        )
        assert "изменён адрес электронной почты" in page
        assert AccountAct.objects.of(operator).get().by == people["head"]
        event = apps.get_model("representatives", "UserEvent")._default_manager.latest("pgh_id")
        assert event.pgh_context["user"] == people["head"].pk

    def test_what_was_typed_stays_when_it_is_wrong(self, head: Client, operator: User) -> None:
        page = head.post(address(operator, "details/"), self.TYPED | {"email": "anna@"})
        assert page.status_code == 422
        assert 'value="anna@"' in page.content.decode()
        assert 'value=" Новая  Анна "' in page.content.decode()

    @pytest.mark.parametrize("role", ["rival", "fund", "specialist"])
    def test_nobody_else_does(self, role: str, client_of: ClientOf, operator: User) -> None:
        assert client_of(role).post(address(operator, "details/"), self.TYPED).status_code == 404

    def test_the_own_address_wants_a_fresh_proof_and_tells_the_old_one(
        self, client_of: ClientOf, operator: User
    ) -> None:
        User.objects.filter(pk=operator.pk).update(email="old@example.org")
        client = client_of("operator")
        assert client.post("/staff/contact/", {"email": "x@"}).status_code == 422
        session = client.session
        proven, session["staff_proven"] = session["staff_proven"], 0
        session.save()
        assert "reauthenticate" in client.get("/staff/contact/")["Location"]
        assert "reauthenticate" in client.post("/staff/contact/", self.TYPED)["Location"]
        session["staff_proven"] = proven
        session.save()
        assert client.post("/staff/contact/", self.TYPED).status_code == 302
        assert User.objects.get(pk=operator.pk).full_name == "Operator"
        kinds = Outbox.objects.filter(receiver_id=operator.pk).values_list("kind", flat=True)
        assert sorted(kinds) == ["account_changed", "address_left"]


class TestClosing:
    def test_work_goes_back_and_the_session_ends_at_once(
        self, head: Client, client_of: ClientOf, operator: User, branch: Branch, now: datetime,
        held_case: Complaint, people: dict[str, User],
    ) -> None:  # fmt: skip
        theirs = client_of("operator")
        assert theirs.get("/staff/").status_code == 200
        assert head.post(address(operator, "off/"), {"reason": "left"}).status_code == 302
        case = Complaint.objects.get(pk=held_case.pk)
        assert (case.status, case.assignee) == ("new", None)
        line = History.objects.filter(complaint=case).latest("pk")
        assert (line.event, line.by, line.reason) == ("released", people["head"], "leave")
        assert theirs.get("/staff/")["Location"].startswith("/accounts/login/")
        act = AccountAct.objects.of(operator).get()
        assert (act.deed, act.reason, act.by) == ("switched_off", "left", people["head"])

    def test_it_needs_a_reason(self, head: Client, operator: User) -> None:
        for reason in ("", "back", "xxx"):
            assert head.post(address(operator, "off/"), {"reason": reason}).status_code == 422
        assert User.objects.get(pk=operator.pk).is_active

    def test_it_opens_again_with_a_reason(self, head: Client, operator: User) -> None:
        head.post(address(operator, "off/"), {"reason": "long_leave"})
        head.post(address(operator, "on/"), {"reason": "back"})
        assert User.objects.get(pk=operator.pk).is_active
        assert [act.deed for act in AccountAct.objects.of(operator)] == ["switched_on", "switched_off"]

    def test_the_last_head_is_told_why_not(self, client_of: ClientOf, people: dict[str, User]) -> None:
        answer = client_of("insurer_admin").post(address(people["head"], "off/"), {"reason": "left"})
        assert answer.status_code == 422
        assert "останется без руководителя" in answer.content.decode()
        assert client_of("head").post(address(people["head"], "off/"), {"reason": "left"}).status_code == 422
        assert User.objects.get(pk=people["head"].pk).is_active


class TestTheSecondStep:
    def test_it_is_taken_away_with_a_reason_and_the_person_is_told(
        self, head: Client, operator: User
    ) -> None:
        User.objects.filter(pk=operator.pk).update(email="operator@example.org")
        give_app(operator)
        assert head.post(address(operator, "factor/"), {"reason": ""}).status_code == 422
        assert head.post(address(operator, "factor/"), {"reason": "phone_lost"}).status_code == 302
        assert not Authenticator.objects.filter(user=operator).exists()
        notice = Outbox.objects.get(kind="account_changed")
        assert (notice.receiver_id, notice.payload) == (operator.pk, {"change": "factor_reset"})
        assert AccountAct.objects.of(operator).get().reason == "phone_lost"
        assert head.post(address(operator, "factor/"), {"reason": "phone_lost"}).status_code == 422


class TestLinks:
    def test_a_link_is_sent_again_and_withdrawn(self, head: Client, branch: Branch) -> None:
        typed = {"name": "Новикова", "email": "nova@example.org", "tier": "1", "branches": [branch.pk]}
        head.post("/staff/people/invite/", typed)
        user = User.objects.get(username="nova")
        assert head.post(address(user, "link/")).status_code == 302
        assert Invitation.objects.filter(user=user).count() == 2
        assert Invitation.objects.open().of(user).count() == 1
        assert head.post(address(user, "link/"), {"withdraw": "1"}).status_code == 302
        assert not Invitation.objects.open().of(user).exists()
        assert head.post(address(user, "link/"), {"withdraw": "1"}).status_code == 422

    def test_who_has_a_password_gets_none(self, head: Client, operator: User) -> None:
        assert head.post(address(operator, "link/")).status_code == 422


class TestTheListOfStaff:
    def test_it_is_shown_line_by_line_then_the_good_ones_are_invited_once(
        self, head: Client, branch: Branch
    ) -> None:
        page = head.post("/staff/people/import/", {"text": LIST}).content.decode()
        assert "Новых: 2" in page
        assert "Надо исправить: 4" in page
        for line in (3, 4, 5, 6):
            assert f"Строка {line}:" in page
        assert not Invitation.objects.exists()
        assert head.post("/staff/people/import/", {"text": LIST, "agreed": "1"}).status_code == 302
        assert set(Invitation.objects.values_list("user__username", flat=True)) == {"nova", "svetlov"}
        light = User.objects.get(username="svetlov")
        assert place_of(light, database_now().date()).headed_ids == {branch.pk}
        page = head.post("/staff/people/import/", {"text": LIST}).content.decode()
        assert "Новых: 0" in page
        assert "Уже есть: 2" in page
        head.post("/staff/people/import/", {"text": LIST, "agreed": "1"})
        assert Invitation.objects.count() == 2

    @pytest.mark.parametrize(
        ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", "\t"), ("windows-1251", ";")]
    )
    def test_a_file_is_read_however_it_was_saved(
        self, encoding: str, delimiter: str, head: Client, branch: Branch
    ) -> None:
        data = LIST.replace(";", delimiter).replace("\n", "\r\n").encode(encoding)
        page = head.post(
            "/staff/people/import/", {"file": SimpleUploadedFile("a.csv", data)}
        ).content.decode()
        assert "Новых: 2" in page
        assert "Новикова Анна Петровна" in page

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"text": "a;b\n1;2"},
            {"file": SimpleUploadedFile("a.csv", b"PK\3\4\0\0\xff")},
            {"text": "x" * 200_000},
        ],
    )
    def test_what_is_no_list_is_explained(self, typed: dict[str, Any], head: Client) -> None:
        assert head.post("/staff/people/import/", typed).status_code == 422

    def test_a_list_is_not_taken_by_half(self, head: Client, branch: Branch) -> None:
        lines = [f"Иванов Иван;ivanov{number}@example.org" for number in range(301)]
        answer = head.post("/staff/people/import/", {"text": "\n".join(["ФИО;E-mail", *lines])})
        assert answer.status_code == 422
        assert "больше 300 строк" in answer.content.decode()
        shifts = "\n".join(["Дежурный;С;По", *["operator;31.12.2026 08:00;31.12.2026 20:00"] * 401])
        answer = head.post(f"/staff/roster/{branch.pk}/import/", {"text": shifts})
        assert "больше 400 строк" in answer.content.decode()

    def test_a_phone_with_an_extension_is_not_cut_off_silently(self, head: Client, branch: Branch) -> None:
        phone = "8 (4852) 31-38-28 доб. 5"
        text = f"ФИО;E-mail;Уровень;Телефон\nНовикова Анна;nova@example.org;1;{phone}"
        assert "добавочный" in head.post("/staff/people/import/", {"text": text}).content.decode()
        person = {"name": "Новикова Анна", "email": "nova@example.org", "phone": phone}
        answer = head.post("/staff/people/invite/", person | {"tier": "1", "branches": [branch.pk]})
        assert answer.status_code == 422
        assert "добавочный номер не указывайте" in answer.content.decode()


class TestTheRosterAsAList:
    def rows(self, now: datetime, *shifts: tuple[str, int, int, str]) -> str:
        lines = [
            f"{who};{now + first * DAY:%d.%m.%Y} 08:00;{now + last * DAY:%d.%m.%Y} 08:00;{place}"
            for who, first, last, place in shifts
        ]
        return "\n".join(["Дежурный;С;По;Место", *lines])

    def test_gaps_and_overlaps_come_first_then_the_shifts(
        self, head: Client, branch: Branch, now: datetime
    ) -> None:
        make_staff("second", 2, branch)
        text = self.rows(
            now, ("specialist", 1, 3, "1"), ("second", 2, 4, "1"), ("second", 3, 9, ""),
            ("nobody", 1, 2, "1"), ("expert", 1, 9, "9"),
        )  # fmt: skip
        where = f"/staff/roster/{branch.pk}/import/"
        page = head.post(where, {"text": text}).content.decode()
        assert "Новых смен: 2" in page
        assert "Надо исправить: 3" in page
        assert "Строка 3:" in page
        assert "Строка 5:" in page
        assert "Строка 6:" in page
        assert "Когда никто не будет дежурить" in page
        assert "эксперт" in page
        assert not DutyShift.objects.exists()
        assert head.post(where, {"text": text, "agreed": "1"}).status_code == 302
        assert DutyShift.objects.count() == 2
        assert "Уже в графике: 2" in head.post(where, {"text": text}).content.decode()
        saved = SimpleUploadedFile("a.csv", text.encode("windows-1251"))
        assert "Уже в графике: 2" in head.post(where, {"file": saved}).content.decode()
        head.post(where, {"text": text, "agreed": "1"})
        assert DutyShift.objects.count() == 2

    @pytest.mark.parametrize(("role", "status"), [("insurer_admin", 403), ("rival", 403), ("fund", 403)])
    def test_only_the_head_enters_it(
        self, role: str, status: int, client_of: ClientOf, branch: Branch
    ) -> None:
        assert client_of(role).post(f"/staff/roster/{branch.pk}/import/", {"text": "x"}).status_code == status
