"""The round that publishes drafts at their moment: whose rights count, and what a bad draft does to all."""

from datetime import timedelta

import pytest

from complaints.escalation import rounds
from complaints.services import publishing
from insurers.models import Branch, Hotline, Noun, Revision, Stopped
from insurers.services import moments, revisions
from insurers.services.revisions import Seen
from omsportal.platform import heartbeats
from representatives.models import Appointment, User
from tests.factories import NOW, TODAY, make_branch, make_staff

pytestmark = pytest.mark.django_db

THEN = NOW + timedelta(hours=3)
OFFICE = {"hours": "", "phone": "", "extension": "", "starts_on": "", "ends_on": ""}


@pytest.fixture
def branch() -> Branch:
    return make_branch()


@pytest.fixture
def head(branch: Branch) -> User:
    return make_staff("head", heads=branch)


def waiting(branch: Branch, head: User, address: str) -> Revision:
    """A new office whose moment is THEN."""
    draft = revisions.save_draft(
        noun=Noun.OFFICE, owner=branch, row=None, draft=None, values=OFFICE | {"address": address},
        seen=Seen(None, None), by_id=head.pk, now=NOW,
    )  # fmt: skip
    return moments.schedule(revision=draft, version=draft.version, at=THEN, by_id=head.pk, now=NOW)


def test_it_publishes_for_whoever_looks_after_the_branch(branch: Branch, head: User) -> None:
    draft = waiting(branch, head, "ул. Свободы, 1")
    assert (publishing.look(NOW), publishing.look(THEN), publishing.look(THEN)) == (0, 1, 0)
    draft.refresh_from_db()
    assert draft.settled_by_id == head.pk


def left(head: User) -> None:
    Appointment.objects.filter(user=head).update(valid_to=TODAY - timedelta(days=1))


def switched_off(head: User) -> None:
    User.objects.filter(pk=head.pk).update(is_active=False)


def gone(head: User) -> None:
    Appointment.objects.filter(user=head).delete()
    User.objects.filter(pk=head.pk).delete()


@pytest.mark.parametrize("happened", [left, switched_off, gone])
def test_who_lost_the_right_publishes_nothing(happened, branch: Branch, head: User) -> None:
    draft = waiting(branch, head, "ул. Свободы, 1")
    happened(head)
    assert publishing.look(THEN) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.stopped_why) == ("draft", Stopped.NO_RIGHT)


def test_one_that_breaks_holds_no_other_back_and_the_round_counts_as_not_made(
    branch: Branch, head: User
) -> None:
    """What no draft of ours can hold: the first in line, so that all others come after it."""
    broken = Revision.objects.create(
        noun=Noun.HOTLINE, branch=branch, values={}, changed_by_id=head.pk, changed_at=NOW,
        publish_at=THEN - moments.PATIENCE + timedelta(minutes=1), scheduled_by_id=head.pk, scheduled_at=NOW,
    )  # fmt: skip
    good = waiting(branch, head, "ул. Свободы, 1")
    moments_round = next(one for one in rounds.ROUNDS if one.name == "moments")
    assert rounds.make(now=THEN, rounds=[moments_round]) == []
    good.refresh_from_db()
    assert good.state == "published"
    assert "round.moments" not in heartbeats.ages(THEN)
    broken.refresh_from_db()
    assert broken.is_scheduled
    assert rounds.make(now=THEN + timedelta(minutes=1), rounds=[moments_round]) == []
    broken.refresh_from_db()
    assert broken.stopped_why == Stopped.REFUSED
    Revision.objects.drafts().delete()
    assert rounds.make(now=THEN, rounds=[moments_round]) == ["moments"]
    assert not Hotline.objects.exists()
