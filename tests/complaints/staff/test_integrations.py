"""The page where other systems are let in: keys and secrets shown once, events tried and sent again."""

import hmac
import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from complaints.escalation import case_events
from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from representatives import api_keys, sessions, webhook_secrets
from representatives.models import ApiKey, User, Webhook
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_complaint
from tests.providers import Gateway

HOME = "/staff/integrations/"


@pytest.fixture
def head(client_of: ClientOf) -> Client:
    return client_of("head")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Gateway]:
    settings.WEBHOOK_LOOPBACK = True
    with Gateway() as server:
        yield server


@pytest.fixture
def add(head: Client, branch: Branch, receiver: Gateway) -> Callable[..., str]:
    """add(hears=[…]): through the form; returns the secret that the page shows."""

    def through_the_form(**fields: object) -> str:
        page = head.post(f"{HOME}webhooks/new/", typed_receiver(branch, receiver) | fields)
        assert page.status_code == 200, page.content.decode()
        return shown(page.content.decode())

    return through_the_form


def stolen(client: Client) -> Client:
    """A session whose owner signed in long ago."""
    session = client.session
    session[sessions.PROVEN] = 0
    session.save()
    return client


def typed_key(branch: Branch, **fields: object) -> dict[str, object]:
    return {"branch": branch.pk, "name": "МИС", "scopes": ["read"], "tier": 1, "days": 30} | fields


def typed_receiver(branch: Branch, receiver: Gateway) -> dict[str, object]:
    url = f"http://127.0.0.1:{receiver.port}/oms"
    return {"branch": branch.pk, "name": "МИС", "url": url, "hears": ["case.created"]}


def shown(page: str) -> str:
    [text] = re.findall(r'<code class="secret">([^<]+)</code>', page)
    return str(text)


def deliver(webhook: Webhook) -> None:
    delivery.deliver(database_now(), lanes=[delivery.Lane("webhook", False, webhook.pk)])


class TestKeys:
    def test_a_key_is_shown_once_and_works(
        self, head: Client, branch: Branch, people: dict[str, User]
    ) -> None:
        page = head.post(f"{HOME}keys/new/", typed_key(branch))
        text = shown(page.content.decode())
        assert "no-store" in page["Cache-Control"]
        assert api_keys.check(text=text, now=database_now()).name == "МИС"
        listed = head.get(HOME).content.decode()
        assert text not in listed
        assert text.split("_")[1] in listed
        client = Client(headers={"Authorization": f"Api-Key {text}"})
        assert client.get("/api/v1/queue/").status_code == 200
        assert "никогда" not in head.get(HOME).content.decode().split("<tbody>")[1]

    def test_after_a_replacement_both_work_for_two_days(self, head: Client, branch: Branch) -> None:
        old = shown(head.post(f"{HOME}keys/new/", typed_key(branch)).content.decode())
        key = ApiKey.objects.get()
        new = shown(head.post(f"{HOME}keys/{key.pk}/rotate/").content.decode())
        now = database_now()
        assert api_keys.check(text=old, now=now).user == api_keys.check(text=new, now=now).user
        with pytest.raises(api_keys.KeyRefused):
            api_keys.check(text=old, now=now + api_keys.OVERLAP)
        assert api_keys.check(text=new, now=now + api_keys.OVERLAP).scopes == ["read"]

    def test_a_revoked_key_stops_at_once(self, head: Client, branch: Branch) -> None:
        text = shown(head.post(f"{HOME}keys/new/", typed_key(branch)).content.decode())
        head.post(f"{HOME}keys/{ApiKey.objects.get().pk}/revoke/")
        with pytest.raises(api_keys.KeyRefused):
            api_keys.check(text=text, now=database_now())
        assert head.post(f"{HOME}keys/{ApiKey.objects.get().pk}/rotate/").status_code == 302
        assert ApiKey.objects.count() == 1

    def test_what_was_typed_stays_when_something_is_missing(self, head: Client, branch: Branch) -> None:
        page = head.post(f"{HOME}keys/new/", typed_key(branch, days=0, name="Телефония"))
        assert page.status_code == 422
        assert "Телефония" in page.content.decode()
        assert not ApiKey.objects.exists()

    def test_another_branch_cannot_be_chosen(self, head: Client, people: dict[str, User]) -> None:
        other = people["rival"].representative.branches.get()
        assert head.post(f"{HOME}keys/new/", typed_key(other)).status_code == 422
        assert head.get(f"{HOME}?branch={other.pk}").status_code == 404


