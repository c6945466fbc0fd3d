import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from omsportal.platform import sealed
from omsportal.platform.fields import SealedField

CARD = {"surname": "Ёлкина", "phone": "+79991234567"}


@pytest.fixture
def card_model(db: None) -> Iterator[Any]:
    """A table with one sealed column, for this test only."""
    with isolate_apps("omsportal.platform"):

        class SampleCard(models.Model):
            number = models.CharField(max_length=20, unique=True)
            person = SealedField(bound_to="number", default=dict)
            note = SealedField(bound_to="number", null=True)

            class Meta:
                app_label = "platform"

        with connection.schema_editor() as editor:
            editor.create_model(SampleCard)
        yield SampleCard


def stored(model: Any, number: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person FROM {model._meta.db_table} WHERE number = %s", [number])
        return bytes(cursor.fetchone()[0])


def test_it_is_a_dict_to_python_and_bytes_to_the_database(card_model: Any):
    card_model.objects.create(number="1", person=CARD)
    assert card_model.objects.get(number="1").person == CARD
    assert "Ёлкина".encode() not in stored(card_model, "1")


def test_it_keeps_an_empty_object_and_nothing_apart(card_model: Any):
    card = card_model.objects.create(number="1")
    card.refresh_from_db()
    assert card.person == {}
    assert card.note is None
    assert card_model.objects.filter(note__isnull=True).exists()


def test_it_saves_a_changed_object(card_model: Any):
    card_model.objects.create(number="1", person=CARD)
    card = card_model.objects.get()
    card.person["phone"] = "+79990000000"
    card.save(update_fields=["person"])
    card.refresh_from_db()
    assert card.person == CARD | {"phone": "+79990000000"}


def test_it_leaves_an_unopened_value_as_it_is(card_model: Any):
    card_model.objects.create(number="1", person=CARD)
    before = stored(card_model, "1")
    card_model.objects.get().save()
    assert stored(card_model, "1") == before


def test_it_is_written_in_bulk(card_model: Any):
    card_model.objects.bulk_create(card_model(number=str(n), person={"n": n}) for n in range(3))
    assert [card.person["n"] for card in card_model.objects.order_by("number")] == [0, 1, 2]


def test_it_does_not_open_in_another_row(card_model: Any):
    card_model.objects.create(number="1", person=CARD)
    card_model.objects.create(number="2", person={})
    with connection.cursor() as cursor:
        table = card_model._meta.db_table
        cursor.execute(f"UPDATE {table} SET person = (SELECT person FROM {table} WHERE number = '1')")
    with pytest.raises(sealed.Unsealable):
        _ = card_model.objects.get(number="2").person


def test_it_does_not_open_in_another_column(card_model: Any):
    card_model.objects.create(number="1", person=CARD)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {card_model._meta.db_table} SET note = person")
    with pytest.raises(sealed.Unsealable):
        _ = card_model.objects.get(number="1").note


def test_it_opens_only_when_asked(card_model: Any, django_assert_num_queries: Any):
    card_model.objects.create(number="1", person=CARD)
    card = card_model.objects.defer("person").get()
    with django_assert_num_queries(1):
        assert card.person == CARD
    with django_assert_num_queries(0):
        assert card.person == CARD


def test_it_needs_its_binding_before_it_is_sealed(card_model: Any):
    with pytest.raises(ValueError, match="number must be set"):
        card_model(person=CARD).save()


def test_it_refuses_update_and_search(card_model: Any):
    with pytest.raises(TypeError, match="sealed"):
        card_model.objects.update(person=CARD)
    with pytest.raises(FieldError):
        card_model.objects.filter(person=CARD)


def test_it_seals_for_statements_that_write_many_rows(card_model: Any):
    blob = card_model._meta.get_field("person").seal_for("9", CARD)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {card_model._meta.db_table} (number, person) VALUES ('9', %s)", [blob])
    assert card_model.objects.get(number="9").person == CARD


def test_it_leaves_the_database_sealed_in_fixtures(card_model: Any):
    card = card_model.objects.create(number="1", person=CARD)
    text = serializers.serialize("json", [card])
    assert "Ёлкина" not in text
    assert card_model._meta.get_field("person").to_python("") is None


@isolate_apps("omsportal.platform")
def test_it_checks_what_it_is_bound_to():
    class Unbound(models.Model):
        person = SealedField(bound_to="nowhere")
        note = SealedField(bound_to="id")
        fine = SealedField(bound_to="sealed_id")
        sealed_id = models.UUIDField(default=uuid.uuid4)

        class Meta:
            app_label = "platform"

    faults = [fault.obj.name for fault in Unbound.check() if fault.id == "platform.E010"]
    assert faults == ["person", "note"]


def test_it_can_be_deconstructed_for_migrations():
    field = SealedField(bound_to="number", null=True)
    _name, path, args, kwargs = field.deconstruct()
    assert path == "omsportal.platform.fields.SealedField"
    assert SealedField(*args, **kwargs).bound_to == "number"
