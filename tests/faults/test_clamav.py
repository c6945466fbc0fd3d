"""The real clamd of Debian, with a signature of our own: installed by `make test-all`."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Attachment
from complaints.services import attachments, scanning
from omsportal.platform import clamd
from tests import factories
from tests.complaints.documents import MB, heavy, pdf
from tests.factories import NOW
from tests.platform.clamd_server import VIRUS
from tests.processes import eventually
from tests.running import RunningPortal

pytestmark = pytest.mark.slow

CLAMD = Path("/usr/sbin/clamd")
CONFIGURATION = """
Foreground yes
LocalSocket {directory}/clamd.ctl
DatabaseDirectory {directory}/signatures
TemporaryDirectory {directory}
StreamMaxLength 3M
"""


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    """The path of its socket."""
    if not CLAMD.exists():
        raise RuntimeError(
            f"{CLAMD} is missing: run `make clamav`, or `apt-get install clamav-daemon` as root."
        )
    directory = Path(tempfile.mkdtemp(prefix="clamd-"))
    (directory / "signatures").mkdir()
    signature = f"Planted.Test:0:*:{VIRUS.hex()}\n"
    (directory / "signatures" / "ours.ndb").write_text(signature)
    (directory / "clamd.conf").write_text(CONFIGURATION.format(directory=directory))
    socket = str(directory / "clamd.ctl")
    with (directory / "output.txt").open("wb") as output:
        running = subprocess.Popen(
            [str(CLAMD), "--config-file", str(directory / "clamd.conf")], stdout=output, stderr=output
        )
    try:
        assert eventually(lambda: answers(socket), within=60), (directory / "output.txt").read_text()
        yield socket
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(directory, ignore_errors=True)


def answers(socket: str) -> bool:
    try:
        return clamd.ping(socket).startswith("ClamAV")
    except (clamd.Away, clamd.Broken):
        return False


def planted(document: Any) -> None:
    """Packed, as a real one would be."""
    document.pages[0].Contents = document.make_stream(VIRUS * 20)


@pytest.mark.parametrize(
    ("content", "virus"),
    [(b"harmless", None), (VIRUS, "Planted.Test.UNOFFICIAL"), (pdf(planted), "Planted.Test.UNOFFICIAL")],
)
def test_it_understands_the_verdict(daemon: str, content: bytes, virus: str | None) -> None:
    assert clamd.scan(daemon, content) == virus


def test_it_understands_that_a_file_is_too_large(daemon: str) -> None:
    with pytest.raises(clamd.TooLarge):
        clamd.scan(daemon, bytes(20 * MB))


@pytest.mark.django_db
def test_it_keeps_an_infected_file_from_everybody(daemon: str, settings: Any, tmp_path: Path) -> None:
    settings.CLAMD_ADDRESS, settings.FILES_DIR = daemon, tmp_path
    case = factories.make_complaint(factories.make_branch())
    uploads = [SimpleUploadedFile("чистый.pdf", pdf(heavy)), SimpleUploadedFile("вирус.pdf", pdf(planted))]
    attachments.post_by_patient(complaint=case, text="Вот", uploads=uploads, token="t", now=NOW)
    assert not case.attachments.given_out().exists()
    done = scanning.scan_due(now=NOW + timedelta(minutes=1))
    assert (done.clean, done.infected, done.is_away) == (1, 1, False)
    [open_to_others] = case.attachments.given_out()
    assert open_to_others.sealed["name"] == "чистый.pdf"
    infected = Attachment.objects.get(state="infected")
    assert not Attachment.objects.for_patient_to_open().filter(pk=infected.pk).exists()


def test_it_scans_what_a_patient_sends_to_the_running_portal(daemon: str, tmp_path: Path) -> None:
    """Bell, worker and daemon together: nobody waits for the next round."""
    headers = {"X-Access-Code": "2222 3333 4444 5555"}
    with RunningPortal(tmp_path, CLAMD_ADDRESS=daemon) as portal:
        for name, content in (("чистый.pdf", pdf()), ("вирус.pdf", pdf(planted))):
            sent = upload(f"{portal.url}/api/v1/complaints/76-26-0000002-5/files/", headers, name, content)
            assert sent == 201
        query = (
            "SELECT file.state, count(*) FROM complaints_attachment file"
            " JOIN complaints_complaint c ON c.id = file.complaint_id"
            " WHERE c.number = '76-26-0000002-5' AND file.uploaded_by_id IS NULL GROUP BY file.state"
        )
        assert eventually(lambda: dict(portal.query(query)) == {"clean": 1, "infected": 1}, within=50)
        raised = "SELECT count(*) FROM platform_alarm WHERE kind = 'file_infected' AND closed_at IS NULL"
        assert eventually(lambda: portal.query(raised) == [(1,)], within=60)


def upload(url: str, headers: dict[str, str], name: str, content: bytes) -> int:
    """The status of an upload as a form's body."""
    body = (
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode() + content
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    request = Request(url, data=body + b"\r\n--x--\r\n", headers=headers | kind, method="POST")
    with urlopen(request, timeout=60) as response:
        return int(response.status)
