"""Recordings that come: each a case once, sealed, to be called back, whatever breaks on the way."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from complaints import file_store
from complaints.escalation import rounds
from complaints.models import Attachment, Complaint, VoiceMessage
from complaints.services import attachments, voicemail, voicemail_folder
from complaints.services.voicemail import NoRoom, Recording
from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.limits import Rule
from omsportal.platform.models import Alarm, ReadLog
from representatives import api_keys
from representatives.models import Scope, User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.voices.sounds import wav
from tests.factories import NOW, make_fund, make_staff

pytestmark = pytest.mark.django_db

#: Thursday, 02:30 in Yaroslavl.
NIGHT = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)
FRIDAY_CLOSING = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)


def recording(branch: Branch, **changed: Any) -> Recording:
    told = {"branch": branch, "name": "msg0001.wav", "content": wav(), "phone": "8 920 123-45-67"}
    return Recording(**{**told, **changed})


class TestTakenIn:
    def test_it_is_an_oral_case_of_the_voicemail_to_be_called_back(self, office: Branch) -> None:
        case = voicemail.take_in(recording=recording(office, left_at=NIGHT), now=NIGHT).complaint
        assert (case.channel, case.form, case.kind, case.tier) == ("voicemail", "oral", "consultation", 1)
        assert (case.received_at, case.answer_due_on) == (NIGHT, None)
        assert case.card.sealed["applicant"] == {"phone": "+79201234567"}
        assert case.voice_message.seconds == 2
        assert case.call_back_until is not None

    def test_the_sound_lies_sealed_and_comes_back_as_it_was(self, office: Branch, store: Path) -> None:
        case = voicemail.take_in(recording=recording(office), now=NOW).complaint
        kept = case.voice_message.attachment
        assert attachments.content(kept) == wav()
        assert wav()[:200] not in file_store.path_of(kept.storage_name).read_bytes()

    def test_the_same_recording_is_the_same_case(self, office: Branch) -> None:
        first = voicemail.take_in(recording=recording(office), now=NOW)
        again = voicemail.take_in(recording=recording(office, name="copy.wav"), now=NOW + timedelta(days=2))
        other = voicemail.take_in(recording=recording(office, content=wav(tone=500)), now=NOW)
        assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
        assert again.complaint == first.complaint
        assert Attachment.objects.count() == Complaint.objects.count() == 2

    @pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=-40)])
    def test_a_wrong_clock_of_the_recorder_moves_no_promise(self, office: Branch, off: timedelta) -> None:
        case = voicemail.take_in(recording=recording(office, left_at=NOW + off), now=NOW).complaint
        assert case.received_at == NOW

    def test_a_hidden_number_is_taken_all_the_same(self, office: Branch) -> None:
        case = voicemail.take_in(recording=recording(office, phone="anonymous"), now=NOW).complaint
        assert case.card.sealed["applicant"] == {}

    def test_a_full_disk_leaves_nothing_behind(self, office: Branch, settings: Any) -> None:
        settings.FILES_KEEP_FREE = 2**62
        with pytest.raises(NoRoom):
            voicemail.take_in(recording=recording(office), now=NOW)
        assert not Complaint.objects.exists()
        settings.FILES_KEEP_FREE = 0
        assert voicemail.take_in(recording=recording(office), now=NOW).is_new


@pytest.mark.django_db(transaction=True)
def test_workers_that_see_one_recording_at_the_same_moment_make_one_case(office: Branch) -> None:
    def take(_turn: int) -> bool:
        try:
            return voicemail.take_in(recording=recording(office), now=NOW).is_new
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
    assert VoiceMessage.objects.count() == Complaint.objects.count() == 1
    connection.close()


class TestFolder:
    @pytest.fixture
    def folder(self, settings: Any, tmp_path: Path, office: Branch) -> Path:
        settings.VOICEMAIL_DIR = str(tmp_path / "voicemail")
        place = tmp_path / "voicemail" / "sogaz-med-76"
        place.mkdir(parents=True)
        return place

    def put(self, path: Path, content: bytes, *, age: float = 60) -> Path:
        path.write_bytes(content)
        moment = time.time() - age
        os.utime(path, (moment, moment))
        return path

    def test_a_finished_recording_becomes_a_case_and_leaves_the_folder(self, folder: Path) -> None:
        now = datetime.now(UTC)
        path = self.put(folder / "20260318-0230_+79201234567.wav", wav())
        assert voicemail_folder.look(now=now).taken == 1
        case = Complaint.objects.get()
        assert case.card.sealed["applicant"] == {"phone": "+79201234567"}
        assert not path.exists()
        assert voicemail_folder.look(now=now).taken == 0

    def test_what_is_still_being_written_waits(self, folder: Path) -> None:
        path = self.put(folder / "a.wav", wav(), age=1)
        assert voicemail_folder.look(now=NOW).taken == 0
        assert path.exists()

    def test_what_asterisk_writes_beside_it_is_read(self, folder: Path) -> None:
        now = datetime.now(UTC)
        at = int(now.timestamp()) - 3600
        beside = f'[message]\norigmailbox=100\ncallerid="ИВАНОВА" <89207654321>\norigtime={at}\n%odd\n'
        self.put(folder / "msg0000.txt", beside.encode())
        self.put(folder / "msg0000.wav", wav())
        voicemail_folder.look(now=now)
        case = Complaint.objects.get()
        assert case.card.sealed["applicant"] == {"phone": "+79207654321"}
        assert case.received_at.timestamp() == at
        assert list(folder.iterdir()) == []

    def test_a_worker_that_died_before_the_file_was_gone_makes_no_second_case(self, folder: Path) -> None:
        self.put(folder / "a.wav", wav())
        voicemail.take_in(recording=recording(Branch.objects.get(insurer__code="sogaz-med")), now=NOW)
        done = voicemail_folder.look(now=NOW)
        assert (done.taken, done.known, Complaint.objects.count()) == (0, 1, 1)
        assert list(folder.iterdir()) == []

    def test_what_is_no_recording_is_put_aside_with_one_alarm(self, folder: Path) -> None:
        self.put(folder / "a.wav", b"MZ" + bytes(500))
        self.put(folder / "b.wav", wav()[:-100])
        self.put(folder / "c.wav", wav())
        done = voicemail_folder.look(now=NOW)
        assert (done.taken, done.refused) == (1, 2)
        assert sorted(path.name for path in (folder / "refused").iterdir()) == ["a.wav", "b.wav"]
        alarm = Alarm.objects.open().get(kind="recording_refused")
        assert alarm.receiver_branch_id == Branch.objects.get(insurer__code="sogaz-med").pk
        assert "wav" not in str(alarm.payload)

    def test_a_file_that_cannot_be_moved_does_not_stop_the_others(self, folder: Path) -> None:
        self.put(folder / "a.wav", b"MZ" + bytes(500), age=90)
        self.put(folder / "refused", b"a file where a folder should be")
        self.put(folder / "b.wav", wav())
        assert voicemail_folder.look(now=NOW).taken == 1
        assert (folder / "a.wav").exists()

    def test_other_files_links_and_foreign_folders_stay_alone(self, folder: Path, tmp_path: Path) -> None:
        secret = self.put(tmp_path / "secret.wav", wav())
        (folder / "link.wav").symlink_to(secret)
        self.put(folder / "notes.doc", b"1")
        self.put(folder / ".a.wav", wav())
        self.put(folder / "a.wav.part", wav())
        foreign = folder.parent / "nobody-99"
        foreign.mkdir()
        self.put(foreign / "a.wav", wav())
        assert voicemail_folder.look(now=NOW).taken == 0
        assert secret.exists()
        assert (foreign / "a.wav").exists()

    def test_what_lies_beside_a_recording_is_read_if_it_is_a_file(self, folder: Path, tmp_path: Path) -> None:
        """A link would lead to other files of the server, a pipe would hold the worker for ever."""
        secret = tmp_path / "secret.txt"
        secret.write_text("[message]\ncallerid=+79207654321\n")
        self.put(folder / "a.wav", wav())
        (folder / "a.txt").symlink_to(secret)
        self.put(folder / "b.wav", wav(seconds=4))
        os.mkfifo(folder / "b.txt")
        assert voicemail_folder.look(now=NOW).taken == 2
        assert [case.card.sealed["applicant"] for case in Complaint.objects.with_card()] == [{}, {}]
        assert secret.exists()

    def test_a_fund_has_its_folder_too(self, folder: Path) -> None:
        make_fund()
        (folder.parent / "fund-76").mkdir()
        self.put(folder.parent / "fund-76" / "a.wav", wav())
        voicemail_folder.look(now=NOW)
        assert Complaint.objects.get().branch.is_fund

    def test_a_full_disk_leaves_it_where_it_is(self, folder: Path, settings: Any) -> None:
        path = self.put(folder / "a.wav", wav())
        settings.FILES_KEEP_FREE = 2**62
        assert voicemail_folder.look(now=NOW).taken == 0
        assert path.exists()

    def test_rounds_only_ring(self, folder: Path) -> None:
        self.put(folder / "a.wav", wav())
        assert "voicemail" in rounds.make(now=NOW)
        assert not Complaint.objects.exists()


class TestApi:
    ADDRESS = "/api/v1/recordings/"

    @pytest.fixture
    def system(self, office: Branch) -> Client:
        user = make_staff("pbx", 1, office)
        made = api_keys.create(
            branch=office, user=user, name="АТС", scopes=[Scope.CALLS], lifetime=timedelta(days=9999), now=NOW
        )
        return Client(headers={"Authorization": f"Api-Key {made.text}"})

    def send(self, client: Client, content: bytes, **more: str) -> Any:
        file = SimpleUploadedFile("../a.wav", content, "text/html")
        return client.post(self.ADDRESS, {"file": file, **more})

    def test_a_system_gets_the_number_and_the_same_one_again(self, system: Client) -> None:
        first = self.send(system, wav(), phone="8 920 123-45-67", left_at="2026-03-18T02:30:00+03:00")
        assert first.status_code == 201
        again = self.send(system, wav())
        assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
        assert Complaint.objects.get().number == first.json()["number"]
        assert "access" not in first.content.decode()

    def test_what_is_no_recording_is_a_broken_rule(self, system: Client) -> None:
        answer = self.send(system, b"<html></html>")
        assert (answer.status_code, answer.json()["code"]) == (422, "kind")

    def test_too_large_a_one_is_not_read(self, system: Client, settings: Any) -> None:
        settings.RECORDING_MAX_BYTES = 1000
        assert self.send(system, wav()).status_code == 413

    def test_who_has_a_stolen_key_cannot_bury_the_branch_in_cases(
        self, system: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A telephone system waits and sends the rest later: nothing is lost."""
        monkeypatch.setitem(limits.TABLE, "recording.key", Rule(2, 3600, "key"))
        answers = [self.send(system, wav(tone=tone)) for tone in (300, 400, 500)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert int(answers[2]["Retry-After"]) > 0
        assert Complaint.objects.count() == 2

    def test_people_and_strangers_send_none(self, office: Branch, system: Client) -> None:
        clerk = Client()
        clerk.force_login(make_staff("operator", 1, office))
        assert self.send(clerk, wav()).status_code == self.send(Client(), wav()).status_code == 401
        assert not Complaint.objects.exists()


class TestPlayed:
    @pytest.fixture
    def case(self, question: object, branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
        return voicemail.take_in(recording=recording(branch), now=now).complaint

    def address(self, case: Complaint) -> str:
        return f"/staff/cases/{case.number}/recordings/{case.voice_message.attachment.storage_name}/"

    def test_it_is_given_out_whole_and_in_parts(self, case: Complaint, client_of: ClientOf) -> None:
        sound, client, address = wav(), client_of("operator"), self.address(case)
        whole = client.get(address)
        assert (whole.status_code, whole.content, whole["Content-Type"]) == (200, sound, "audio/wav")
        assert (whole["Accept-Ranges"], whole["X-Content-Type-Options"]) == ("bytes", "nosniff")
        for asked, begin, end in (
            ("0-", 0, len(sound)),
            ("100-199", 100, 200),
            ("-50", len(sound) - 50, len(sound)),
        ):
            part = client.get(address, headers={"Range": f"bytes={asked}"})
            assert (part.status_code, part.content) == (206, sound[begin:end])
            assert part["Content-Range"] == f"bytes {begin}-{end - 1}/{len(sound)}"

    @pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=200-100", "bytes=-0"])
    def test_what_it_does_not_have_is_416(self, case: Complaint, client_of: ClientOf, asked: str) -> None:
        answer = client_of("operator").get(self.address(case), headers={"Range": asked})
        assert (answer.status_code, answer.content) == (416, b"")

    @pytest.mark.parametrize(
        "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b", "bytes=" + "9" * 50]
    )
    def test_odd_wishes_get_the_whole(self, case: Complaint, client_of: ClientOf, asked: str) -> None:
        assert client_of("operator").get(self.address(case), headers={"Range": asked}).status_code == 200

    def test_each_opening_is_logged(
        self, case: Complaint, client_of: ClientOf, people: dict[str, User]
    ) -> None:
        client_of("operator").get(self.address(case))
        line = ReadLog.objects.get()
        assert (line.what, line.subject_id, line.reader_id) == ("file", case.pk, people["operator"].pk)

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("head", 200),
            ("specialist", 403),
            ("rival", 404),
            ("fund", 404),
            ("admin", 404),
            ("anonymous", 302),
        ],
    )
    def test_only_who_may_read_the_case_hears_it(
        self, case: Complaint, client_of: ClientOf, who: str, status: int
    ) -> None:
        answer = client_of(who).get(self.address(case))
        assert answer.status_code == status
        assert status == 200 or not ReadLog.objects.exists()

    def test_another_file_of_the_case_is_no_recording(self, case: Complaint, client_of: ClientOf) -> None:
        Attachment.objects.update(media_type="text/html")
        assert client_of("operator").get(self.address(case)).status_code == 404
