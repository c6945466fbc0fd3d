"""The head of the chain leaves by mail: a witness that whoever has the machine cannot reach."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omsportal.platform import chain, chain_check, chain_mail
from omsportal.platform.chain_check import Wrong
from omsportal.platform.delivery import deliver
from omsportal.platform.models import Outbox, Seal
from tests.mail import MailServer
from tests.platform.conftest import NOW
from tests.platform.test_chain import read, tamper

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _keeper(settings: Any, tmp_path: Path, smtp_server: MailServer) -> None:
    settings.DATA_DIR = tmp_path
    settings.CHAIN_HEAD_EMAIL = "keeper@example.org"
    smtp_server.use(settings)


def test_it_leaves_once_a_day_and_is_a_witness(smtp_server: MailServer, tmp_path: Path) -> None:
    read(2)
    chain.seal(NOW)
    assert [chain_mail.send_head(NOW + hours * HOUR) for hours in (0, 1)] == [True, False]
    assert deliver(NOW).sent == 1
    (mail,) = smtp_server.messages
    assert mail["To"] == "keeper@example.org"
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "2026-03-18.jsonl").write_bytes(mail.as_bytes())
    assert list(chain_check.verify(heads=tmp_path / "mails")) == []
    tamper("DELETE FROM platform_seal")
    tamper("UPDATE platform_readlog SET reader_id = 77")
    chain.seal(NOW)
    found = [fault.what for fault in chain_check.verify(heads=tmp_path / "mails")]
    assert Wrong.HEAD in found


def test_the_next_day_brings_the_next(smtp_server: MailServer) -> None:
    read(1)
    chain.seal(NOW)
    chain_mail.send_head(NOW)
    assert chain_mail.send_head(NOW + timedelta(days=1))
    assert Outbox.objects.filter(kind=chain_mail.KIND).count() == 2


def test_without_an_address_or_a_link_nothing_is_sent(settings: Any) -> None:
    assert not chain_mail.send_head(NOW)
    read(1)
    chain.seal(NOW)
    settings.CHAIN_HEAD_EMAIL = ""
    assert not chain_mail.send_head(NOW)
    assert Seal.objects.exists()