class TestProof:
    @pytest.mark.parametrize("path", ["keys/new/", "webhooks/new/"])
    def test_a_stolen_session_makes_no_key(self, client_of: ClientOf, branch: Branch, path: str) -> None:
        thief = stolen(client_of("head"))
        for answer in (thief.get(HOME + path), thief.post(HOME + path, typed_key(branch))):
            assert answer.status_code == 302
            assert "/reauthenticate/" in answer["Location"]
        assert not ApiKey.objects.exists()

    def test_nor_a_new_secret_nor_another_address(self, client_of: ClientOf, add: Callable[..., str]) -> None:
        add()
        webhook = Webhook.objects.get()
        thief = stolen(client_of("head"))
        for act in ("rotate", "change"):
            answer = thief.post(
                f"{HOME}webhooks/{webhook.reference}/{act}/", {"url": "https://evil.example/"}
            )
            assert "/reauthenticate/" in answer["Location"]
        assert Webhook.objects.get().url == webhook.url


class TestReceivers:
    def test_it_is_added_tried_and_shown(
        self, head: Client, add: Callable[..., str], receiver: Gateway
    ) -> None:
        secret = add()
        webhook = Webhook.objects.get()
        page = f"{HOME}webhooks/{webhook.reference}/"
        assert secret not in head.get(page).content.decode()
        head.post(f"{page}test/")
        deliver(webhook)
        assert receiver.bodies[0]["event"] == "webhook.test"
        assert "доставлено" in head.get(page).content.decode()
        assert "работает" in head.get(HOME).content.decode()

    def test_an_event_is_sent_again_alone_and_with_the_others(
        self, head: Client, add: Callable[..., str], receiver: Gateway, waiting_case: Complaint
    ) -> None:
        add()
        webhook = Webhook.objects.get()
        Webhook.objects.update(created_at=waiting_case.registered_at)
        case_events.look(database_now())
        deliver(webhook)
        [row] = Outbox.objects.for_receiver(webhook.pk)
        page = f"{HOME}webhooks/{webhook.reference}/"
        assert waiting_case.number in head.get(page).content.decode()
        head.post(f"{page}replay/{row.pk}/")
        deliver(webhook)
        head.post(f"{page}replay/", {"hours": 1})
        deliver(webhook)
        assert [said["number"] for said in receiver.bodies] == [waiting_case.number] * 3
        assert len({said["id"] for said in receiver.bodies}) == 1
        assert head.post(f"{page}replay/", {"hours": 5}).status_code == 422

    def test_the_row_of_another_receiver_is_not_sent(
        self, head: Client, add: Callable[..., str], receiver: Gateway
    ) -> None:
        add(name="Один"), add(name="Два")
        first, second = Webhook.objects.order_by("pk")
        head.post(f"{HOME}webhooks/{first.reference}/test/")
        deliver(first)
        [row] = Outbox.objects.for_receiver(first.pk)
        head.post(f"{HOME}webhooks/{second.reference}/replay/{row.pk}/")
        row.refresh_from_db()
        assert row.sent_at is not None

    def test_it_is_switched_off_and_on(
        self, head: Client, add: Callable[..., str], receiver: Gateway
    ) -> None:
        add()
        page = f"{HOME}webhooks/{Webhook.objects.get().reference}/"
        head.post(f"{page}off/")
        assert "С тем, что пропущено" in head.get(page).content.decode()
        head.post(f"{page}on/", {"missed": "send"})
        assert Webhook.objects.get().is_on

    def test_a_change_keeps_what_was_typed_and_says_why_not(
        self, head: Client, add: Callable[..., str], branch: Branch
    ) -> None:
        add()
        page = f"{HOME}webhooks/{Webhook.objects.get().reference}/"
        typed = {"name": "Другая", "url": "https://10.0.0.7/hook", "hears": ["case.hop"]}
        refused = head.post(f"{page}change/", typed)
        assert refused.status_code == 422
        assert "https://10.0.0.7/hook" in refused.content.decode()
        assert "не из интернета" in refused.content.decode()
        assert head.post(f"{page}change/", typed | {"url": "https://hook.example.ru/"}).status_code == 302
        assert (Webhook.objects.get().name, Webhook.objects.get().hears) == ("Другая", ["case.hop"])

    def test_why_an_event_did_not_arrive_is_said_in_words(
        self, head: Client, add: Callable[..., str]
    ) -> None:
        add()
        webhook, now = Webhook.objects.get(), database_now()
        Outbox.objects.create(
            channel="webhook", kind="case.hop", subject_kind="complaint", subject_id=1,
            receiver_kind="webhook", receiver_id=webhook.pk, payload={"number": "76-26-0000001-7"},
            created_at=now, available_at=now, error="NotReached: name",
        )  # fmt: skip
        body = head.get(f"{HOME}webhooks/{webhook.reference}/").content.decode()
        assert "имя в адресе никуда не ведёт" in body

    def test_a_new_secret_is_shown_once(self, head: Client, add: Callable[..., str]) -> None:
        first = add()
        page = head.post(f"{HOME}webhooks/{Webhook.objects.get().reference}/rotate/").content.decode()
        assert shown(page) not in {first, ""}

    def test_a_secret_replaced_twice_at_once_still_signs_with_the_one_in_use(
        self, head: Client, add: Callable[..., str], receiver: Gateway
    ) -> None:
        """The page was loaded anew, or the button pressed twice."""
        secrets = [add()]
        webhook = Webhook.objects.get()
        for _press in range(6):
            page = head.post(f"{HOME}webhooks/{webhook.reference}/rotate/").content.decode()
            secrets.append(shown(page))
        webhook.refresh_from_db()
        now = database_now()
        signed = webhook_secrets.signatures(webhook, 1, b"{}", now=now).split(", ")
        assert [value.split("=")[1] for value in signed] == [
            hmac.digest(secret.encode(), b"1.{}", "sha256").hex() for secret in secrets[:1:-1]
        ]
        after = webhook_secrets.signatures(webhook, 1, b"{}", now=now + webhook_secrets.OVERLAP)
        assert after == signed[0]


