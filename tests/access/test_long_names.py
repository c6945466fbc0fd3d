"""The longest names that registers and passports know stay inside every page of the workplace."""

import pytest
from playwright.sync_api import Browser

from complaints.models import Category, Complaint, Incident, Template
from insurers.models import Branch, Insurer, MedicalOrganisation
from representatives.models import User
from tests import factories
from tests.access.pages import pages, shown
from tests.access.world import World, undone
from tests.journeys.looking import widths

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WIDTHS = widths(360, 768, 1280)
#: Forty letters without a place to break, and a hundred and twenty with few.
SURNAME = "Рождественскопреображенсковоскресенскова"
BODY = (
    "государственное бюджетное учреждение здравоохранения Ярославской области"
    " «Клиническая больница имени святителя Луки»"
)


def lengthen(here: World) -> None:
    """Every name of a person, body, theme and text that stands on pages."""
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(full_name=f"{SURNAME} {user.full_name}")
    Branch.objects.update(title=BODY)
    Insurer.objects.update(short_name=BODY[:120])
    Category.objects.update(title=BODY[:120], plain_title=BODY)
    Template.objects.update(title=BODY[:120])
    Incident.objects.update(title=BODY[:120])
    clinic = MedicalOrganisation.objects.create(
        region=here.branch.region, code="760999", name=BODY, short_name=BODY, valid_from=factories.LONG_AGO
    )
    Complaint.objects.update(medical_organisation=clinic)


def test_names_of_any_length_widen_no_page(browser: Browser, here: World) -> None:
    with undone():
        lengthen(here)
        found: list[str] = []
        with shown(browser, viewport={"width": 1280, "height": 900}) as screen:
            for seen in filter(lambda page: " filled, " in page.name, pages(here)):
                found += [f"{seen.name}: {fault}" for fault in WIDTHS(screen.open(seen), seen.name, None)]
    assert not found, "\n".join(found)
