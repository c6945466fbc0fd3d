"""Answering on the page of a case: unsent and approved texts, a second pair of eyes, case after case."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from benchmarks.plans import explained
from complaints.kinds import NamingConsent, TemplatePurpose
from complaints.models import Answer, Card, Complaint, History, Message, Template, WorkDraft
from complaints.reports.staff.beside import beside
from complaints.services import thread, work_drafts
from complaints.states import Event
from insurers.models import Branch, MedicalOrganisation
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_case import page_of, press, readings
from tests.factories import LONG_AGO, make_category, make_complaint, profile

TYPING = {"headers": {"X-While-Typing": "1"}}
DAY = timedelta(days=1)


def keep(client: Client, case: Complaint, act: str = "message", **typed: Any) -> Any:
    return client.post(f"/staff/cases/{case.number}/drafts/{act}/", typed, **TYPING)  # type: ignore[arg-type]


def form_of(answer: Any, act: str) -> Any:
    return next(offer for offer in answer.context["offers"] if offer.deed.name == act)


def text_in(answer: Any, act: str = "message") -> str:
    return str(form_of(answer, act).form["text"].value() or "")


def a_pdf(name: str, pages: int = 1) -> SimpleUploadedFile:
    """Of empty pages."""
    made, body = pikepdf.new(), BytesIO()
    for _page in range(pages):
        made.add_blank_page()
    made.save(body, deterministic_id=True)
    return SimpleUploadedFile(name, body.getvalue(), content_type="application/pdf")


def make_text(**fields: Any) -> Template:
    known = {"code": "accepted", "title": "Принято", "valid_from": LONG_AGO}
    known["body"] = "Здравствуйте, {applicant}! Обращение № {number} о поликлинике {clinic} мы получили."
    return Template.objects.create(**(known | fields))


# --- unsent texts ---


def test_what_is_typed_survives_a_reload_and_another_browser(
    held_case: Complaint, client_of: ClientOf
) -> None:
    told = keep(client_of("operator"), held_case, text="Пишу длинный ответ", no_health_facts="on").json()
    assert told["revision"] == 1
    page = page_of(client_of("operator"), held_case)
    assert text_in(page) == "Пишу длинный ответ"
    assert form_of(page, "message").form["no_health_facts"].value() == "on"
    assert page.content.decode().count("ещё не отправлено") == 1, "said beside the one form that has it"
    assert text_in(page_of(client_of("head"), held_case), "note") == ""
    assert "Пишу длинный ответ" not in page_of(client_of("head"), held_case).content.decode()


def test_sending_ends_the_unsent_text(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    told = keep(operator, held_case, text="Добрый день").json()
    press(operator, held_case, "message", text="Добрый день!", token="t", draft=told["draft"])
    assert not WorkDraft.objects.exists()
    assert Message.objects.get().sealed["text"] == "Добрый день!"


def test_two_windows_write_over_nothing_and_the_newer_is_offered(
    held_case: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    first = keep(operator, held_case, text="Начало").json()
    other = keep(operator, held_case, text="Начало и конец", draft=first["draft"], revision="1").json()
    assert (other["draft"], other["revision"]) == (first["draft"], 2)
    stale = keep(operator, held_case, text="Начало иначе", draft=first["draft"], revision="1").json()
    assert stale["draft"] != first["draft"]
    assert first["draft"] in stale["newer"]["url"]
    page = operator.get(stale["newer"]["url"])
    assert text_in(page) == "Начало и конец"
    assert [draft.sealed["fields"]["text"] for draft in form_of(page, "message").others] == ["Начало иначе"]


def test_a_text_of_another_window_is_offered_after_sending_but_stands_in_no_form(
    held_case: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    sent = keep(operator, held_case, text="Отправлю это").json()
    keep(operator, held_case, text="А это в другом окне")
    press(operator, held_case, "message", text="Отправлю это", token="t", draft=sent["draft"])
    page = page_of(operator, held_case)
    assert text_in(page) == ""
    assert len(form_of(page, "message").others) == 1


def test_an_unsent_text_is_for_those_who_open_the_case_and_for_nobody_else(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    assert keep(client_of("specialist"), held_case, text="Чужое").status_code == 403
    assert keep(client_of("rival"), held_case, text="Чужое").status_code == 404
    assert keep(client_of("anonymous"), held_case, text="Чужое").status_code == 401
    assert keep(client_of("operator"), held_case, "claim", text="Нет такой формы").status_code == 404
    told = keep(client_of("operator"), held_case, text="Моё").json()
    client_of("head").post(f"/staff/cases/{held_case.number}/drafts/message/forget/", told)
    assert WorkDraft.objects.count() == 1
    assert work_drafts.purge(now + 29 * DAY) == 0
    assert work_drafts.purge(now + 31 * DAY) == 1


# --- approved texts ---


def test_an_approved_text_is_put_in_with_the_facts_of_the_case(
    held_case: Complaint, client_of: ClientOf
) -> None:
    text, operator = make_text(), client_of("operator")
    address = f"/staff/cases/{held_case.number}/texts/message/"
    told = operator.post(address, {"template": text.pk}, **TYPING).json()  # type: ignore[arg-type]
    assert told["text"] == (
        f"Здравствуйте, Соколова Вера Ильинична! Обращение № {held_case.number} о поликлинике "
        "Поликлиника № 2 мы получили."
    )
    answer = operator.post(address, {"template": text.pk, "text": "Начало."})
    assert text_in(operator.get(answer["Location"])) == f"Начало.\n\n{told['text']}"
    assert client_of("specialist").post(address, {"template": text.pk}).status_code == 403


def test_a_blank_without_a_fact_is_not_sent(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    case = make_complaint(branch, now=now, held_by=people["operator"], is_anonymous=True)
    operator, text = client_of("operator"), make_text()
    address = f"/staff/cases/{case.number}/texts/message/"
    filled = operator.post(address, {"template": text.pk}, **TYPING).json()["text"]  # type: ignore[arg-type]
    assert "[[" in filled
    answer = press(operator, case, "message", text=filled)
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_texts_of_another_theme_branch_or_purpose_are_not_offered(
    held_case: Complaint, branch: Branch, people: dict[str, User], client_of: ClientOf
) -> None:
    rival_branch = people["rival"].representative.branches.get()
    common, own = make_text(), make_text(branch=branch, title="Принято у нас")
    make_text(code="other", category=make_category("drugs"))
    make_text(code="rival", branch=rival_branch)
    make_text(code="talk", purpose=TemplatePurpose.SCRIPT)
    page = page_of(client_of("operator"), held_case)
    assert [text.id for text in page.context["beside"].replies] == [own.pk]
    address = f"/staff/cases/{held_case.number}/texts/message/"
    assert client_of("operator").post(address, {"template": common.pk}).status_code == 404


def test_the_script_of_a_call_to_the_clinic_opens_after_the_consent_and_with_the_number(
    held_case: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    assert page_of(operator, held_case).context["scripts"].clinic is None
    press(operator, held_case, "naming", allowed="yes")
    assert Card.objects.get(pk=held_case.pk).naming_consent == NamingConsent.YES
    line = History.objects.filter(complaint=held_case).last()
    assert (line.event, line.reason) == (Event.NAMING_NOTED, "naming_yes")
    body = page_of(operator, held_case).content.decode()
    panel = body[body.index("script__number") :]
    assert panel.index(held_case.number) < panel.index("Соколова")
    press(operator, held_case, "naming", allowed="no")
    assert page_of(operator, held_case).context["scripts"].clinic is None


# --- one thing after another ---


def test_send_and_next_takes_the_next_case_then_goes_on_to_the_own_ones(
    held_case: Complaint, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    waiting, operator = make_complaint(branch, now=now), client_of("operator")
    answer = press(operator, held_case, "message", text="Добрый день", token="1", then="next")
    assert answer["Location"] == f"/staff/cases/{waiting.number}/"
    waiting.refresh_from_db()
    assert waiting.assignee_id == people["operator"].pk
    answer = press(operator, waiting, "resolve", outcome="organised", text="Вас ждут 25 марта.", then="next")
    assert answer["Location"] == f"/staff/cases/{held_case.number}/"
    answer = press(
        operator, held_case, "resolve", outcome="organised", text="Вас ждут 26 марта.", then="next"
    )
    assert answer["Location"] == "/staff/"


def test_send_and_wait_sends_and_pauses_the_clock(held_case: Complaint, client_of: ClientOf) -> None:
    press(
        client_of("operator"), held_case, "message", text="Когда?", token="1", then="wait", working_days="2"
    )
    held_case.refresh_from_db()
    assert (held_case.status, held_case.pauses_used) == ("waiting", 1)
    assert Message.objects.get().sealed["text"] == "Когда?"


def test_files_of_staff_reach_the_thread_public_or_internal(
    held_case: Complaint,
    people: dict[str, User],
    client_of: ClientOf,
    files_dir: object,  # noqa: F811  the fixture
) -> None:
    operator, bad = client_of("operator"), SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 60)
    assert press(operator, held_case, "note", text="Вот", attached=bad).status_code == 422
    for act, text in (("message", ""), ("note", "Копия")):
        press(operator, held_case, act, text=text, token=act, attached=a_pdf("list.pdf"))
    messages = list(Message.objects.order_by("id"))
    assert [(m.is_internal, m.attachments.count()) for m in messages] == [(False, 1), (True, 1)]
    address = f"/staff/cases/{held_case.number}/files/{messages[0].attachments.get().storage_name}/"
    saved, shown = operator.get(address), operator.get(f"{address}?show")
    assert saved["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved["Content-Security-Policy"]
    assert shown["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert readings(people["operator"]).count("file") == 2


# --- nobody acts on what they have not seen ---


def test_an_act_stops_when_others_changed_the_case_and_goes_through_when_pressed_again(
    held_case: Complaint, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    seen = page_of(operator, held_case).context["seen"]
    press(client_of("head"), held_case, "naming", allowed="yes")
    answer = press(operator, held_case, "message", text="Долго печатала", token="1", seen=seen)
    assert answer.status_code == 409
    assert [change.event for change in answer.context["problem"].changes] == ["naming_noted"]
    assert not Message.objects.exists()
    form = form_of(answer, "message").form
    again = {name: form[name].value() for name in ("text", "token", "seen")}
    assert press(operator, held_case, "message", **again).status_code == 302
    assert Message.objects.get().sealed["text"] == "Долго печатала"


def test_own_acts_in_another_window_stop_nothing(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    seen = page_of(operator, held_case).context["seen"]
    press(operator, held_case, "naming", allowed="yes")
    assert press(operator, held_case, "message", text="Добрый день", seen=seen).status_code == 302


def test_a_decision_waits_for_what_the_applicant_has_just_written(
    held_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    page = page_of(operator, held_case)
    read = form_of(page, "resolve").form["read"].value()
    thread.post_by_patient(complaint=held_case, text="Меня уже приняли", now=now)
    decision = {"outcome": "organised", "text": "Вас ждут.", "read": read}
    answer = press(operator, held_case, "resolve", **decision)
    assert answer.status_code == 409
    assert "Меня уже приняли" in answer.content.decode()
    decision["read"] = form_of(answer, "resolve").form["read"].value()
    assert press(operator, held_case, "resolve", **decision).status_code == 302


# --- a letter, and a new appeal ---


def test_a_letter_is_an_answer_with_number_day_signatory_and_signed_file(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf,
    files_dir: object,  # noqa: F811  the fixture
) -> None:  # fmt: skip
    case = make_complaint(branch, now=now - 3 * DAY, held_by=people["operator"], answer_channel="letter")
    operator = client_of("operator")
    press(operator, case, "resolve", outcome="organised", text="Вас ждут 25 марта.")
    page = page_of(operator, case)
    assert form_of(page, "dispatch_answer").is_opened
    today = now.astimezone(branch.zone).date()
    letter = {"way": "letter", "outgoing_number": "12-34", "signatory": people["head"].pk}
    assert press(operator, case, "dispatch", **letter, sent_on=today + DAY).status_code == 422
    assert press(operator, case, "dispatch", **letter, sent_on=today - DAY).status_code == 422
    press(operator, case, "dispatch", **letter, sent_on=today, attached=a_pdf("letter.pdf"))
    answer = Answer.objects.get()
    assert (answer.outgoing_number, answer.signatory) == ("12-34", people["head"])
    assert answer.signed_file.message.complaint_id == case.pk
    case.refresh_from_db()
    assert case.status == "answered"


def test_staff_register_a_new_appeal_when_it_did_not_help(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    press(operator, held_case, "resolve", outcome="organised", text="Вас ждут 25 марта.")
    page = press(operator, held_case, "reopen", text="Никто не ждал")
    filed = page.context["filed"]
    assert filed.access_code in page.content.decode()
    later = Complaint.objects.get(number=filed.number)
    assert later.earlier_links.get().earlier_id == held_case.pk
    linked = page_of(client_of("head"), held_case).context["beside"].linked  # who decided is barred
    assert [case.number for case in linked] == [filed.number]
    assert press(operator, held_case, "reopen", text="Ещё раз").status_code in {409, 422}


# --- what stands beside a case ---


def test_other_appeals_of_the_patient_alike_and_linked_ones_stand_beside(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760001", name="Поликлиника № 2", short_name="Поликлиника № 2"
    )
    here = make_complaint(branch, now=now, held_by=people["operator"], medical_organisation=clinic)
    stranger = {"surname": "Кузнецова", "first_name": "Анна"}
    other = {"applicant": stranger, "patient": stranger}
    alike = make_complaint(branch, now=now, medical_organisation=clinic, **other)
    make_complaint(branch, now=now, medical_organisation=clinic, category=make_category("drugs"), **other)
    before = make_complaint(branch, now=now - DAY)
    around = page_of(client_of("operator"), here).context["beside"]
    assert {case.number for case in around.previous} == {before.number}
    assert {case.number for case in around.alike} == {alike.number}
    assert around.linked == []


def test_a_theme_of_a_case_that_may_not_be_opened_is_not_told(
    held_case: Complaint, branch: Branch, now: datetime, client_of: ClientOf
) -> None:
    secret = make_complaint(branch, now=now, tier=2, category=make_category("secret", title="Тайная тема"))
    body = page_of(client_of("operator"), held_case).content.decode()
    assert secret.number in body
    assert "Тайная тема" not in body


def test_the_page_keeps_to_fifteen_queries_with_all_of_it(
    held_case: Complaint, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    operator = client_of("operator")
    thread.post_by_patient(complaint=held_case, text="Где ответ?", now=now)
    for act in ("message", "note", "resolve"):
        keep(operator, held_case, act, text="Черновик")
    for code in ("a", "b"):
        make_text(code=code)
    make_text(code="talk", purpose=TemplatePurpose.SCRIPT, body="Здравствуйте, это {branch}.")
    make_complaint(branch, now=now)
    with django_assert_max_num_queries(15):
        assert page_of(operator, held_case).status_code == 200


_CARDS_OF_OTHERS = """
INSERT INTO complaints_card
    (complaint_id, sealed, patient_surname_key, applicant_surname_key, policy_blind, for_whom, is_anonymous,
     identity_level, naming_consent, answer_channel, incoming_number)
SELECT id, ''::bytea, 'other' || id, '', sha256(id::text::bytea), 'self', false, 0, 'ask', 'site', ''
FROM complaints_complaint WHERE id NOT IN (SELECT complaint_id FROM complaints_card)
"""


def test_what_stands_beside_a_case_reads_no_whole_table(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    """At thousands of cases of the branch: each list goes by its own index."""
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760001", name="Поликлиника № 2", short_name="Поликлиника № 2"
    )
    here = make_complaint(branch, now=now, held_by=people["operator"], medical_organisation=clinic)
    make_complaint(branch, now=now, medical_organisation=clinic)
    copies(make_complaint(branch, now=now, applicant={}, patient={"surname": "Другая"}), 3_000)
    with connection.cursor() as cursor:
        cursor.execute(_CARDS_OF_OTHERS)
        cursor.execute("ANALYZE")
    with explained() as plans:
        around = beside(here, here.card, profile(people["operator"], on=now.date()), now)
    assert (len(around.alike), len(around.previous)) == (1, 1)
    assert plans.whole_tables() == {}
