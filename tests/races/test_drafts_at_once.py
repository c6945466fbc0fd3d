"""Several administrators press at once: one draft, one publication, one phone, no work overwritten."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from django.db import transaction

from complaints.services import publishing as publishing_round
from insurers.models import Branch, Hotline, Noun, Revision, RevisionState
from insurers.services import moments, revisions
from insurers.services.organisation_values import Values, values_of
from insurers.services.revisions import MovedOn, Refused, Seen, Settled
from tests.factories import NOW, make_branch, make_staff
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEW: Values = {
    "purpose": "duty", "phone": "+74852313828", "extension": "", "hours": "пн–пт 09:00–18:00",
    "holidays": False, "zone": "", "after_hours": "none", "after_hours_note": "", "calls_recorded": "",
    "source": "", "starts_on": "", "ends_on": "",
}  # fmt: skip
HANDS = 4
THEN = NOW + timedelta(hours=3)


def drafting(branch: Branch, row: Hotline | None, by: int, **fields: str) -> Callable[[], object]:
    stands = values_of(row, Noun.HOTLINE) if row else None
    return lambda: revisions.save_draft(
        noun=Noun.HOTLINE, owner=branch, row=row, draft=None, values=(stands or NEW) | fields,
        seen=Seen(None, stands), by_id=by, now=NOW,
    )  # fmt: skip


def publishing(draft: Revision, by: int) -> Callable[[], object]:
    return lambda: revisions.publish(revision=draft, version=draft.version, by_id=by, now=NOW)


def kinds(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_those_who_begin_at_once_have_one_draft_and_the_others_are_told() -> None:
    branch = make_branch()
    for turn in range(2):
        line = Hotline.objects.create(branch=branch, purpose="duty", phone=f"+7485231382{turn}")
        told = at_once(*(drafting(branch, line, by, source=f"{by}") for by in range(1, HANDS + 1)))
        assert kinds(told) == [MovedOn.__name__] * (HANDS - 1) + [Revision.__name__]
        assert Revision.objects.drafts().of_row(Noun.HOTLINE, line.pk).count() == 1


def test_a_draft_is_published_once() -> None:
    branch = make_branch()
    for _turn in range(2):
        draft = drafting(branch, None, 1)()
        assert isinstance(draft, Revision)
        told = at_once(*(publishing(draft, by) for by in range(1, HANDS + 1)))
        assert kinds(told) == [Hotline.__name__] + [Settled.__name__] * (HANDS - 1)
        Hotline.objects.all().delete()


def test_rounds_at_once_publish_each_draft_once_and_wait_for_nobody() -> None:
    branch, head = make_branch(), make_staff("head", heads=make_branch())
    for turn in range(2):
        line = Hotline.objects.create(branch=branch, purpose="duty", phone=f"+7485231382{turn}")
        drafts = [
            cast(Revision, drafting(branch, row, head.pk, phone=f"+748522000{turn}{place}")())
            for place, row in enumerate((None, line))
        ]
        for draft in drafts:
            moments.schedule(revision=draft, version=draft.version, at=THEN, by_id=head.pk, now=NOW)
        done = at_once(*[lambda: publishing_round.look(THEN)] * HANDS)
        assert sum(cast(list[int], done)) == len(drafts)
        assert not Revision.objects.drafts().exists()


def test_the_round_leaves_for_its_next_turn_what_somebody_holds() -> None:
    branch, head = make_branch(), make_staff("head", heads=make_branch())
    line = Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828")
    draft = cast(Revision, drafting(branch, line, head.pk, source="письмо")())
    moments.schedule(revision=draft, version=draft.version, at=THEN, by_id=head.pk, now=NOW)
    for holds in (Hotline.objects.filter(pk=line.pk), Revision.objects.drafts(), Branch.objects.all()):
        with transaction.atomic():
            list(holds.select_for_update())
            assert at_once(lambda: publishing_round.look(THEN)) == [0]
    assert publishing_round.look(THEN) == 1


def test_the_same_phone_published_twice_at_once_stands_once() -> None:
    branch = make_branch()
    for _turn in range(2):
        drafts = [drafting(branch, None, by)() for by in range(1, HANDS + 1)]
        told = at_once(*(publishing(draft, 1) for draft in drafts if isinstance(draft, Revision)))
        assert kinds(told) == [Hotline.__name__] + [Refused.__name__] * (HANDS - 1)
        assert Hotline.objects.count() == 1
        assert Revision.objects.filter(state=RevisionState.DRAFT).count() == HANDS - 1
        Hotline.objects.all().delete()
        Revision.objects.all().delete()