class TestSeveralBranches:
    """One key and one receiver for all branches of an insurer, or for some."""

    @pytest.fixture
    def far(self, branch: Branch) -> Branch:
        return make_branch("sogaz-med", "73", now=database_now())

    def test_an_administrator_makes_a_key_for_all_that_the_heads_see_and_leave_alone(
        self, client_of: ClientOf, head: Client, branch: Branch, far: Branch
    ) -> None:
        admin = client_of("insurer_admin")
        text = shown(admin.post(f"{HOME}keys/new/", typed_key(branch, everywhere="on")).content.decode())
        profile = api_keys.profile_of_key(api_keys.check(text=text, now=database_now()), now=database_now())
        assert profile.branch_ids == {branch.pk, far.pk}
        key = ApiKey.objects.get()
        listed = head.get(HOME).content.decode()
        assert "все филиалы страховой" in listed
        assert f"keys/{key.pk}/revoke/" not in listed
        for act in ("rotate", "revoke"):
            assert head.post(f"{HOME}keys/{key.pk}/{act}/").status_code == 404
        assert f"keys/{key.pk}/revoke/" in admin.get(f"{HOME}?branch={far.pk}").content.decode()
        fresh = shown(admin.post(f"{HOME}keys/{key.pk}/rotate/").content.decode())
        assert api_keys.check(text=fresh, now=database_now()).everywhere

    def test_a_branch_that_comes_later_is_reached_too(self, client_of: ClientOf, branch: Branch) -> None:
        admin = client_of("insurer_admin")
        text = shown(admin.post(f"{HOME}keys/new/", typed_key(branch, everywhere="on")).content.decode())
        later = make_branch("sogaz-med", "29", now=database_now())
        case = make_complaint(later, now=database_now())
        other = make_complaint(make_branch("reso-med", "29", now=database_now()), now=database_now())
        system = Client(headers={"Authorization": f"Api-Key {text}"})
        assert system.get(f"/api/v1/cases/{case.number}/").status_code == 200
        assert system.get(f"/api/v1/cases/{other.number}/").status_code == 404

    def test_some_branches_are_chosen_and_a_receiver_changes_them(
        self, client_of: ClientOf, branch: Branch, far: Branch, receiver: Gateway
    ) -> None:
        admin = client_of("insurer_admin")
        admin.post(f"{HOME}webhooks/new/", typed_receiver(branch, receiver) | {"others": [far.pk, branch.pk]})
        webhook = Webhook.objects.get()
        assert (webhook.other_branch_ids, webhook.everywhere) == ([far.pk], False)
        page = f"{HOME}webhooks/{webhook.reference}/"
        assert "и ещё 1 филиал" in admin.get(page).content.decode()
        assert client_of("head").get(page).status_code == 404
        typed = typed_receiver(branch, receiver) | {"everywhere": "on", "others": [far.pk]}
        assert admin.post(f"{page}change/", typed).status_code == 302
        webhook.refresh_from_db()
        assert (webhook.other_branch_ids, webhook.everywhere) == ([], True)

    def test_narrowed_to_one_branch_its_head_reads_nothing_of_the_others(
        self, client_of: ClientOf, branch: Branch, far: Branch, receiver: Gateway
    ) -> None:
        admin = client_of("insurer_admin")
        admin.post(f"{HOME}webhooks/new/", typed_receiver(branch, receiver) | {"everywhere": "on"})
        page = f"{HOME}webhooks/{Webhook.objects.get().reference}/"
        case = make_complaint(far, now=database_now())
        case_events.look(database_now())
        assert case.number in admin.get(page).content.decode()
        answer = admin.post(f"{page}change/", typed_receiver(branch, receiver), follow=True)
        assert "Отправленное раньше больше не показывается" in answer.content.decode()
        assert case.number not in client_of("head").get(page).content.decode()

    def test_nobody_reaches_what_they_do_not_answer_for(
        self, client_of: ClientOf, head: Client, branch: Branch, far: Branch, people: dict[str, User]
    ) -> None:
        """A head is not offered other branches; an administrator not those of others, nor the fund."""
        head.post(f"{HOME}keys/new/", typed_key(branch, everywhere="on", others=[far.pk]))
        made = ApiKey.objects.get()
        assert (made.everywhere, made.other_branch_ids) == (False, [])
        admin = client_of("insurer_admin")
        for other in (
            people["rival"].representative.branches.get(),
            people["fund"].representative.branches.get(),
        ):
            assert admin.post(f"{HOME}keys/new/", typed_key(branch, others=[other.pk])).status_code == 422
        assert ApiKey.objects.count() == 1


