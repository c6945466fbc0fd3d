"""Every rule the database keeps, broken once."""

import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from insurers.models import (
    Branch,
    BranchKind,
    CalendarDay,
    ClinicPost,
    Hotline,
    Insurer,
    MedicalOrganisation,
    Office,
    Policy,
    Region,
    RegistryFilePart,
    RegistryImport,
    Revision,
    WorkingAxis,
    WorkingHours,
    WorkingSchedule,
    WorkingSpan,
)
from tests.insurers.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 18)
BACKWARDS = {"valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}
HOUR = timedelta(hours=1)
KEY = uuid.uuid4()


class World:
    """A row of everything, and builders that take what to break."""

    def __init__(self, insurer, branch, region, schedule):
        self.own, self.branch_row, self.place, self.schedule = insurer, branch, region, schedule

    def region(self, **fields):
        return Region(**{"code": "77", "name": "г. Москва", "time_zone": "Europe/Moscow"} | fields)

    def insurer(self, **fields):
        return Insurer(**{"code": "other", "short_name": "Другая", "full_name": "Другая"} | fields)

    def branch(self, **fields):
        usual = {"insurer": self.own, "region": self.place, "title": "Филиал", "schedule": self.schedule}
        return Branch(**usual | fields)

    def office(self, **fields):
        return Office(**{"branch": self.branch_row, "address": "ул. Свободы, 1"} | fields)

    def clinic(self, **fields):
        usual = {"region": self.place, "code": "1", "name": "Больница", "short_name": "ГБ"}
        return MedicalOrganisation(**usual | fields)

    def post(self, **fields):
        clinic = MedicalOrganisation.objects.filter(code="9").first() or self.clinic(code="9")
        clinic.save()
        usual = {"branch": self.branch_row, "medical_organisation": clinic, "place": "холл"}
        return ClinicPost(**usual | fields)

    def hotline(self, **fields):
        usual = {"branch": self.branch_row, "purpose": "duty", "phone": "+74852313828"}
        return Hotline(**usual | fields)

    def hours(self, **fields):
        usual = {"schedule": self.schedule, "weekday": 6, "starts": "10:00", "ends": "14:00"}
        return WorkingHours(**usual | fields)

    def day(self, **fields):
        return CalendarDay(**{"date": TODAY, "kind": "day_off"} | fields)

    def span(self, **fields):
        usual = {"schedule": self.schedule, "starts_at": NOW, "ends_at": NOW + HOUR, "seconds_before": 0}
        return WorkingSpan(**usual | fields)

    def axis(self, **fields):
        usual = {"starts": [NOW], "ends": [NOW + HOUR], "axis": [NOW], "day_seconds": 1, "computed_at": NOW}
        return WorkingAxis(**{"schedule": self.schedule} | usual | fields)

    def revision(self, **fields):
        known = {"noun": "hotline", "row_id": 7, "branch": self.branch_row, "values": {}}
        return Revision(**known | {"changed_by_id": 1, "changed_at": NOW} | fields)

    def policy(self, **fields):
        usual = {
            "kind": "enp",
            "number_blind": b"1",
            "birth_on_blind": b"2",
            "surname_key": "иванова",
            "holder": {},
            "branch": self.branch_row,
            "digest": b"3",
        }
        return Policy(**usual | fields)

    def imported(self, **fields):
        usual = {"kind": "policies", "branch_ids": [self.branch_row.pk], "region_codes": [], "size": 1}
        who_and_when = {"requested_by_id": 1, "requested_at": NOW}
        return RegistryImport(**usual | who_and_when | fields)

    def part(self, **fields):
        owner = RegistryImport.objects.first() or self.imported()
        owner.save()
        usual = {"registry_import": owner, "place": 0, "key": uuid.uuid4(), "content": {"piece": ""}}
        return RegistryFilePart(**usual | fields)


@pytest.fixture
def world(insurer, branch, fund, yaroslavl, office):
    return World(insurer, branch, yaroslavl, office)


# Name of the constraint → rows of which the last one must not be stored.
BROKEN = {
    "region_code_once": lambda w: [w.region(), w.region()],
    "region_code_two_digits": lambda w: [w.region(code="7")],
    "insurer_code_once": lambda w: [w.insurer(), w.insurer()],
    "insurer_validity_in_order": lambda w: [w.insurer(**BACKWARDS)],
    "branch_insurer_iff_kind": lambda w: [w.branch(kind=BranchKind.FUND)],
    "branch_one_of_insurer_in_region": lambda w: [w.branch()],
    "branch_one_fund_in_region": lambda w: [w.branch(kind=BranchKind.FUND, insurer=None)],
    "branch_feedback_link_of_fund": lambda w: [w.branch(feedback_link="https://example.org/")],
    "branch_validity_in_order": lambda w: [w.branch(**BACKWARDS)],
    "office_address_once": lambda w: [w.office(valid_to=TODAY), w.office(valid_from=TODAY)],
    "office_extension_after_phone": lambda w: [w.office(extension="5")],
    "office_validity_in_order": lambda w: [w.office(**BACKWARDS)],
    "clinic_code_once_in_region": lambda w: [w.clinic(), w.clinic()],
    "clinic_validity_in_order": lambda w: [w.clinic(**BACKWARDS)],
    "clinic_post_place_once": lambda w: [w.post(valid_to=TODAY), w.post(valid_from=TODAY)],
    "clinic_post_extension_after_phone": lambda w: [w.post(extension="5")],
    "clinic_post_validity_in_order": lambda w: [w.post(**BACKWARDS)],
    "hotline_has_one_owner": lambda w: [w.hotline(insurer=w.own)],
    "hotline_purpose_known": lambda w: [w.hotline(purpose="fax")],
    "hotline_after_hours_known": lambda w: [w.hotline(after_hours="sleep")],
    "hotline_phone_e164": lambda w: [w.hotline(phone="+7")],
    "hotline_of_branch_never_twice": lambda w: [w.hotline(valid_to=TODAY), w.hotline(valid_from=TODAY)],
    "hotline_of_insurer_never_twice": lambda w: [
        w.hotline(branch=None, insurer=w.own),
        w.hotline(branch=None, insurer=w.own, valid_from=TODAY),
    ],
    "hotline_validity_in_order": lambda w: [w.hotline(**BACKWARDS)],
    "schedule_code_once": lambda w: [
        WorkingSchedule(code=w.schedule.code, title="Ещё", time_zone="Europe/Moscow")
    ],
    "hours_weekday_known": lambda w: [w.hours(weekday=7)],
    "hours_in_order": lambda w: [w.hours(starts="14:00", ends="10:00")],
    "hours_never_overlap": lambda w: [w.hours(), w.hours(starts="13:59", ends="00:00")],
    "calendar_day_once_in_region": lambda w: [w.day(), w.day(kind="short")],
    "calendar_day_kind_known": lambda w: [w.day(kind="party")],
    "calendar_day_works_as_weekday": lambda w: [w.day(works_as=1)],
    "span_starts_once": lambda w: [w.span(), w.span()],
    "span_in_order": lambda w: [w.span(ends_at=NOW)],
    "span_counts_from_zero": lambda w: [w.span(seconds_before=-1)],
    "span_never_overlap": lambda w: [w.span(), w.span(starts_at=NOW + HOUR / 2)],
    "axis_day_seconds_of_a_day": lambda w: [w.axis(day_seconds=0)],
    "axis_arrays_of_one_length": lambda w: [w.axis(ends=[NOW, NOW])],
    "revision_noun_known": lambda w: [w.revision(noun="fax")],
    "revision_state_known": lambda w: [w.revision(state="lost", settled_at=NOW, settled_by_id=1)],
    "revision_has_one_owner": lambda w: [w.revision(insurer=w.own)],
    "revision_settled_paired": lambda w: [w.revision(state="published", settled_at=NOW)],
    "revision_settled_iff_no_draft": lambda w: [w.revision(settled_at=NOW, settled_by_id=1)],
    "revision_settled_after_change": lambda w: [
        w.revision(state="discarded", settled_at=NOW - HOUR, settled_by_id=1)
    ],
    "revision_scheduled_paired": lambda w: [w.revision(scheduled_by_id=1)],
    "revision_moment_paired": lambda w: [w.revision(publish_at=NOW)],
    "revision_moment_after_choice": lambda w: [
        w.revision(publish_at=NOW - HOUR, scheduled_at=NOW, scheduled_by_id=1)
    ],
    "revision_stopped_of_a_moment": lambda w: [w.revision(stopped_why="late", stopped_at=NOW)],
    "revision_one_draft_of_a_row": lambda w: [w.revision(), w.revision()],
    "policy_number_once": lambda w: [w.policy(), w.policy()],
    "policy_kind_known": lambda w: [w.policy(kind="golden")],
    "policy_validity_in_order": lambda w: [w.policy(**BACKWARDS)],
    "registryimport_kind_known": lambda w: [w.imported(kind="songs")],
    "registryimport_approval_paired": lambda w: [w.imported(approved_at=NOW)],
    "registryimport_approved_after_brought": lambda w: [w.imported(approved_at=NOW - HOUR, approved_by_id=1)],
    "registryimport_finished_after_brought": lambda w: [w.imported(state="loaded", finished_at=NOW - HOUR)],
    "registryimport_finished_iff_over": lambda w: [w.imported(state="loaded")],
    "registryfilepart_once": lambda w: [w.part(), w.part()],
    "registryfilepart_key_once": lambda w: [w.part(key=KEY), w.part(place=1, key=KEY)],
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_kept_by_the_database(name, world):
    *earlier, last = BROKEN[name](world)
    for row in earlier:
        row.save()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        last.save()
    assert error.value.__cause__.diag.constraint_name == name


def test_it_names_no_constraint_that_no_test_breaks():
    named = {
        constraint.name
        for model in apps.get_app_config("insurers").get_models()
        for constraint in model._meta.constraints
    }
    assert named == set(BROKEN)


def test_it_lists_a_phone_again_in_a_later_period_or_for_another_purpose(world):
    world.hotline(valid_to=TODAY).save()
    world.hotline(valid_from=TODAY + timedelta(days=1)).save()
    world.hotline(purpose="rights_protection").save()
    world.hotline(extension="5").save()
    assert Hotline.objects.count() == 4


def test_it_lets_hours_touch(world):
    world.hours().save()
    world.hours(starts="14:00", ends="00:00").save()
    assert WorkingHours.objects.filter(weekday=6).count() == 2


def test_it_keeps_one_day_for_the_country_and_one_for_the_region(world):
    world.day().save()
    world.day(region=world.place).save()
    assert CalendarDay.objects.count() == 2


def test_it_never_loses_a_branch_that_has_policies(world):
    world.policy().save()
    with pytest.raises(ProtectedError):
        world.branch_row.delete()


def test_it_sorts_names_with_yo_beside_ye(db):
    for code, name in (("01", "Яр"), ("02", "Ёлки"), ("03", "Ель"), ("04", "Жук")):
        Region.objects.create(code=code, name=name, time_zone="Europe/Moscow")
    assert [region.name for region in Region.objects.alphabetical()] == ["Ёлки", "Ель", "Жук", "Яр"]


def test_it_finds_a_clinic_by_parts_of_its_name_through_the_trigram_index(world):
    world.clinic(name="Клиническая больница скорой помощи имени Соловьёва", short_name="БСМП").save()
    found = MedicalOrganisation.objects.named_like("соловьева СКОРОЙ")
    assert [clinic.short_name for clinic in found] == ["БСМП"]
    assert not MedicalOrganisation.objects.named_like("соловьева роддом").exists()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "clinic_name_words" in found.explain()


TRACKED = [Insurer, Branch, Hotline, CalendarDay, WorkingSchedule, WorkingHours]


@pytest.mark.parametrize("model", TRACKED, ids=[model.__name__ for model in TRACKED])
def test_it_keeps_every_change_and_refuses_to_rewrite_it(model, world):
    rows = {Insurer: world.insurer, Hotline: world.hotline, CalendarDay: world.day, WorkingHours: world.hours}
    row = rows[model]() if model in rows else None
    if row is None:
        row = model.objects.first()
        row.title = "Другое название"
    row.save()
    row.save(force_update=True)
    events = apps.get_model("insurers", f"{model.__name__}Event").objects.filter(pgh_obj_id=row.pk)
    assert events.exists()
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        events.update(pgh_label="forged")
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        events.all()._raw_delete("default")


def test_it_keeps_what_was_removed(world):
    line = world.hotline()
    line.save()
    pk = line.pk
    line.delete()
    events = apps.get_model("insurers", "HotlineEvent").objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]
    assert events.last().phone == line.phone
