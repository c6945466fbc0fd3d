"""Every page of patients in each of its states, kept as it was answered: empty, filled in, with mistakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from complaints.kinds import ForWhom, Outcome, Urgency
from complaints.models import Card, Category, Complaint, Deadline, Guide
from complaints.reference.english import load_english
from complaints.reference.terms import load_deadlines
from complaints.services import chats, closing, thread, waiting, work
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests import factories
from tests.access.pages import Seen
from tests.complaints.public.conftest import ANSWERS, START, Patient, photo, renamed_program, url

FORM = "application/x-www-form-urlencoded"
NOT_FOUND = 404
PLACE = {"region": "76", "insurer": "sogaz-med"}
CASE, CHAT = "/status/case/", "/chat/"
#: Of the opened case.
OWN = ("", "dates/", "readings/", "identity/", "contacts/", "contacts/phone/", "contacts/email/", "data/",
       "withdraw/")  # fmt: skip
FOR_SOMEBODY = {**ANSWERS["contacts"], "applicant_surname": "Соколова", "applicant_first_name": "Анна"}
NOWHERE = {"which": "76-26-7654321-3", "surname": "Соколова", "birth_on_day": "31", "birth_on_month": "12",
           "birth_on_year": "1950"}  # fmt: skip


@dataclass
class Tour:
    """One visitor, in one language and look."""

    branch: Branch
    now: datetime
    language: str = "ru"
    look: str = ""
    seen: list[Seen] = field(default_factory=list)
    routes: set[str] = field(default_factory=set)
    patient: Patient = field(init=False)

    def __post_init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        """The next visitor."""
        self.patient = Patient(Client(headers={"accept-language": self.language}))
        self.patient.client.cookies["look"] = self.look

    def get(self, path: str, title: str = "", **query: Any) -> Any:
        return self._keep(title or path, self.patient.client.get(path, query or None, follow=True))

    def post(self, path: str, data: Mapping[str, Any], name: str, **more: Any) -> Any:
        return self._keep(name, self.patient.client.post(path, data, follow=True, **more))

    def _keep(self, name: str, answer: Any) -> Any:
        if answer.status_code != NOT_FOUND:
            self.routes.add(answer.resolver_match.view_name)
        self.seen.append(Seen(f"{name} ({self.language} {self.look})", answer.content.decode()))
        return answer

    def whole(self) -> "Tour":
        """Every page there is."""
        ways: tuple[Callable[[], None], ...] = (
            self.help, self.lookups, self.filing, self.filing_for_others, self.calls, self.chat,
            self.following, self.answered, self.lost, self.refused,
        )  # fmt: skip
        for way in ways:
            self.anew()
            way()
        return self

    def help(self) -> None:
        for path in ("/", "/help/waiting/", "/help/clinic-now/", "/help/guides/", "/help/guides/booking/"):
            self.get(path)
        self.get("/help/clinic-now/", "in the clinic", **PLACE)
        self.get("/help/clinic-now/", "in a clinic nowhere", region="00")
        self.get("/call/", "numbers", **PLACE)
        self.get("/help/waiting/", "theme with numbers")
        self.get("/help/guides/booking/", "guide with the fund")
        self.get("/privacy/")

    def lookups(self) -> None:
        self.get("/call/")
        self.get("/call/", "numbers of the fund", region="76", insurer="unknown")
        self.get("/call/", "numbers of nowhere", region="00")
        for name in ("", "согаз", "область", "зюзюкин"):
            self.get("/insurers/", f"insurers {name}", name=name)
        self.get("/insurers/", "insurers of a region", region="76")
        self.get("/policy/check/")
        policy = {name: ANSWERS["policy"].get(name, "") for name in ("number", "surname")}
        born = {
            f"birth_on_{part}": ANSWERS["policy"][f"birth_on_{part}"] for part in ("day", "month", "year")
        }
        self.post("/policy/check/", {}, "policy, nothing typed")
        self.post("/policy/check/", {**policy, **born}, "policy found")
        self.post("/policy/check/", {**policy, **born, "surname": "Иванова"}, "policy not found")
        self.post("/policy/check/", {"number": policy["number"]}, "policy, digits only")
        self.get("/terms/")
        since = {"since_day": "1", "since_month": "9", "since_year": "2025"}
        self.get("/terms/", "term passed", kind="SPECIALIST", **since)
        self.get("/terms/", "term, mistakes", kind="", since_day="40")
        self.get("/terms/other/")
        registered = {f"registered_on_{part}": value for part, value in (("day", "1"), ("month", "9"))}
        self.get("/terms/other/", "answer late", **registered, registered_on_year="2025")
        self.get("/terms/other/", "answer, mistakes", **registered)

    def filing(self) -> None:
        """One's own appeal, each page empty, then as Вера answers it; sent, and a second window of it."""
        self.get(START)
        self.post(START, {}, "theme, nothing chosen")
        self.get(START, "theme brought along", theme="waiting")
        self.post(START, {"theme": "waiting"}, "whom")
        for step, answer in ANSWERS.items():
            if step != "files":
                self.post(url(step), {}, f"{step}, nothing typed")
            self.post(url(step), answer, f"after {step}")
        self.post(url("files"), {"documents": [photo(), renamed_program()], "stay": "1"}, "files")
        self.post(url("files"), {"stay": "1"}, "files that are there")
        switched = urlencode({"documents": "чек.jpg", "switch": "spacing:wide"})
        self.post(f"{url('files')}?switch=1", switched, "files let go", content_type=FORM)
        self.patient.client.cookies["look"] = self.look
        self.post(url("story"), {**ANSWERS["story"], "look": "clinic"}, "clinics looked up")
        self.patient.post(url("story"), ANSWERS["story"])
        self.get(START, "unfinished appeal")
        self.get(url("check"))
        key = self.patient.get(url("story")).context["draft_key"]
        self.post(url("send"), {}, "sent")
        late = {**ANSWERS["story"], "draft_key": key}
        self.post(url("story"), late, "second window", headers={"Origin": "http://testserver"})
        self.anew()
        self.get(url("sent"), "number and code are not shown any more")

    def filing_for_others(self) -> None:
        """A newborn; an old policy; none; a region that the list does not have."""
        self.post(START, {"theme": "paid-care"}, "whom, about money")
        self.post(url("whom"), {"for_whom": "child"}, "policy of a child")
        self.post(url("policy"), {**ANSWERS["policy"], "of_parent": "on"}, "story about money")
        self.post(url("policy"), {**ANSWERS["policy"], "policy_kind": "old", "series": "", "old_number": ""},
                  "old policy, no number")  # fmt: skip
        self.post(url("policy"), {**ANSWERS["policy"], "policy_kind": "none"}, "insurer")
        self.post(url("insurer"), {}, "insurer, nothing chosen")
        self.post(url("insurer"), {"region": "other", "insurer": "unknown"}, "region not listed")
        self.post(url("insurer"), {"region": "76", "insurer": "unknown"}, "after insurer")
        self.patient.post(url("story"), {**ANSWERS["story"], "amount": "1500", "in_clinic_now": "on"})
        self.patient.answer("files", "naming")
        self.get(url("contacts"), "contacts of somebody else")
        self.post(url("contacts"), {**FOR_SOMEBODY, "answer_channel": "letter"}, "letter, no address")
        self.post(url("contacts"), FOR_SOMEBODY, "check, about a child")
        self.post(url("send"), {}, "sent to the fund, urgent")

    def calls(self) -> None:
        self.get("/call/back/")
        self.post("/call/back/", {}, "call, nothing typed")
        wish = {**PLACE, "phone": "8 920 123-45-67", "starts": "10", "ends": "17", "days": ["0", "1"]}
        self.post("/call/back/", {**wish, "ends": "9"}, "call, hours the wrong way round")
        self.post("/call/back/", {**wish, "key": self.key("/call/back/")}, "call ordered")

    def chat(self) -> None:
        self.get(CHAT)
        self.post(CHAT, {}, "chat, nothing typed")
        asked = {**PLACE, "text": "Нужно ли платить?", "starts": "9", "ends": "20", "key": chats.new_key()}
        self.post(CHAT, asked, "chat")
        self.post("/chat/message/", {"text": ""}, "chat, nothing written")
        self.get(CHAT, "chat that is open already")
        self.patient.begin("paid-care")
        self.post("/chat/appeal/", {}, "appeal of a chat beside another one")

    def following(self) -> None:
        """A case of a child, asked something; each page, then what is typed wrong."""
        case = self.opened(urgency=Urgency.URGENT)
        for path in OWN:
            self.get(f"{CASE}{path}")
        self.post(f"{CASE}message/", {"text": ""}, "message, nothing written")
        self.post(f"{CASE}withdraw/", {}, "withdraw, nothing chosen")
        self.post(f"{CASE}identity/send/", {"purpose": "phone"}, "code asked for")
        self.post(f"{CASE}identity/", {"code": "00000000"}, "code that does not fit")
        self.post(f"{CASE}contacts/phone/", {"new": "12"}, "contact, mistyped")
        self.post(f"{CASE}contacts/phone/", {"new": "+79159876543", "known": "phone"}, "codes of a contact")
        codes = {"known_code": "00000000", "new_code": "00000000"}
        self.post(f"{CASE}contacts/codes/", codes, "codes that do not fit")
        hand = self.hand(case)
        held = work.claim(complaint=case, **hand)
        thread.post_by_staff(complaint=held, text="Диагноз подтверждён.", **hand)
        waiting.wait(complaint=held, question="Когда вам удобно?", working_days=2, **hand)
        self.get(CASE, "case that waits for an answer")

    def answered(self) -> None:
        case = self.opened()
        hand = self.hand(case)
        case = work.claim(complaint=case, **hand)
        closing.resolve(
            complaint=case, outcome=Outcome.ORGANISED, text="Вас записали.", no_health_facts=True, **hand
        )
        for path in ("", "rating/", "reopen/"):
            self.get(f"{CASE}{path}", f"answered {path}")
        self.post(f"{CASE}rating/", {}, "rating, nothing chosen")
        self.post(f"{CASE}reopen/", {"text": ""}, "look once more, nothing written")
        self.post(f"{CASE}reopen/", {"text": "Не помогло."}, "looked at once more")

    def lost(self) -> None:
        self.get("/status/")
        self.post("/status/", {}, "status, nothing typed")
        self.post("/status/", {"number": "76-26-7654321-3", "code": "0" * 16}, "no such appeal")
        self.get("/status/recover/")
        self.post("/status/recover/", {}, "recovery, nothing typed")
        self.post("/status/recover/", NOWHERE, "code of a lost appeal")
        self.post("/status/recover/code/", {"code": "00000000"}, "code of a lost appeal, wrong")
        for path in ("/contact/wrong/AAAAAAAAAAAAAAAAAAAA/", "/notices/stop/AAAAAAAAAAAAAAAAAAAA/"):
            self.get(path)

    def refused(self) -> None:
        self.get("/no-such-page/")
        filed = factories.file_case(self.branch, now=self.now)
        card = Card.objects.get(pk=filed.complaint.pk)
        card.for_whom = ForWhom.CHILD
        card.save()
        self.post("/status/", {"number": filed.number, "code": filed.access_code}, "of age")

    # --- what the tour needs ---

    def opened(self, **fields: Any) -> Complaint:
        filed = factories.file_case(self.branch, now=self.now, **fields)
        self.patient.open(filed.number, filed.access_code)
        return Complaint.objects.with_card().get(pk=filed.complaint.pk)

    def hand(self, case: Complaint) -> dict[str, Any]:
        """Of whoever may take it."""
        person = factories.make_staff(f"person{case.tier}", case.tier, self.branch)
        return {"by": person, "profile": factories.profile(person, on=self.now.date()), "now": self.now}

    def key(self, path: str) -> str:
        return str(self.patient.get(path).context["form"]["key"].value())


def furnish(branch: Branch) -> None:
    """What the pages show beside the patient's own."""
    waiting_theme = Category.objects.get(slug="waiting")
    Guide.objects.create(
        slug="booking", position=1, title="Как записаться к врачу", hint="Приём и анализы", icon="calendar",
        steps=["Запишитесь по телефону.", "Не вышло – позвоните."], free_of_charge="Запись бесплатна.",
        basis="Программа госгарантий", theme=waiting_theme, by_fund=True,
        link="https://pos.gosuslugi.ru/landing/", link_title="Госуслуги", valid_from=factories.LONG_AGO,
    )  # fmt: skip
    for purpose, phone in (
        (Purpose.CONTACT_CENTRE, "+78001000702"),
        (Purpose.RIGHTS_PROTECTION, "+74852313828"),
    ):
        Hotline.objects.create(branch=branch, purpose=purpose, phone=phone, calls_recorded=True)
    load_deadlines()
    Deadline.objects.update(valid_from=factories.LONG_AGO)
    load_english()
    Branch.objects.funds().update(postal_address="150000, Ярославль", email="fund@example.org")
