"""Lists of cases beside the queue taken along: what a search found, an incident, a fund's region."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint, Export, Incident, Search
from complaints.reports.staff import export_lists, region
from complaints.reports.staff.export_every import SHEETS
from complaints.reports.staff.export_lists import Asked, Listed
from complaints.reports.staff.tabs import Tab
from complaints.services import closing, exports, search_filling
from complaints.services.searches import LIFETIME
from insurers.models import Branch
from omsportal.platform.clock import database_now
from omsportal.platform.models import ReadLog
from representatives.models import User
from representatives.profiles import profile_of
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_bulk import prove
from tests.factories import make_branch, make_complaint, make_fund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]


def take(client: Client, tab: str, **of: str) -> Export:
    """As the button of the list does it: the page that asks, then the file."""
    prove(client)
    page = client.get("/staff/export/", {"tab": tab, **of})
    assert page.status_code == 200, page.status_code
    sent = {"format": "csv", "tab": tab, "query": page.context["form"]["query"].value()}
    answer = client.post("/staff/export/", sent)
    assert answer.status_code == 302, answer.content.decode()
    made: Export = Export.objects.latest("pk")
    assert made.finished_at is not None
    return made


def numbers(made: Export) -> list[str]:
    return [row[0] for row in rows(made)[1:]]


def rows(made: Export) -> list[list[str]]:
    body = b"".join(exports.open_file(export=made, by=made.made_by, now=database_now()))
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


class TestFound:
    @pytest.fixture
    def three(self, branch: Branch, people: dict[str, User], now: datetime) -> list[Complaint]:
        made = [make_complaint(branch, now=now, story="Нет места в стационаре") for _case in range(3)]
        make_complaint(branch, now=now, story="Другое")
        make_complaint(make_branch("reso-med", now=now), now=now, story="Нет места в стационаре")
        search_filling.fill_due(now=now)
        return made

    def looked(self, client: Client, **typed: str) -> str:
        answer = client.post("/staff/find/", typed, follow=True)
        return str(answer.context["search"])

    @pytest.mark.parametrize("typed", [{"query": "стационар"}, {"words": "стационары", "state": "open"}])
    def test_by_the_box_and_by_fields_what_the_page_shows(
        self,
        three: list[Complaint],
        client_of: ClientOf,
        typed: dict[str, str],
    ) -> None:
        client = client_of("operator")
        made = take(client, "found", search=self.looked(client, **typed))
        assert numbers(made) == [one.number for one in reversed(three)]
        assert "стационар" not in str(made.chosen) + str(rows(made)).lower()

    def test_all_pages_of_it_until_a_file_is_full(
        self,
        three: list[Complaint],
        client_of: ClientOf,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("complaints.reports.staff.search.PAGE_SIZE", 1)
        client = client_of("operator")
        reference = self.looked(client, query="стационар")
        assert len(numbers(take(client, "found", search=reference))) == 3
        monkeypatch.setattr(export_lists, "MOST_FOUND", 2)
        made = take(client, "found", search=reference)
        assert (made.rows_count, made.is_cut) == (2, True)

    def test_it_ends_where_the_page_stops_looking(
        self, three: list[Complaint], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever waits for the file waits no longer than for one page that has looked at enough."""
        client = client_of("operator")
        reference = self.looked(client, query="стационар")
        monkeypatch.setattr("complaints.reports.staff.search.MOST_LOOKED_AT", 1)
        made = take(client, "found", search=reference)
        assert (made.rows_count, made.is_cut) == (3, True)

    def test_another_persons_search_or_an_old_one_is_none(
        self,
        three: list[Complaint],
        client_of: ClientOf,
    ) -> None:
        client, other = client_of("operator"), client_of("head")
        reference = self.looked(client, query="стационар")
        prove(other)
        prove(client)
        assert other.get("/staff/export/", {"tab": "found", "search": reference}).status_code == 404
        moment = database_now() - LIFETIME - timedelta(minutes=1)
        Search.objects.update(made_at=moment, expires_at=moment + LIFETIME)
        for wrong in (reference, "x", ""):
            assert client.get("/staff/export/", {"tab": "found", "search": wrong}).status_code == 404


