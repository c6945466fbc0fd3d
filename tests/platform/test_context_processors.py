from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from omsportal.platform.context_processors import portal


def test_it_names_the_site_and_says_whether_it_is_a_demonstration(settings: Settings):
    settings.DEMO, settings.SITE_URL = True, "https://oms.example.org"
    with translation.override("en"):
        context = portal(RequestFactory().get("/terms/?page=2"))["portal"]
    assert (context.name, context.demo) == ("Rights of insured patients", True)
    assert context.site_url == "https://oms.example.org"
