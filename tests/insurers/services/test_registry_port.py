"""A register of policies outside, with our own behind it."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from insurers.models import Branch, Insurer, Region
from insurers.policy_numbers import PolicyNumber, check_policy_number
from insurers.services.policies import (
    LOCAL_REGISTRY,
    Holder,
    PolicyRecord,
    Reason,
    create_policies,
    recognise,
)
from insurers.services.registry_port import Behind, Insured
from tests.insurers.conftest import NOW

pytestmark = pytest.mark.django_db
NUMBER = "7656410834000120"
BORN = date(1985, 3, 15)
SECONDS = 0.3


class Outside:
    """A register behind HTTP; invented for this test, as an installation would write its own."""

    def __init__(self, address: str, insured: Insured) -> None:
        self.address, self.insured = address, insured

    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Insured | None:
        body = json.dumps({"number": number.value, "surname": surname, "born": birth_on.isoformat()}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.address, data=body), timeout=5) as answer:
            return self.insured if json.load(answer)["known"] else None


class Server:
    """`answer` decides what happens; `asked` counts."""

    def __init__(self) -> None:
        self.asked, self.answer = 0, lambda _question: {"known": False}
        self.go_on = threading.Event()

    def handle(self, question: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        return self.answer(question)


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(made.handle(question)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield made, f"http://127.0.0.1:{http.server_port}/"
    made.go_on.set()
    http.shutdown()
    http.server_close()


@pytest.fixture
def rival(rival_branch: Branch) -> Insured:
    """The rival's branch as the register names it."""
    Insurer.objects.filter(pk=rival_branch.insurer_id).update(ogrn="1037700051146")
    Region.objects.filter(pk=rival_branch.region_id).update(okato="78000")
    return Insured("1037700051146", "78000")


@pytest.fixture
def ask(server: tuple[Server, str], rival: Insured) -> Callable[[], Any]:
    registry = Behind(Outside(server[1], rival), LOCAL_REGISTRY, seconds=SECONDS)
    return lambda: recognise(
        number=NUMBER, surname="Ковалёва", birth_on=BORN, address_key="::1", now=NOW, registry=registry
    )


def ours_knows(branch: Branch) -> None:
    holder = Holder(surname="Ковалёва", first_name="Анна", birth_on=BORN)
    number = check_policy_number(NUMBER)
    create_policies([PolicyRecord(number=number, holder=holder, branch_id=branch.pk)])


def test_what_it_knows_counts(server: Any, ask: Any, branch: Branch, rival_branch: Branch) -> None:
    ours_knows(branch)
    server[0].answer = lambda question: {"known": question["surname"] == "Ковалёва"}
    found = ask()
    assert (found.reason, found.branch, found.policy_id) == (Reason.RECOGNISED, rival_branch, None)


def test_whom_it_does_not_know_ours_may_know(server: Any, ask: Any, branch: Branch) -> None:
    assert ask().reason == Reason.NOT_RECOGNISED
    ours_knows(branch)
    assert (ask().branch, server[0].asked) == (branch, 2)


def test_a_late_one_is_not_waited_for_and_left_alone_for_a_while(
    server: Any, ask: Any, branch: Branch
) -> None:
    def wait(_question: object) -> dict[str, bool]:
        server[0].go_on.wait(20)
        return {"known": True}

    server[0].answer = wait
    assert ask().reason == Reason.NOT_RECOGNISED
    ours_knows(branch)
    assert ask().branch == branch
    assert server[0].asked == 1


def test_an_insurer_that_we_do_not_know_is_as_good_as_none(
    server: Any, branch: Branch, rival: Insured
) -> None:
    ours_knows(branch)
    server[0].answer = lambda _question: {"known": True}
    for named in (Insured("1027700000000", rival.okato), Insured(rival.ogrn, "45000"), Insured("", "")):
        registry = Behind(Outside(server[1], named), LOCAL_REGISTRY, seconds=SECONDS)
        found = registry.find(number=check_policy_number(NUMBER), surname="Ковалёва", birth_on=BORN)
        assert found is not None
        assert found.branch == branch


def test_one_that_is_away_or_talks_nonsense_is_no_error(server: Any, ask: Any, rival: Insured) -> None:
    def nonsense(_question: object) -> dict[str, bool]:
        return {}

    server[0].answer = nonsense
    assert ask().reason == Reason.NOT_RECOGNISED
    nobody = Behind(Outside("http://127.0.0.1:9/", rival), LOCAL_REGISTRY, seconds=SECONDS)
    assert nobody.find(number=check_policy_number(NUMBER), surname="К", birth_on=BORN) is None


def test_the_setting_names_it(branch: Branch, settings: Any) -> None:
    settings.POLICY_REGISTRY = f"{__name__}.Broken"
    found = recognise(number=NUMBER, surname="К", birth_on=BORN, address_key="::1", now=NOW)
    assert found.reason == Reason.NOT_RECOGNISED


class OfAnotherShape:
    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> dict[str, str]:
        return {"ogrn": "1037700051146", "okato": "78000"}


def test_what_it_tells_in_another_shape_stops_nobody(branch: Branch, settings: Any, caplog: Any) -> None:
    settings.POLICY_REGISTRY, settings.POLICY_REGISTRY_SECONDS = f"{__name__}.OfAnotherShape", 3
    ours_knows(branch)
    found = recognise(number=NUMBER, surname="Ковалёва", birth_on=BORN, address_key="::1", now=NOW)
    assert found.branch == branch
    assert "AttributeError" in caplog.text


class Broken:
    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Insured | None:
        raise RuntimeError("Ковалёва Анна")


def test_what_it_says_when_it_breaks_is_in_no_log(settings: Any, caplog: Any, branch: Branch) -> None:
    settings.POLICY_REGISTRY, settings.POLICY_REGISTRY_SECONDS = f"{__name__}.Broken", 1
    recognise(number=NUMBER, surname="К", birth_on=BORN, address_key="::1", now=NOW)
    assert "RuntimeError" in caplog.text
    assert "Ковалёва" not in caplog.text
