"""A walk through every page of the portal, in each state: empty, filled in, with mistakes.

What is looked for is a list of functions: the same walk serves axe, widths, looks, validators and pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, Response

from tests.journeys.people import choose

#: Says what is wrong with the page that is open; the name is of the page and its state.
Look = Callable[[Page, str, Response | None], list[str]]

#: Pages for everybody, by address; some with answers, some with mistakes in the address.
PUBLIC = [
    "/", "/help/waiting/", "/help/thanks/", "/help/clinic-now/",
    "/help/clinic-now/?region=76&insurer=sogaz-med", "/help/guides/", "/help/guides/booking/",
    "/help/guides/write-to-fund/", "/call/", "/call/?region=76&insurer=sogaz-med", "/call/?region=00",
    "/call/back/", "/insurers/", "/insurers/?region=76", "/insurers/?region=73", "/policy/check/",
    "/terms/", "/terms/?kind=SPECIALIST&since_day=1&since_month=9&since_year=2026&region=76",
    "/terms/?kind=CARDIO_DIAG&since_day=1&since_month=9&since_year=2026", "/terms/?kind=&since_day=40",
    "/terms/other/", "/terms/other/?registered_on_day=1&registered_on_month=9&registered_on_year=2026",
    "/privacy/", "/chat/", "/status/", "/status/recover/", "/contact/wrong/AAAAAAAAAAAAAAAAAAAA/",
    "/notices/stop/AAAAAAAAAAAAAAAAAAAA/", "/complaints/new/sent/", "/no-such-page/", "/accounts/login/",
    "/accounts/password/reset/", "/api/docs/",
]  # fmt: skip
#: What stands in each run under axe; the rest of the walk in `make test-all`.
FIRST = [
    "/",
    "/help/waiting/",
    "/call/?region=76&insurer=sogaz-med",
    "/insurers/?region=76",
    "/policy/check/",
]
#: Forms that may be sent empty: each tells what is missing and does nothing.
SENT_EMPTY = ["/policy/check/", "/status/", "/status/recover/", "/call/back/", "/chat/", "/complaints/new/"]
#: Pages of an opened case.
OWN = [
    "/status/case/", "/status/case/dates/", "/status/case/readings/", "/status/case/identity/",
    "/status/case/contacts/", "/status/case/withdraw/", "/status/case/data/",
]  # fmt: skip
OWN_SENT_EMPTY = ["/status/case/withdraw/", "/status/case/identity/"]
#: A case of the demonstration that has its answer, and one that is being worked on.
ANSWERED, OPEN = ("76-26-0000003-3", "3333 4444 5555 6666"), ("76-26-0000001-7", "1111 2222 3333 4444")


@dataclass
class Walk:
    """One visitor; what was wrong on the way is in `found`."""

    page: Page
    url: str
    looks: Sequence[Look]
    found: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self._look(address, self.page.goto(f"{self.url}{address}"))

    def open_all(self, addresses: Sequence[str]) -> None:
        for address in addresses:
            self.open(address)

    def send(self, button: Locator, name: str) -> None:
        """Press a button that leads to another page, or to this one with what is wrong."""
        with self.page.expect_response(_is_a_page) as answer, self.page.expect_event("load"):
            button.click()
        self._look(name, answer.value)

    def send_empty(self, address: str) -> None:
        self.page.goto(f"{self.url}{address}")
        self.page.evaluate(
            "document.querySelectorAll('main form').forEach(form => { form.noValidate = true })"
        )
        self.send(self._main_button(), f"{address} sent empty")

    def _main_button(self) -> Locator:
        return self.page.locator("main form button.button--primary, main form button.button--large").last

    def _look(self, name: str, answer: Response | None) -> None:
        for look in self.looks:
            self.found += [f"{name}: {fault}" for fault in look(self.page, name, answer)]

    def go_on(self, name: str) -> None:
        self.send(self._main_button(), name)

    def file_an_appeal(self) -> None:
        """Every page of filing: as it comes, sent empty, answered."""
        page = self.page
        self.open("/complaints/new/?theme=paid-care")
        self.go_on("whom")
        self.go_on("whom, nothing chosen")
        choose(page, "for_whom", "child")
        self.go_on("policy of a child")
        self.go_on("policy, nothing typed")
        choose(page, "policy_kind", "enp")
        for name, value in (
            ("number", "7656 4108 3400 0120"),
            ("surname", "соколов"),
            ("first_name", "Андрей"),
        ):
            page.fill(f"[name={name}]", value)
        for part, value in (("day", "15"), ("month", "3"), ("year", "1985")):
            page.fill(f"[name=birth_on_{part}]", value)
        self.go_on("story")
        self.go_on("story, nothing typed")
        page.fill("[name=clinic]", "Учебная поликлиника № 3, Ярославль")
        page.fill("[name=story]", "Попросили заплатить за приём хирурга, хотя направление было.")
        self.go_on("files")
        self.go_on("naming")
        self.go_on("naming, nothing chosen")
        choose(page, "naming_consent", "ask")
        self.go_on("contacts")
        self.go_on("contacts, nothing typed")
        for name, value in (("applicant_surname", "Соколова"), ("applicant_first_name", "Вера")):
            page.fill(f"[name={name}]", value)
        page.fill("[name=phone]", "8 (920) 123-45-67")
        choose(page, "answer_channel", "letter")
        page.fill("[name=postal_address]", "150000, Ярославль, улица Свободы, дом 1, квартира 2")
        self.go_on("check")
        self.open("/complaints/new/")
        self.open("/complaints/new/check/")
        self.go_on("sent")

    def open_case(self, number: str, code: str) -> None:
        self.page.context.clear_cookies(name="patient")
        self.page.goto(f"{self.url}/status/")
        self.page.fill("[name=number]", number)
        self.page.fill("[name=code]", code)
        self.go_on(f"case {number}")


def _is_a_page(response: Response) -> bool:
    return response.request.is_navigation_request() and response.status not in (301, 302, 303, 307, 308)


def as_everybody(walk: Walk) -> None:
    """What nobody has to sign in for."""
    walk.open_all(PUBLIC)
    for address in SENT_EMPTY:
        walk.send_empty(address)


def at_a_glance(walk: Walk) -> None:
    """The pages that most people come to."""
    walk.open_all(FIRST)
    walk.send_empty("/status/")


def at_work(walk: Walk) -> None:
    """The list and the figures."""
    walk.open_all(["/staff/all/", "/staff/dashboard/"])


def as_patient(walk: Walk) -> None:
    """From the first page of filing to pages of one's own case."""
    walk.file_an_appeal()
    walk.open_case(*OPEN)
    walk.open_all(OWN)
    for address in OWN_SENT_EMPTY:
        walk.send_empty(address)
    walk.open_case(*ANSWERED)
    walk.open_all(["/status/case/", "/status/case/reopen/", "/status/case/rating/"])


