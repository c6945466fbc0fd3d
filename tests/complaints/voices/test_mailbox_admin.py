"""The password of a mailbox: shown to nobody, sent to no other server and never in the clear."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.models import Mailbox
from complaints.services import mailboxes
from insurers.models import Branch
from tests import factories
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.voices.letters import PASSWORD, USER

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(branch: Branch, question: object, now: datetime) -> Mailbox:
    factories.make_category("other")
    return Mailbox.objects.create(
        branch=branch, address="otdel@sogaz.example", host="127.0.0.1", port=1, security="plain",
        folder="INBOX", sealed={"user": USER, "password": PASSWORD}, since=now - timedelta(hours=1),
    )  # fmt: skip


def test_a_password_never_leaves_this_machine_in_the_clear(box: Mailbox, now: datetime) -> None:
    Mailbox.objects.filter(pk=box.pk).update(host="192.0.2.1")
    mailboxes.read_all(now=now)
    box.refresh_from_db()
    assert box.fault == "OSError"


def test_the_administration_keeps_the_password_and_never_shows_it(box: Mailbox, client_of: ClientOf) -> None:
    client: Client = client_of("admin")
    page = client.get(f"/admin/complaints/mailbox/{box.pk}/change/").content.decode()
    assert PASSWORD not in page
    typed = {
        "branch": box.branch_id, "address": box.address, "host": box.host, "port": box.port,
        "security": "plain", "folder": "Other", "user": "", "password": "", "is_active": "on",
    }  # fmt: skip
    client.post(f"/admin/complaints/mailbox/{box.pk}/change/", typed)
    box.refresh_from_db()
    assert (box.folder, box.sealed["password"]) == ("Other", PASSWORD)


@pytest.mark.parametrize("elsewhere", [{"host": "localhost"}, {"port": 1993}, {"security": "tls"}])
def test_the_password_kept_is_never_sent_to_another_server(
    box: Mailbox, client_of: ClientOf, elsewhere: dict[str, Any]
) -> None:
    """Whoever names a server of their own would read there what the portal never shows."""
    typed = {
        "branch": box.branch_id, "address": box.address, "host": box.host, "port": box.port,
        "security": "plain", "folder": "INBOX", "user": "", "password": "", "is_active": "on",
    } | elsewhere  # fmt: skip
    address, client = f"/admin/complaints/mailbox/{box.pk}/change/", client_of("admin")
    assert "введите пароль заново" in client.post(address, typed).content.decode()
    assert Mailbox.objects.filter(pk=box.pk, host=box.host, port=box.port, security="plain").exists()
    assert client.post(address, typed | {"password": "new"}).status_code == 302
