"""Approved texts: versions, a branch's own in the place of a common one, blanks, which are recognised."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from complaints.models import Message, Template
from complaints.services import templates, thread
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from tests.complaints.staff.test_answering import make_text
from tests.factories import (
    NOW,
    TODAY,
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def offered(branch_id: int) -> list[str]:
    texts = Template.objects.for_branch(branch_id, TODAY).about(make_category().pk)
    return [f"{text.title} {text.version}" for text in texts]


def test_a_change_is_a_new_version_and_the_old_one_stays_readable() -> None:
    head, text = make_staff("head", heads=make_branch()), make_text(branch=make_branch())
    changed = Template(code=text.code, branch=text.branch, title="Принято", body="Обращение {number} у нас.")
    templates.revise(template=changed, by=head, expected=1, now=NOW)
    again = Template(code=text.code, branch=text.branch, title="Принято", body="Обращение {number} здесь.")
    templates.revise(template=again, by=head, expected=2, now=NOW)
    assert offered(make_branch().pk) == ["Принято 3"]
    versions = Template.objects.of_code(text.code, make_branch().pk).values_list("body", flat=True)
    assert [body[:22] for body in versions] == [
        "Обращение {number} зде", "Обращение {number} у н", "Здравствуйте, {applica",
    ]  # fmt: skip


def test_who_has_seen_an_older_version_does_not_write_over_the_newer_one() -> None:
    head, text = make_staff("head"), make_text()
    late = Template(code=text.code, title="Принято", body="Обращение {number} у нас.")
    templates.revise(template=late, by=head, expected=1, now=NOW)
    with pytest.raises(SomebodyWasFirst):
        templates.revise(template=Template(code=text.code, body="Иначе"), by=head, expected=1, now=NOW)


def test_a_branchs_own_version_stands_in_the_place_of_the_common_one_until_it_is_withdrawn() -> None:
    branch, rival = make_branch(), make_branch("reso-med")
    common, head = make_text(title="Общий"), make_staff("head")
    own = Template(code=common.code, branch=branch, title="Свой", body="Обращение {number} у нас.")
    templates.revise(template=own, by=head, expected=0, now=NOW)
    assert (offered(branch.pk), offered(rival.pk)) == (["Свой 1"], ["Общий 1"])
    assert templates.withdraw(template=own, by=head, now=NOW)
    assert not templates.withdraw(template=own, by=head, now=NOW)
    assert offered(branch.pk) == ["Общий 1"]


def test_a_blank_that_nothing_fills_in_is_refused() -> None:
    with pytest.raises(RuleBroken) as refused:
        templates.revise(template=Template(code="x", body="Номер {numbr}"), by=make_staff("head"), now=NOW)
    assert "{numbr}" in str(refused.value.message)


@pytest.mark.parametrize("body", ["Номер {number", "Номер number}", "Номер {{number}}", "{} {number} }"])
def test_a_brace_without_a_pair_is_refused(body: str) -> None:
    with pytest.raises(RuleBroken):
        templates.revise(template=Template(code="x", body=body), by=make_staff("head"), now=NOW)


@pytest.mark.parametrize(
    ("text", "is_ready"),
    [
        ("Здравствуйте, Соколова Вера! Обращение № 76-1 о поликлинике № 2 мы получили.", True),
        ("здравствуйте, Вера! обращение № 1 о поликлинике им. Н. В. Соловьёва мы получили.", True),
        ("Здравствуйте, Вера! Обращение № 1. Мы уже звоним о поликлинике № 2 мы получили.", False),
        ("Здравствуйте, Вера! Обращение № 1 о поликлинике № 2 мы получили. Ждите звонка.", False),
    ],
)
def test_an_approved_text_is_recognised_whatever_fills_its_blanks(text: str, is_ready: bool) -> None:
    make_text()
    assert templates.is_ready_made(text, branch_id=make_branch().pk) is is_ready


def test_a_text_of_blanks_is_like_no_text_and_long_ones_cost_no_time() -> None:
    make_text(body="{patient} {clinic} {applicant}")
    make_text(code="b", body="{patient} и {clinic} и {applicant} и {branch} и {signatory} очень долго ждали!")
    started = time.monotonic()
    assert not templates.is_ready_made("и " * 5_000, branch_id=1)
    assert not templates.is_ready_made("Что угодно", branch_id=1)
    assert time.monotonic() - started < 10  # where it costs time it takes hours


def test_an_approved_text_about_a_clinic_is_withheld_until_it_is_known_who_asks() -> None:
    operator = make_staff("operator", 1, make_branch())
    case = make_complaint(make_branch(), held_by=operator)
    make_text(body="Ваше обращение № {number} о поликлинике {clinic} мы получили.")
    make_text(code="plain", body="Ваше обращение № {number} принято в работу.")
    hand = {"by": operator, "profile": profile(operator), "now": NOW + DAY}
    for text in (
        "Ваше обращение № 1 о поликлинике Онкологический диспансер мы получили.",
        "Ваше обращение № 1 принято в работу.",
    ):
        thread.post_by_staff(complaint=case, text=text, **hand)
    assert list(Message.objects.order_by("id").values_list("no_health_facts", flat=True)) == [False, True]


# --- the pages ---


def test_a_head_writes_previews_and_withdraws_and_others_read(client: Client) -> None:
    branch = make_branch()
    make_fund()
    common = make_text()
    client.force_login(make_staff("operator", 1, branch))
    assert client.get(f"/staff/templates/{common.pk}/").status_code == 200
    assert client.get("/staff/templates/new/").status_code == 403
    client.force_login(make_staff("head", heads=branch))
    typed = {"branch": branch.pk, "purpose": "reply", "title": "Свой", "body": "Обращение {number}: {today}"}
    address = f"/staff/templates/{common.pk}/"
    page = client.post(address, typed | {"preview": "1"})
    assert "76-26-1234567-2" in page.content.decode()
    assert Template.objects.count() == 1
    made = client.post(address, typed)["Location"]
    assert client.post(address, typed).status_code == 409
    assert [text.title for text in client.get("/staff/templates/").context["shelf"].in_force] == [
        "Принято", "Свой",
    ]  # fmt: skip
    client.post(f"{made}withdraw/")
    assert [text.title for text in client.get("/staff/templates/").context["shelf"].withdrawn] == ["Свой"]
    assert client.post(f"{address}withdraw/").status_code == 403
