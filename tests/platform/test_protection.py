from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps
from pytest_django.fixtures import Settings

from omsportal.platform import protection
from omsportal.platform.fields import SealedField


def model_with(declaration: dict[str, str]) -> Any:
    with isolate_apps("omsportal.platform"):

        class Person(models.Model):
            PROTECTION = declaration
            number = models.CharField(max_length=9)
            surname_key = models.CharField(max_length=9)
            birth_on_blind = models.BinaryField()
            card = SealedField(bound_to="number")
            receipt = models.BinaryField()
            branch = models.CharField(max_length=9)

            class Meta:
                app_label = "platform"

    return Person


COMPLETE = {
    "surname_key": "plain: search by the beginning of a surname",
    "birth_on_blind": "blind index: is it the same person",
    "card": "sealed: who the person is",
}


def test_a_complete_declaration_has_no_faults():
    assert protection.faults([model_with(COMPLETE)]) == []


@pytest.mark.parametrize("name", COMPLETE)
def test_it_names_personal_data_that_are_not_declared(name: str):
    rest = {field: text for field, text in COMPLETE.items() if field != name}
    assert protection.faults([model_with(rest)]) == [
        f"platform.Person.{name} holds personal data: declare it in PROTECTION"
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("surname_key", "sealed: really", "only a SealedField"),
        ("card", "plain: no", "a SealedField is sealed"),
        ("surname_key", "plain", "a colon and the reason"),
        ("surname_key", "hidden: somehow", "write one of sealed, blind index, digest, plain"),
        ("nowhere", "plain: no", "there is no such field"),
    ],
)
def test_it_names_a_wrong_declaration(name: str, text: str, fault: str):
    assert any(fault in line for line in protection.faults([model_with(COMPLETE | {name: text})]))


def test_bytes_may_be_sealed_by_other_means():
    declaration = COMPLETE | {"receipt": "sealed: by a key derived from the token"}
    assert protection.faults([model_with(declaration)]) == []


def test_it_writes_a_table():
    text = protection.document([model_with(COMPLETE)])
    assert "## platform.Person" in text
    assert "| `surname_key` | plain | search by the beginning of a surname |" in text


def test_the_command_writes_and_checks(tmp_path: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "docs").mkdir()
    own = protection.own_models()
    monkeypatch.setattr(protection, "own_models", lambda: own)
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="not up to date"):
        call_command("sealed_fields", "--check")
    call_command("sealed_fields")
    call_command("sealed_fields", "--check")


def test_every_own_model_declares_its_personal_data():
    own = protection.own_models()
    assert protection.faults(own) == []
    assert {model._meta.app_label for model in own} >= {"platform"}


def test_the_document_is_up_to_date():
    document = (portal_settings.BASE_DIR / "docs/sealed-fields.md").read_text(encoding="utf-8")
    assert document == protection.document(protection.own_models())
