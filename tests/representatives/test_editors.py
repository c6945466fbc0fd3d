"""Editors of what all patients read: appointed by who runs the portal, beyond the reach of heads."""

import pytest

from representatives import rights
from representatives.models import AccountAct, Appointment, User
from representatives.reach import AccountRefused, Place, place_of, reach_of
from tests.factories import LONG_AGO, NOW, TODAY, make_branch, make_everybody, make_staff, profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return make_everybody()


@pytest.fixture
def editor(people: dict[str, User]) -> User:
    """Works in the head's branch too."""
    user = make_staff("editor", 2, make_branch())
    Appointment.objects.create(user=user, role="editor", valid_from=LONG_AGO)
    return user


def test_an_editor_has_no_place_and_is_somebody(editor: User) -> None:
    lonely = make_staff("lonely")
    assert profile(lonely).is_empty
    Appointment.objects.create(user=lonely, role="editor", valid_from=LONG_AGO)
    found = profile(lonely)
    assert (found.is_editor, found.is_empty) == (True, False)
    assert profile(editor).is_editor
    assert not profile(editor, on=LONG_AGO.replace(year=LONG_AGO.year - 1)).is_editor


def test_the_account_of_an_editor_is_wholly_in_nobodys_reach_but_of_who_runs_the_portal(
    people: dict[str, User], editor: User
) -> None:
    place = place_of(editor, TODAY)
    for who in ("head", "insurer_admin"):
        reach = reach_of(people[who], profile(people[who]))
        assert reach.touches(place)
        assert not reach.covers(place)
    assert reach_of(people["admin"], profile(people["admin"])).covers(place)


def test_a_head_does_not_close_it(people: dict[str, User], editor: User) -> None:
    head = people["head"]
    with pytest.raises(AccountRefused) as refused:
        rights.switch_off(user=editor, reason="left", by=head, reach=reach_of(head, profile(head)), now=NOW)
    assert refused.value.code == "not_yours"
    editor.refresh_from_db()
    assert editor.is_active


def test_saving_what_an_editor_has_already_is_no_change_of_rights(
    people: dict[str, User], editor: User
) -> None:
    admin = people["admin"]
    before = place_of(editor, TODAY)
    place = Place(tier=before.tier, branch_ids=before.branch_ids)
    rights.change(user=editor, place=place, by=admin, reach=reach_of(admin, profile(admin)), now=NOW)
    assert place_of(editor, TODAY) == before
    assert not AccountAct.objects.of(editor).exists()
