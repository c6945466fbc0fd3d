"""Calendar that is asked for by hand, and loaded twice; terms of keeping in the administration."""

from datetime import datetime

import pytest
from django.urls import reverse

from complaints.models import Deadline, SettingChange
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO


def test_loading_what_a_draft_has_already_leaves_the_draft_as_it_is(
    client_of: ClientOf, now: datetime
) -> None:
    admin, year = client_of("admin"), now.year
    for _turn in range(2):
        admin.post(f"/staff/calendar/russia/{year}/load/")
    assert SettingChange.objects.get().version == 1


@pytest.mark.parametrize("place", ["a b", "a/b", "99", "Москва"])
def test_a_place_that_there_is_not_has_no_calendar(client_of: ClientOf, place: str) -> None:
    assert client_of("admin").get("/staff/calendar/", {"place": place}).status_code == 404


def test_the_administration_changes_no_term_of_keeping(client_of: ClientOf) -> None:
    admin = client_of("admin")
    known = {"what": "обращения", "value": "5", "unit": "year", "basis": "закон"}
    rows = [
        Deadline.objects.create(code=code, group=group, valid_from=LONG_AGO, **known)
        for code, group in (("KEEP_APPEAL", "retention"), ("ANSWER", "appeal"))
    ]
    typed = known | {"value": "1", "valid_from": "2026-01-01"}
    for row, status in zip(rows, (403, 302), strict=True):
        page = reverse("admin:complaints_deadline_change", args=[row.pk])
        assert admin.get(page).status_code == 200
        assert admin.post(page, typed | {"code": row.code, "group": row.group}).status_code == status
        assert Deadline.objects.get(pk=row.pk).value == (5 if status == 403 else 1)
    listed = {"action": "delete_selected", "_selected_action": [rows[0].pk], "post": "yes"}
    admin.post(reverse("admin:complaints_deadline_changelist"), listed)
    admin.post(reverse("admin:complaints_deadline_delete", args=[rows[0].pk]), {"post": "yes"})
    add = reverse("admin:complaints_deadline_add")
    answer = admin.post(add, typed | {"code": "KEEP_FILES", "group": "retention"})
    assert "group" in answer.context["adminform"].form.errors
    assert set(Deadline.objects.values_list("code", flat=True)) == {"KEEP_APPEAL", "ANSWER"}
