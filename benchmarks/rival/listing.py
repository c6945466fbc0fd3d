"""Run by the Python of django-helpdesk's own environment: a queue of many tickets and the pages staff open.

python listing.py TICKETS FOLLOW_UPS: prints one JSON object: what a browser asks for to show the list (its frame, then its
rows) and a ticket with a thread, the session of a member of staff, and how many statements each costs.
"""

import json
import re
import sys

import django


def main(tickets: int, follow_ups: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from escalating import seed
    from showing import counted, make, signed_in

    _queue, ticket = make(follow_ups)
    seed(tickets)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client, session = signed_in()
    frame = client.get("/tickets/").content.decode()
    rows = re.search(r"/datatables_ticket_list/[^\"]+", frame).group() + "?draw=1&start=0&length=25"
    pages = {"list": ["/tickets/", rows], "ticket": [f"/tickets/{ticket.pk}/"]}
    statements = {
        name: sum(counted(lambda part=part: client.get(part), 200) for part in parts)
        for name, parts in pages.items()
    }
    print(json.dumps({**pages, "session": session, "statements": statements}))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
