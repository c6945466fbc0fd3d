"""How duty people hear of a call, and whom the lane calls when it has failed: portal, mail and SMS."""

import pytest

from complaints.escalation.duty import call
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from complaints.services import work
from omsportal.platform import delivery
from omsportal.platform.models import Outbox
from representatives.models import User
from tests.complaints.escalation.test_duty import HOUR, MINUTE, TEN, claim, fresh, on_duty, urgent
from tests.factories import NOW, make_branch, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db


class TestChannels:
    def told(self, case: Complaint, kind: str = "duty_call") -> list[tuple[str, int, int]]:
        rows = Outbox.objects.about("complaint", case.pk).filter(kind=kind)
        return sorted(rows.values_list("channel", "receiver_id", "dedup"))

    def test_portal_mail_and_sms_where_they_are_known(self) -> None:
        first = on_duty("first", email="first@example.org", phone="+79201234567")
        case = urgent()
        call(now=NOW)
        assert self.told(case) == [(channel, first.pk, 1) for channel in ("email", "portal", "sms")]
        assert Outbox.objects.get(channel="portal", kind="duty_call").sent_at == NOW

    def test_no_gateway_no_sms_and_no_address_no_mail(self, settings) -> None:
        settings.SMS_MODE = "off"
        first = on_duty("first", phone="+79201234567")
        case = urgent()
        call(now=NOW)
        assert self.told(case) == [("portal", first.pk, 1)]

    def test_a_second_call_of_the_same_person_is_a_new_notice(self) -> None:
        first = on_duty("first")
        case = urgent()
        call(now=NOW)
        call(now=NOW + TEN)
        assert self.told(case) == [("portal", first.pk, 1), ("portal", first.pk, 2)]

    def test_mail_and_sms_arrive_and_tell_no_medical_word(self, settings, smtp_server, tmp_path) -> None:
        smtp_server.use(settings)
        settings.DATA_DIR = tmp_path
        on_duty("first", email="first@example.org", phone="+79201234567")
        case = urgent(story="Отказали в химиотерапии")
        call(now=NOW)
        assert delivery.deliver(NOW).sent == 2
        (mail,), (sms,) = smtp_server.messages, (tmp_path / "sms").iterdir()
        assert mail["To"] == "first@example.org"
        assert sms.read_text() == f"+79201234567\nСрочное обращение № {case.number}, откройте портал\n"
        for words in (f"{mail['Subject']} {mail.get_content()}".lower(), sms.read_text().lower()):
            assert case.number in words
            assert not any(word in words for word in ("химио", "поликлин", "соколов", "тема "))

    def test_calls_are_urgent_notices(self) -> None:
        on_duty("first", email="first@example.org", phone="+79201234567")
        case = urgent()
        call(now=NOW)
        rows = Outbox.objects.about("complaint", case.pk).filter(kind="duty_call")
        assert set(rows.values_list("urgent", flat=True)) == {True}

    def test_a_case_taken_meanwhile_sends_nothing(self, settings, smtp_server) -> None:
        smtp_server.use(settings)
        first = on_duty("first", email="first@example.org")
        case = urgent()
        call(now=NOW)
        claim(case, first, NOW + MINUTE)
        delivered = delivery.deliver(NOW + MINUTE)
        assert (delivered.sent, delivered.skipped, smtp_server.messages) == (0, 1, [])


class TestEndOfTheLane:
    """Head and fund are called when the experts were late too."""

    def late(self) -> tuple[Complaint, User, User]:
        head = make_staff("head", heads=make_branch(), email="head@example.org", phone="+79201112233")
        of_fund = make_staff("fund", heads=make_fund(), email="fund@example.org")
        case = urgent(tier=3)
        sweep(now=case.due_at)
        return fresh(case), head, of_fund

    def test_head_and_fund_are_called_once_by_the_same_channels(self) -> None:
        case, head, of_fund = self.late()
        assert call(now=case.breached_at + HOUR).heads == 0  # the sweep has called them
        rows = Outbox.objects.about("complaint", case.pk).filter(kind="duty_late")
        assert set(rows.values_list("channel", "receiver_id")) == {
            ("portal", head.pk), ("email", head.pk), ("sms", head.pk),
            ("portal", of_fund.pk), ("email", of_fund.pk),
        }  # fmt: skip

    def test_it_arrives_with_what_to_do(self, settings, smtp_server) -> None:
        smtp_server.use(settings)
        case, _head, _fund = self.late()
        call(now=case.breached_at)
        delivery.deliver(case.breached_at)
        assert {message["To"] for message in smtp_server.messages} == {"head@example.org", "fund@example.org"}
        assert all("Срок последней линии истёк" in message.get_content() for message in smtp_server.messages)

    def test_an_ordinary_case_that_is_late_calls_no_head(self) -> None:
        make_staff("head", heads=make_branch())
        case = make_complaint(tier=3)
        sweep(now=case.due_at)
        assert call(now=case.due_at).heads == 0

    def test_a_case_in_work_calls_them_too(self) -> None:
        make_staff("head", heads=make_branch())
        expert = make_staff("expert", 3, make_branch())
        case = urgent(tier=3)
        work.claim(complaint=case, by=expert, profile=profile(expert), now=case.entered_at)
        sweep(now=case.due_at)
        assert Outbox.objects.about("complaint", case.pk).filter(kind="duty_late").count() == 1
