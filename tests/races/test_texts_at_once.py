"""Several heads save one approved text at the same moment: one version, and the others hear of it."""

import pytest

from complaints.models import Template
from complaints.services import templates
from complaints.services.transitions import SomebodyWasFirst
from tests.complaints.staff.test_answering import make_text
from tests.factories import NOW, make_branch, make_staff
from tests.races.test_two_at_once import at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4


@pytest.mark.parametrize(("is_own", "seen", "versions"), [(True, 0, 1), (False, 1, 2)])
def test_one_version_is_made_and_the_others_are_told(is_own: bool, seen: int, versions: int) -> None:
    branch, text = make_branch(), make_text()
    place = branch if is_own else None
    heads = [make_staff(f"head{hand}", heads=branch) for hand in range(HANDS)]
    results = at_once(*(
        lambda by=by: templates.revise(
            template=Template(code=text.code, branch=place, title=by.username, body="Обращение {number}"),
            by=by, expected=seen, now=NOW,
        )
        for by in heads
    ))  # fmt: skip
    assert len(of_kind(results, Template)) == 1
    assert len(of_kind(results, SomebodyWasFirst)) == HANDS - 1
    assert Template.objects.of_code(text.code, place and place.pk).count() == versions