def test_appeals_of_an_incident(
    branch: Branch,
    people: dict[str, User],
    client_of: ClientOf,
    now: datetime,
) -> None:
    case = make_complaint(branch, now=now)
    made = Incident.objects.create(
        title="x", branch=branch, region=branch.region, category=case.category, starts_on=now.date(),
        opened_by=people["head"], opened_at=now,
    )  # fmt: skip
    Complaint.objects.filter(pk=case.pk).update(incident=made)
    make_complaint(branch, now=now)
    page = client_of("head").get(f"/staff/incidents/{made.pk}/").content.decode()
    assert f"tab=incident&amp;incident={made.pk}" in page
    assert numbers(take(client_of("head"), "incident", incident=str(made.pk))) == [case.number]
    rival = client_of("rival")
    prove(rival)
    for wrong in (str(made.pk), "x", "9" * 12):
        assert rival.get("/staff/export/", {"tab": "incident", "incident": wrong}).status_code == 404


def test_of_an_appeal_of_an_incident_that_is_barred_to_its_head_little_is_told(
    branch: Branch, people: dict[str, User], client_of: ClientOf, now: datetime
) -> None:
    cases = [make_complaint(branch, now=now, held_by=people["operator"]) for _case in range(2)]
    made = Incident.objects.create(
        title="x", branch=branch, region=branch.region, category=cases[0].category, starts_on=now.date(),
        opened_by=people["head"], opened_at=now,
    )  # fmt: skip
    Complaint.objects.filter(pk__in=[case.pk for case in cases]).update(incident=made)
    cases[0].barred_users.add(people["head"])
    taken = rows(take(client_of("head"), "incident", incident=str(made.pk)))
    told = {row[0]: "".join(row) for row in taken[1:]}
    assert str(people["operator"]) not in told[cases[0].number]
    assert str(people["operator"]) in told[cases[1].number]


class TestRegion:
    def test_what_was_passed_on_tells_of_a_closed_card_no_more_than_the_page(
        self,
        branch: Branch,
        people: dict[str, User],
        client_of: ClientOf,
        now: datetime,
    ) -> None:
        case = make_complaint(branch, now=now)
        head = people["head"]
        closing.forward(
            complaint=case, to=make_fund(now=now), reason="wrong_addressee", by=head,
            profile=profile_of(head, now=now), now=now,
        )  # fmt: skip
        ((number, *cells),) = rows(take(client_of("fund"), "forwards"))[1:]
        assert number == case.number
        told = [place for place, cell in enumerate(cells, 1) if cell]
        assert set(told) <= {1, 5, 7, 15, 17}
        assert ReadLog.objects.filter(subject_id=case.pk, what="export").count() == 1

    @pytest.mark.parametrize("tab", ["late", "nobody", "forwards"])
    def test_it_is_the_funds_alone(self, client_of: ClientOf, tab: str) -> None:
        for who, status in (("fund_operator", 200), ("head", 404), ("operator", 404)):
            client = client_of(who)
            prove(client)
            assert client.get("/staff/export/", {"tab": tab}).status_code == status

    def test_it_has_the_rows_of_its_page(
        self,
        people: dict[str, User],
        client_of: ClientOf,
        now: datetime,
    ) -> None:
        case = make_complaint(make_fund(now=now), now=now)
        assert numbers(take(client_of("fund"), "nobody")) == [case.number]
        person = profile_of(people["fund"], now=now)
        assert region.window_of(person, region.Section.NOBODY, "", now, 10)[0] == [case]


def test_each_list_has_a_title_and_a_page_of_its_own(people: dict[str, User], now: datetime) -> None:
    assert set(export_lists.TITLES) == set(Listed)
    asked: Any = Asked("alarms", {}, now)
    assert not export_lists.exists(asked, profile_of(people["head"], now=now))
    names = {*map(str, Tab), *map(str, Listed), *SHEETS}
    assert max(map(len, names)) <= Export._meta.get_field("tab").max_length
    assert not set(SHEETS) & ({*map(str, Tab)} - {"alarms"} | {*map(str, Listed)})
