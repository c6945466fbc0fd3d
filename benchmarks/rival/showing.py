"""Run by the Python of django-helpdesk's own environment: one queue, one ticket with a thread, one member of staff.

python showing.py FOLLOW_UPS: prints one JSON object: the queue, the addresses of the ticket for its submitter and
for staff, the session of the member of staff, and how many statements each page and the public form cost.
"""

import json
import sys

import django


def main(follow_ups: int) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    queue, ticket = make(follow_ups)
    public = f"/view/?ticket={ticket.ticket_for_url}&email={ticket.submitter_email}&key={ticket.secret_key}"
    staff = f"/tickets/{ticket.pk}/"
    client, session = signed_in()
    form = {
        "queue": queue.pk,
        "title": "t",
        "body": "x" * 60,
        "priority": 3,
        "submitter_email": "a@example.org",
    }
    print(
        json.dumps(
            {
                "form": form,
                "public": public,
                "staff": staff,
                "session": session,
                "statements": {
                    "public": counted(lambda: visitor().get(public), 200),
                    "staff": counted(lambda: client.get(staff), 200),
                    "form": counted(lambda: visitor().post("/tickets/submit/", form), 302),
                },
            }
        )
    )


def make(follow_ups: int):
    from helpdesk.models import FollowUp, Queue, Ticket

    queue, _new = Queue.objects.get_or_create(
        slug="q", defaults={"title": "Q", "allow_public_submission": True}
    )
    ticket = Ticket.objects.create(
        queue=queue, title="t", submitter_email="a@example.org", description="x" * 60
    )
    for place in range(follow_ups):
        FollowUp.objects.create(
            ticket=ticket, title="Comment", comment=f"Comment {place} " + "x" * 60, public=True
        )
    return queue, ticket


def visitor():
    from django.test import Client

    return Client(headers={"host": "localhost"})


def signed_in():
    from django.contrib.auth import get_user_model

    user, _new = get_user_model().objects.get_or_create(username="bench", defaults={"is_staff": True})
    client = visitor()
    client.force_login(user)
    return client, client.cookies["sessionid"].value


def counted(ask, expected: int) -> int:
    """Statements of the second time: the first one fills caches of the process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    assert answer.status_code == expected, answer.content[:2000]
    return len(queries)


if __name__ == "__main__":
    main(int(sys.argv[1]))
