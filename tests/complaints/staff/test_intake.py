"""The registration card: what it asks by kind and channel, whom it goes to, number and code for everyone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from complaints.kinds import IdentityLevel
from complaints.models import Complaint, Consent, History, Template
from insurers.models import Branch
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import Holder, PolicyRecord, create_policies
from representatives.models import Representative, User
from tests.complaints.public.conftest import files_dir, photo_bytes  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO, make_branch, make_category, make_fund

pytestmark = pytest.mark.django_db

BORN = date(1950, 12, 31)
POLICY = enp_for("76", BORN, Sex.FEMALE, 7)
INTAKE = "/staff/intake/"
SCRIPT = "Прикрепиться можно к любой поликлинике, которая работает по ОМС. Заявление подают там же."


def insure(branch: Branch, *, number: str = POLICY, **known: Any) -> None:
    """Вера Соколова in the register of this branch."""
    person = {
        "surname": "Соколова",
        "first_name": "Вера",
        "patronymic": "Ильинична",
        "birth_on": BORN,
    } | known
    holder = Holder(**person)
    create_policies([PolicyRecord(number=check_policy_number(number), holder=holder, branch_id=branch.pk)])


def card(**typed: Any) -> dict[str, Any]:
    """A complaint by phone."""
    usual = {
        "key": "k" * 43, "act": "register", "channel": "phone", "for_whom": "self", "kind": "complaint",
        "category": make_category().pk, "story": "Ждёт УЗИ два месяца", "clinic": "Поликлиника № 2",
        "surname": "Соколова", "first_name": "Вера", "phone": "8 920 123-45-67", "naming_consent": "ask",
    }  # fmt: skip
    return {name: value for name, value in (usual | typed).items() if value is not None}


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


@pytest.fixture
def own(branch: Branch, people: dict[str, User]) -> Branch:
    return branch


def send(client: Any, typed: dict[str, Any]) -> Any:
    return client.post(INTAKE, {"desk": own_desk(client)} | typed)


def own_desk(client: Any) -> Any:
    return Representative.objects.get(user=client.session["_auth_user_id"]).branches.get().pk


def only_case() -> Complaint:
    case: Complaint = Complaint.objects.with_card().get()
    return case


def test_a_call_becomes_a_case_with_number_and_code(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    answer = send(operator, card())
    case = only_case()
    assert (answer.status_code, answer["Location"]) == (302, f"{INTAKE}registered/{case.number}/")
    assert (case.channel, case.form, case.kind, case.branch, case.tier) == (
        "phone",
        "oral",
        "complaint",
        own,
        1,
    )
    assert case.answer_due_on is None, "what is only said has no date of the law"
    assert case.card.sealed["applicant"]["phone"] == "+79201234567"
    filed = History.objects.get(complaint=case)
    assert (filed.event, filed.cause, filed.by.username) == ("filed", "staff", "operator")


def test_number_and_code_can_be_dictated_printed_and_sent(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    page = operator.get(send(operator, card(address="Ярославль, улица Мира, 1"))["Location"])
    receipt = page.context["receipt"]
    assert receipt.number == only_case().number
    groups = page.context["code"]
    assert "".join(group for group, _words in groups) == receipt.access_code.replace(" ", "")
    assert [len(words) for _group, words in groups] == [4, 4, 4, 4]
    for paper in ("receipt", "letter"):
        made = operator.get(f"{INTAKE}registered/{receipt.number}/{paper}/")
        assert made.content.startswith(b"%PDF"), paper


def test_number_and_code_are_for_whoever_registered_them(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    address = send(operator, card())["Location"]
    colleague = client_of("specialist")
    colleague.cookies["desk_receipt"] = operator.cookies["desk_receipt"].value
    assert colleague.get(address).status_code == 410
    assert colleague.get(f"{address}receipt/").status_code == 404
    assert client_of("operator").get(address).status_code == 410, "another browser"


def test_one_card_makes_one_case(own: Branch, client_of: ClientOf) -> None:
    operator, typed = client_of("operator"), card()
    first, second = send(operator, typed), send(operator, typed)
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


#: What is wrong with a card, and at which field that is said.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"clinic": None}, "clinic"),
    ({"surname": None}, "surname"),
    ({"first_name": None}, "first_name"),
    ({"phone": None}, "phone"),
    ({"phone": "12345"}, "phone"),
    ({"kind": None}, "kind"),
    ({"category": None}, "category"),
    ({"story": None}, "story"),
    ({"policy_number": "7658 4808 2000 0013"}, "policy_number"),
    ({"for_whom": "child"}, "applicant_surname"),
    ({"answer_channel": "letter"}, "address"),
    ({"email_notices": "on"}, "email"),
    ({"channel": "letter"}, "address"),
    ({"channel": "email"}, "email"),
    ({"channel": "other_body", "other_body": "Росздравнадзор"}, "incoming_number"),
    (day("incoming_on", LONG_AGO), "incoming_number"),
    (day("received_on", localdate() + timedelta(days=2)), "received_on"),
    (day("received_on", localdate() - timedelta(days=9)), "received_on"),
    ({"channel": "chat"}, "channel"),
]


def test_it_says_what_is_missing_and_keeps_the_rest(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for typed, field in WRONG:
        answer = send(operator, card(**typed))
        assert (answer.status_code, field in answer.context["form"].errors) == (422, True), (typed, field)
        assert "story" in typed or "Ждёт УЗИ два месяца" in answer.content.decode(), typed
    assert not Complaint.objects.exists()


def test_a_question_needs_neither_name_nor_clinic(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for kind in ("consultation", "proposal", "thanks"):
        typed = card(kind=kind, key=kind, clinic=None, surname=None, first_name=None, phone=None)
        assert send(operator, typed).status_code == 302, kind
    assert {case.card.is_anonymous for case in Complaint.objects.with_card()} == {True}


def test_a_letter_runs_the_clock_of_the_law_and_brings_its_scan(
    own: Branch,
    client_of: ClientOf,
    files_dir: Any,  # noqa: F811  the fixture
) -> None:
    yesterday = localdate() - timedelta(days=1)
    scan = SimpleUploadedFile("письмо.jpg", photo_bytes((8, 8)))
    typed = card(
        channel="letter", address="Ярославль, улица Мира, 1", incoming_number="17-вх", scans=scan,
        **day("incoming_on", yesterday), **day("received_on", yesterday),
    )  # fmt: skip
    assert send(client_of("operator"), typed).status_code == 302
    case = only_case()
    assert (case.form, case.card.answer_channel) == ("written", "letter")
    assert case.answer_due_on is not None
    assert (case.card.incoming_number, case.card.incoming_on) == ("17-вх", yesterday)
    assert case.received_at.astimezone(own.zone).date() == yesterday
    assert case.registered_at > case.received_at
    file = case.attachments.get()
    assert (file.sealed["name"], file.uploaded_by.username) == ("письмо.jpg", "operator")


def test_a_file_that_cannot_be_kept_keeps_the_card(own: Branch, client_of: ClientOf, files_dir: Any) -> None:  # noqa: F811
    answer = send(client_of("operator"), card(scans=SimpleUploadedFile("письмо.jpg", b"MZ" + bytes(600))))
    assert answer.status_code == 422
    assert "scans" in answer.context["form"].errors
    assert not Complaint.objects.exists()


def test_another_body_is_named_with_number_and_date(own: Branch, client_of: ClientOf) -> None:
    typed = card(
        channel="other_body", other_body="Росздравнадзор", incoming_number="И76-15/26",
        **day("incoming_on", localdate()),
    )  # fmt: skip
    assert send(client_of("operator"), typed).status_code == 302
    case = only_case()
    assert case.card.sealed["details"]["other_body"] == "Росздравнадзор"
    assert (case.form, case.card.incoming_number) == ("written", "И76-15/26")


def test_a_document_that_was_seen_tells_who_asks(own: Branch, client_of: ClientOf) -> None:
    typed = card(channel="visit", proof="seen_passport", is_written="on")
    assert send(client_of("operator"), typed).status_code == 302
    case = only_case()
    assert (case.card.identity_level, case.form) == (IdentityLevel.IN_PERSON, "written")
    events = History.objects.filter(complaint=case).order_by("pk").values_list("event", "reason")
    assert list(events) == [("filed", ""), ("identified", "seen_passport")]


def test_the_policy_tells_whom_it_goes_to(own: Branch, client_of: ClientOf) -> None:
    rival = make_branch("reso-med")
    insure(rival)
    operator = client_of("operator")
    page = operator.get(send(operator, card(policy_number=POLICY, **day("birth_on", BORN)))["Location"])
    case = only_case()
    assert (case.branch, case.card.policy_id is not None) == (rival, True)
    assert page.context["opens"] is False
    assert case.number in page.content.decode()
    assert f"/staff/cases/{case.number}/" not in page.content.decode()


def test_without_a_policy_the_named_insurer_or_the_fund_takes_it(own: Branch, client_of: ClientOf) -> None:
    operator = client_of("operator")
    for insurer, body in (("reso-med", make_branch("reso-med")), ("unknown", make_fund())):
        assert send(operator, card(insurer=insurer, key=insurer)).status_code == 302
        assert Complaint.objects.order_by("-pk")[0].branch == body


def test_what_the_fund_registers_stays_with_the_fund(own: Branch, client_of: ClientOf) -> None:
    insure(own)
    operator = client_of("fund_operator")
    typed = card(policy_number=POLICY, **day("birth_on", BORN))
    page = operator.get(send(operator, typed)["Location"])
    case = only_case()
    assert (case.branch.is_fund, case.tier, page.context["opens"]) == (True, 4, True)
    assert case.card.policy_id is not None, "the insurer is known for handing it over"


def test_only_who_has_a_desk_registers(own: Branch, client_of: ClientOf) -> None:
    for who in ("head", "insurer_admin", "admin"):
        client = client_of(who)
        assert client.get(INTAKE).status_code == 403
        assert client.post(INTAKE, card()).status_code == 403
        assert client.post(f"{INTAKE}callers/", {"phone": "89201234567"}).status_code == 403


def test_nobody_registers_at_a_desk_of_others(own: Branch, client_of: ClientOf) -> None:
    answer = client_of("operator").post(INTAKE, card(desk=make_branch("reso-med").pk))
    assert answer.status_code == 422
    assert "desk" in answer.context["form"].errors


def test_consents_are_asked_for_one_by_one(own: Branch, client_of: ClientOf) -> None:
    send(client_of("operator"), card(email="vera@example.org"))
    assert not Consent.objects.exists()
    send(client_of("operator"), card(key="other", email="vera@example.org", email_notices="on"))
    assert Consent.objects.get().purpose == "email"


# --- answered at once ---


@pytest.fixture
def script(people: dict[str, User]) -> Template:
    theme = make_category("question", default_kind="consultation", arrival_tier=3)
    return Template.objects.create(
        code="choose", category=theme, title="Как выбрать поликлинику", body=SCRIPT, valid_from=LONG_AGO
    )


def at_once(script: Template, **typed: Any) -> dict[str, Any]:
    """What an operator does: the phone is known from the call, one list, one button."""
    usual = {"key": "q" * 43, "act": "answer", "channel": "phone", "for_whom": "self", "script": script.pk}
    return usual | {"naming_consent": "ask", "outcome": "clarified"} | typed


def test_a_question_is_registered_answered_and_closed_at_one_go(
    own: Branch, script: Template, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    page = operator.get(send(operator, at_once(script))["Location"])
    case = only_case()
    assert (case.status, case.outcome, case.kind, case.category) == (
        "answered", "clarified", "consultation", script.category,
    )  # fmt: skip
    assert (case.tier, case.branch, case.first_reaction_at is not None) == (1, own, True)
    assert case.answer.sealed["text"] == SCRIPT
    events = History.objects.filter(complaint=case).order_by("pk").values_list("event", flat=True)
    assert list(events) == ["filed", "claimed", "reacted", "resolved", "answered"]
    assert page.context["receipt"].number == case.number


def test_what_was_said_in_other_words_is_kept_in_them(
    own: Branch, script: Template, client_of: ClientOf
) -> None:
    send(client_of("operator"), at_once(script, answer="Сказал прийти с полисом в любую поликлинику."))
    assert only_case().answer.sealed["text"] == "Сказал прийти с полисом в любую поликлинику."


def test_only_what_is_said_is_answered_at_once(own: Branch, script: Template, client_of: ClientOf) -> None:
    answer = send(client_of("operator"), at_once(script, channel="letter", address="Ярославль"))
    assert answer.status_code == 422
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "complaint"}, "kind"),
        ({"kind": "thanks"}, "kind"),
        ({"in_clinic_now": "on"}, "in_clinic_now"),
    ],
)
def test_no_complaint_and_nobody_in_need_is_closed_at_once_as_a_question(
    own: Branch, script: Template, client_of: ClientOf, typed: dict[str, str], field: str
) -> None:
    answer = send(client_of("operator"), at_once(script, **typed))
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Complaint.objects.exists()


def test_what_concerns_the_insurer_is_left_to_the_fund(
    own: Branch, script: Template, client_of: ClientOf
) -> None:
    make_fund()
    theme = make_category("insurer", about_insurer=True)
    answer = send(client_of("operator"), at_once(script, category=theme.pk))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not Complaint.objects.exists()


def test_the_number_takes_its_place_in_the_answer(own: Branch, script: Template, client_of: ClientOf) -> None:
    script.body = "Прикрепиться можно к любой поликлинике. Номер вашего обращения {number}. {branch}."
    script.save()
    operator = client_of("operator")
    read_out = operator.get(f"{INTAKE}script/", {"script": script.pk}).content.decode()
    assert "обращения {number}. СОГАЗ-Мед" in read_out, "before there is a number"
    send(operator, at_once(script))
    case = only_case()
    assert case.answer.sealed["text"].endswith(f"обращения {case.number}. {own}.")


def test_nothing_goes_out_with_an_open_blank(own: Branch, script: Template, client_of: ClientOf) -> None:
    script.body = "Прикрепиться можно к любой поликлинике. Звоните: {phone}."
    script.save()
    assert send(client_of("operator"), at_once(script)).status_code == 422, "the branch has no phone"
    assert not Complaint.objects.exists()


def test_a_script_that_names_people_and_one_of_another_insurer_are_not_offered(
    own: Branch, script: Template, client_of: ClientOf
) -> None:
    Template.objects.create(
        code="n", title="Принято", body="{applicant}, обращение № {number}", valid_from=LONG_AGO
    )
    rival = make_branch("reso-med")
    Template.objects.create(code="r", title="Чужой", body="Ждите.", valid_from=LONG_AGO, branch=rival)
    operator = client_of("operator")
    assert list(operator.get(INTAKE).context["form"].fields["script"].queryset) == [script]
    assert SCRIPT in operator.get(f"{INTAKE}script/", {"script": script.pk}).content.decode()
    foreign = Template.objects.get(code="r")
    assert "Ждите." not in operator.get(f"{INTAKE}script/", {"script": foreign.pk}).content.decode()
