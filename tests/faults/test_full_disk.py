"""A real file system that is really full: nothing half-written, nothing promised is lost, words to read."""

import errno
import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.complaints.documents import MB, heavy, pdf
from tests.processes import eventually
from tests.running import RunningPortal

pytestmark = pytest.mark.slow

#: Enough for the tables and logs of a portal without demo data, and soon full.
SIZE = "500m"
APPEAL = {
    "category": "question",
    "region": "76",
    "story": "Можно ли прикрепиться к другой поликлинике? " * 40,
}
Answer = tuple[int, Any, str]


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    """The whole machine of a small installation: database, files and logs lie on it."""
    directory = Path(tempfile.mkdtemp(prefix="small-disk-"))
    directory.chmod(0o755)
    (directory / "data").mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(directory / "data")]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        raise RuntimeError(
            f"A small file system is needed and could not be mounted ({mounted.stderr.strip()}): run these "
            "tests as root, in a container with the right CAP_SYS_ADMIN."
        )
    yield directory
    subprocess.run(["umount", "--lazy", str(directory / "data")], check=True)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def portal(small_disk: Path) -> Iterator[RunningPortal]:
    with RunningPortal(small_disk, DEMO="0", FILES_KEEP_FREE_MB="40") as running:
        yield running


def filler(disk: Path) -> Path:
    return disk / "data" / "filler"


def fill(disk: Path, *, leave: int = 0) -> None:
    """Take the room that is left but for so many bytes."""
    block = bytes(64 * 1024)
    with filler(disk).open("ab") as file:
        while room(disk) > leave:
            try:
                file.write(block[: max(1, min(len(block), room(disk) - leave))])
                file.flush()
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return


def room(disk: Path) -> int:
    found = os.statvfs(disk / "data")
    return found.f_bavail * found.f_bsize


@pytest.fixture
def emptied(small_disk: Path) -> Iterator[None]:
    yield
    filler(small_disk).unlink(missing_ok=True)


def ask(url: str, body: bytes | None = None, **headers: str) -> Answer:
    try:
        with urlopen(Request(url, body, {"Accept-Language": "ru", **headers}), timeout=60) as response:
            return response.status, response.headers, response.read().decode()
    except HTTPError as error:
        return error.code, error.headers, error.read().decode()


def file_an_appeal(portal: RunningPortal) -> Answer:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    return ask(f"{portal.url}/api/v1/complaints/", json.dumps(APPEAL).encode(), **headers)


def send_file(portal: RunningPortal, receipt: dict[str, Any], content: bytes) -> Answer:
    body = (
        b'--between-parts\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--between-parts--\r\n"
    )
    headers = {
        "X-Access-Code": receipt["access_code"],
        "Content-Type": "multipart/form-data; boundary=between-parts",
    }
    return ask(f"{portal.url}/api/v1/complaints/{receipt['number']}/files/", body, **headers)


def files_on(disk: Path) -> int:
    return sum(1 for path in (disk / "data" / "files").rglob("*") if path.is_file())


def test_a_file_is_refused_in_words_and_leaves_nothing(
    portal: RunningPortal, small_disk: Path, emptied: None
) -> None:
    status, _headers, said = file_an_appeal(portal)
    assert status == 201, said
    receipt = json.loads(said)
    content = pdf(heavy)
    assert send_file(portal, receipt, content)[0] == 201
    fill(small_disk, leave=40 * MB)
    before = (files_on(small_disk), portal.query("SELECT count(*) FROM complaints_attachment"))
    status, _headers, said = send_file(portal, receipt, content)
    assert status == 422, said
    assert "не по вашей вине" in said
    assert (files_on(small_disk), portal.query("SELECT count(*) FROM complaints_attachment")) == before
    told = json.loads(ask(f"{portal.url}/readyz")[2])
    assert told["degraded"]["disk"] == "little room for files"
    message = json.dumps({"text": "Тогда без файла"}).encode()
    url = f"{portal.url}/api/v1/complaints/{receipt['number']}/messages/"
    json_body = {"Content-Type": "application/json", "Idempotency-Key": "m"}
    assert ask(url, message, **{"X-Access-Code": receipt["access_code"]}, **json_body)[0] == 201


def test_a_full_disk_of_the_database_promises_nothing_that_it_does_not_keep(
    portal: RunningPortal, small_disk: Path, emptied: None
) -> None:
    """Database, files and logs on one disk. Whoever got a number has a case; whoever got none reads why."""
    promised: list[str] = []
    refused: Answer | None = None
    fill(small_disk)
    until = time.monotonic() + 120
    while refused is None and time.monotonic() < until:
        fill(small_disk)
        answer = file_an_appeal(portal)
        if answer[0] == 201:
            promised.append(json.loads(answer[2])["number"])
        else:
            refused = answer
    assert refused is not None, f"{len(promised)} appeals were taken and the disk never was full"
    status, headers, said = refused
    assert (status, int(headers["Retry-After"]) > 0) == (503, True), said
    assert "Traceback" not in said
    page = ask(f"{portal.url}/call/")
    assert page[0] in {200, 503}
    assert "112" in page[2]
    filler(small_disk).unlink()
    assert eventually(lambda: file_an_appeal(portal)[0] == 201, within=120), portal.said()[-2000:]
    kept = {number for (number,) in portal.query("SELECT number FROM complaints_complaint")}
    assert set(promised) <= kept
    assert eventually(lambda: ask(f"{portal.url}/readyz")[0] == 200, within=60)
