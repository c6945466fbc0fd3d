"""A region may promise less time than the country, and hears of it when its own time is overtaken."""

import pytest
from django.test import Client

from complaints.escalation import outrun_terms
from complaints.models import Amendment, Deadline
from insurers.models import Branch
from omsportal.platform.clock import database_now
from tests.complaints.staff import test_matters
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_matters import LIST, publish, sent, text_of

pytestmark = pytest.mark.django_db

editor, term = test_matters.editor, test_matters.term


def test_a_shorter_time_of_the_country_voids_a_longer_one_of_a_region_and_its_fund_hears_of_it(
    client_of: ClientOf, editor: Client, branch: Branch, term: Deadline
) -> None:
    fund, region = client_of("fund"), branch.region
    sent(fund, f"{LIST}term/new/?region={region.pk}&kind=SPECIALIST", value="12")
    publish(fund, Amendment.objects.get())
    assert outrun_terms.look(database_now()) == (0, 0)
    sent(editor, f"{LIST}term/{term.pk}/", value="10")
    draft = Amendment.objects.drafts().get()
    assert region.name in text_of(editor.get(f"{LIST}drafts/{draft.pk}/"))
    publish(editor, draft)
    assert "по всей стране короче" in text_of(fund.get(f"{LIST}term/"))
    asked = {"kind": "SPECIALIST", "since": "2026-01-12", "region": region.code}
    assert "10 рабочих дней" in text_of(Client().get("/terms/", asked))
    assert outrun_terms.look(database_now()) == (1, 0)
    assert "terms_outrun" not in text_of(fund.get("/staff/alarms/"))
    assert "Срок ожидания региона" in text_of(fund.get("/staff/alarms/"))
    assert "Срок ожидания региона" not in text_of(client_of("head").get("/staff/alarms/"))
    sent(fund, f"{LIST}term/{Deadline.objects.get(region=region).pk}/", value="9")
    publish(fund, Amendment.objects.drafts().get())
    assert outrun_terms.look(database_now()) == (0, 1)
    assert "по всей стране короче" not in text_of(fund.get(f"{LIST}term/"))


def test_an_uncertain_time_of_the_country_voids_no_time_of_a_region(
    client_of: ClientOf, editor: Client, branch: Branch, term: Deadline
) -> None:
    fund, region = client_of("fund"), branch.region
    sent(fund, f"{LIST}term/new/?region={region.pk}&kind=SPECIALIST", value="12")
    publish(fund, Amendment.objects.get())
    sent(editor, f"{LIST}term/{term.pk}/", value="10", needs_check="on")
    draft = Amendment.objects.drafts().get()
    assert region.name not in text_of(editor.get(f"{LIST}drafts/{draft.pk}/"))
    publish(editor, draft)
    asked = {"kind": "SPECIALIST", "since": "2026-01-12", "region": region.code}
    assert "12 рабочих дней" in text_of(Client().get("/terms/", asked))
    assert "по всей стране короче" not in text_of(fund.get(f"{LIST}term/"))
    assert outrun_terms.look(database_now()) == (0, 0)