class TestWhoSeesThem:
    @pytest.mark.parametrize("name", ["operator", "specialist", "expert", "fund_operator", "admin", "rival"])
    def test_the_page_is_for_heads_and_administrators(self, client_of: ClientOf, name: str) -> None:
        assert client_of(name).get(HOME).status_code == 403

    def test_an_administrator_of_the_insurer_chooses_the_branch(
        self, client_of: ClientOf, branch: Branch
    ) -> None:
        page = client_of("insurer_admin").get(f"{HOME}?branch={branch.pk}")
        assert page.status_code == 200

    def test_another_insurers_receiver_does_not_exist(
        self, client_of: ClientOf, add: Callable[..., str], people: dict[str, User]
    ) -> None:
        add()
        fund = client_of("fund")
        for act in ("", "off/", "test/"):
            address = f"{HOME}webhooks/{Webhook.objects.get().reference}/{act}"
            answer = fund.get(address) if not act else fund.post(address)
            assert answer.status_code == 404

    def test_a_long_list_costs_few_queries(
        self, head: Client, add: Callable[..., str], django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        add()
        webhook = Webhook.objects.get()
        now = database_now()
        Outbox.objects.bulk_create(
            Outbox(
                channel="webhook", kind="case.hop", subject_kind="complaint", subject_id=number,
                receiver_kind="webhook", receiver_id=webhook.pk, payload={"number": "76-26-0000001-7"},
                created_at=now, available_at=now,
            )
            for number in range(100)
        )  # fmt: skip
        page = f"{HOME}webhooks/{webhook.reference}/"
        head.get(page)
        with django_assert_max_num_queries(14):
            text = head.get(page).content.decode()
        assert text.count("76-26-0000001-7") == 30