def as_asker(walk: Walk) -> None:
    """What is asked and ordered without an appeal: each leaves a case, so it is walked once only."""
    page = walk.page
    page.goto(f"{walk.url}/policy/check/")
    for name, value in (("number", "7656 4108 3400 0120"), ("surname", "соколов"), ("birth_on_day", "15"),
                        ("birth_on_month", "3"), ("birth_on_year", "1985")):  # fmt: skip
        page.fill(f"[name={name}]", value)
    walk.go_on("policy found")
    page.fill("[name=surname]", "иванов")
    walk.go_on("policy not found")
    page.goto(f"{walk.url}/call/back/?region=76&insurer=sogaz-med")
    page.fill("[name=phone]", "8 (920) 123-45-67")
    walk.go_on("call ordered")
    page.goto(f"{walk.url}/chat/?region=76&insurer=sogaz-med")
    page.fill("[name=text]", "Мне сказали заплатить за анализ крови по направлению. Это правильно?")
    page.select_option("[name=region]", "76")
    page.select_option("[name=insurer]", "sogaz-med")
    walk.go_on("chat talk")


def as_somebody_without_a_policy(walk: Walk) -> None:
    """A question without a name, to an insurer chosen by hand."""
    page = walk.page
    walk.open("/complaints/new/")
    choose(page, "theme", "question")
    walk.go_on("whom, of a question")
    choose(page, "for_whom", "self")
    walk.go_on("policy, of a question")
    choose(page, "policy_kind", "none")
    walk.go_on("insurer")
    page.select_option("[name=region]", "other")
    walk.go_on("insurer, region not listed")
