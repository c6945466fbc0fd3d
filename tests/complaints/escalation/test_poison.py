"""A row that cannot be resumed: it is held with an alarm, and neither other waits nor any hop stand still."""

from datetime import timedelta

import pytest
from django.db import connection

from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from complaints.services import waiting
from omsportal.platform.models import Alarm
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db

# As a damaged row would: the statement that resumes it is refused.
_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON complaints_history FOR EACH ROW
    WHEN (NEW.event = 'resumed' AND NEW.complaint_id = %s) EXECUTE FUNCTION refuse()"""


def waits() -> Complaint:
    operator = make_staff("operator", 1, make_branch())
    case = make_complaint(held_by=operator)
    return waiting.wait(
        complaint=case,
        question="Как зовут врача?",
        working_days=1,
        by=operator,
        profile=profile(operator),
        now=NOW,
    )


def test_a_wait_that_cannot_be_resumed_is_held_and_everything_else_goes_on() -> None:
    cases = [waits() for _case in range(5)]
    due = make_complaint()
    poison = cases[2]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_REFUSE, [poison.pk])
    moment = max(case.wait_until for case in cases) + timedelta(minutes=1)
    swept = sweep(now=moment, batch=3)
    assert (swept.resumed, swept.blocked) == (4, 1)
    assert Complaint.objects.get(pk=due.pk).tier == 2
    held = Complaint.objects.get(pk=poison.pk)
    assert (held.status, held.blocked_at) == ("waiting", moment)
    assert Alarm.objects.about("complaint", poison.pk).get().kind == "blocked"
    again = sweep(now=moment + timedelta(minutes=1), batch=3)
    assert (again.resumed, again.blocked) == (0, 0)
