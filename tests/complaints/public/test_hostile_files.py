"""Files that mean harm or say too much, and writers that die: what is kept, told, left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import load_handler
from django.test import Client, RequestFactory
from pikepdf import Encryption
from PIL import Image, PngImagePlugin

from complaints import file_store, file_types
from complaints.file_types import Fault, FileRefused, accept
from complaints.models import Attachment
from complaints.services import attachments
from complaints.services.transitions import RuleBroken
from omsportal.platform import limits
from omsportal.platform.clock import database_now
from omsportal.supervisor.processes import ROOT
from tests import factories
from tests.complaints.documents import attachment, heavy, pdf, portfolio, script, word
from tests.complaints.public.conftest import (
    Patient,
    codes_on,
    photo,
    photo_bytes,
    summary,
    the_only_case,
    url,
)

PLACE = {1: "N", 2: (57.0, 37.0, 0.0), 3: "E", 4: (39.0, 53.0, 0.0)}
SECRET = b"ward 12"


def exif() -> Image.Exif:
    """What a phone writes: where it was, and words."""
    found = Image.Exif()
    found[0x010E] = SECRET.decode()
    found[0x8825] = PLACE
    return found


def jpeg() -> bytes:
    return photo_bytes(exif=exif()) + SECRET  # and something behind the picture


def heic() -> bytes:
    out = BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (64, 48), "green"))
    picture.save(out, exif=exif().tobytes(), xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    return out.getvalue()


def webp() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, "WEBP", exif=exif().tobytes(), xmp=b"<x>" + SECRET + b"</x>")
    return out.getvalue()


def png() -> bytes:
    out, words = BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    Image.new("RGBA", (64, 48)).save(out, "PNG", pnginfo=words, exif=exif().tobytes())
    return out.getvalue()


@pytest.mark.parametrize("made", [jpeg, heic, webp, png])
def test_it_draws_each_kind_of_photo_anew_without_place_and_words(made: Callable[[], bytes]) -> None:
    content = made()
    assert SECRET in content
    kept = accept("a.jpg", content).content
    assert SECRET not in kept
    redrawn = Image.open(BytesIO(kept))
    redrawn.load()
    assert dict(redrawn.getexif()) == {}
    assert set(redrawn.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("name", "content", "fault", "words"),
    [
        ("справка.pdf", pdf(encryption=Encryption(owner="o", user="u")),
         Fault.LOCKED, "открывается только с паролем"),
        ("папка.pdf", pdf(portfolio), Fault.NESTED, "папка с файлами"),
        ("выписка.docm", word({"word/vbaProject.bin": b"x"}), Fault.PROGRAM, "это программа"),
        ("выписка.docx", word({"word/activeX/a.xml": "<a/>"}), Fault.ACTIVE, "сами запускаются"),
    ],
)  # fmt: skip
def test_it_says_why_a_document_is_refused_and_what_to_do(
    name: str, content: bytes, fault: Fault, words: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        accept(name, content)
    assert refused.value.fault == fault
    assert words in attachments.explain(refused.value)
    assert name[:5] in attachments.explain(refused.value)


def test_it_tells_the_sender_what_was_taken_out(patient: Patient) -> None:
    patient.begin()
    patient.files(SimpleUploadedFile("договор.pdf", pdf(script, attachment)), stay="1")
    page = patient.get(url("files")).content.decode()
    assert "Из файла «договор.pdf» убрано то, что могло навредить" in page
    assert "файлы внутри файла, команды, которые запускаются сами" in page
    again = patient.get(url("files")).content.decode()
    assert "Убрано то, что могло навредить:" in again


def progressive(**options: Any) -> bytes:
    return photo_bytes(progressive=True, **options)


def with_scans(count: int) -> bytes:
    """The first scan of a picture over and over: a few bytes each, and each is gone over as a whole."""
    content = progressive()
    begin = content.index(b"\xff\xda")
    end = content.index(b"\xff\xc4", begin)
    return content[:begin] + content[begin:end] * count + content[end:]


def test_a_picture_that_unpacks_as_a_whole_may_be_no_larger_than_any_other(monkeypatch: Any) -> None:
    monkeypatch.setattr(file_types, "MOST_PIXELS", 64 * 48 - 1)
    assert accept("a.jpg", photo_bytes()).media_type == "image/jpeg"
    with pytest.raises(FileRefused):
        accept("a.jpg", progressive())
    monkeypatch.setattr(file_types, "MOST_PIXELS", 64 * 48)
    assert accept("a.jpg", progressive()).media_type == "image/jpeg"


def test_a_picture_is_not_drawn_hundreds_of_times(monkeypatch: Any) -> None:
    assert accept("a.jpg", with_scans(2)).media_type == "image/jpeg"
    with pytest.raises(FileRefused):
        accept("a.jpg", with_scans(40))
    monkeypatch.setattr(file_types, "MOST_SCANS", 100)
    assert accept("a.jpg", with_scans(40)).media_type == "image/jpeg"


# --- how much ---


def test_it_takes_a_hundred_megabytes_in_one_draft_and_no_more(patient: Patient, settings: Any) -> None:
    settings.ATTACHMENTS_MAX_TOTAL = 5 * 1024 * 1024
    patient.begin()
    documents = [SimpleUploadedFile(f"{n}.pdf", pdf(heavy)) for n in range(2)]
    assert patient.files(*documents).status_code == 302
    response = patient.files(SimpleUploadedFile("3.pdf", pdf(heavy)), photo())
    assert summary(response) == [
        "Файл «3.pdf» не добавлен: все файлы вместе могут занимать не больше 5 МБ. Уберите менее важный файл "
        "или сфотографируйте с меньшим качеством."
    ]
    assert Attachment.objects.count() == 3


def test_it_takes_a_message_up_to_a_total_and_keeps_its_text(patient: Patient, settings: Any) -> None:
    settings.ATTACHMENTS_MAX_TOTAL = 3 * 1024 * 1024
    patient.open(*patient.file_an_appeal())
    documents = [SimpleUploadedFile(f"{n}.pdf", pdf(heavy)) for n in range(2)]
    response = patient.post(
        "/status/case/message/", {"text": "Вот выписка", "documents": documents, "token": "t"}
    )
    assert response.status_code == 422
    assert "Файл «1.pdf» не добавлен" in response.content.decode()
    assert "Вот выписка" in response.content.decode()
    assert not Attachment.objects.exists()


def test_it_fills_no_disk_by_large_files_of_one_case(
    patient: Patient, monkeypatch: Any, files_dir: Path
) -> None:
    patient.file_an_appeal()
    monkeypatch.setattr(attachments, "MOST_BYTES_OF_CASE", 1024 * 1024)
    case, files = the_only_case(), [SimpleUploadedFile("a.pdf", pdf(heavy))]
    with pytest.raises(RuleBroken):
        attachments.post_by_patient(complaint=case, text="Вот", uploads=files, token="t", now=database_now())
    assert not stored(files_dir)


def test_it_leaves_the_last_of_the_disk_to_the_database(
    patient: Patient, settings: Any, files_dir: Path
) -> None:
    settings.FILES_KEEP_FREE = 1 << 60
    patient.begin()
    response = patient.files(photo())
    assert "не по вашей вине" in summary(response)[0]
    assert not stored(files_dir)
    assert not Attachment.objects.exists()


def test_it_takes_a_gigabyte_an_hour_from_one_address(patient: Patient, monkeypatch: Any) -> None:
    monkeypatch.setitem(limits.TABLE, "upload.volume", limits.Rule(2, 3600, "address"))
    patient.begin()
    assert patient.files(photo("1.jpg"), stay="1").status_code == 302
    assert patient.files(photo("2.jpg"), stay="1").status_code == 302
    response = patient.files(photo("3.jpg"), stay="1")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert Attachment.objects.count() == 2


# --- what the scanner said ---


@pytest.mark.parametrize(
    ("state", "words", "status"),
    [
        ("infected", "В этом файле вирус", 404),
        ("pending", "Проверяется на вирусы", 200),
        ("clean", "", 200),
        ("unscanned", "", 200),
    ],
)
def test_it_tells_the_patient_what_the_scanner_said(
    patient: Patient, settings: Any, state: str, words: str, status: int
) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    patient.begin()
    patient.answer("whom", "policy", "story")
    patient.files(photo())
    patient.answer("naming", "contacts")
    patient.send()
    sent = patient.get(url("sent"))
    Attachment.objects.update(state=state)
    patient.open(*codes_on(sent))
    page = patient.get("/status/case/").content.decode()
    assert "направление.jpg" in page
    assert words in page
    assert ("вирус" in page) == bool(words)
    name = Attachment.objects.get().storage_name
    assert patient.get(f"/status/case/files/{name}/").status_code == status


# --- giving out ---


def test_it_gives_staff_a_file_that_runs_nowhere(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy", "story")
    patient.files(SimpleUploadedFile("договор.pdf", pdf()))
    patient.answer("naming", "contacts")
    patient.send()
    case = the_only_case()
    client = Client()
    client.force_login(factories.make_staff("operator", tier=1, branch=case.branch))
    response = client.get(f"/staff/cases/{case.number}/files/{Attachment.objects.get().storage_name}/")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == "application/pdf"


# --- what is left behind ---


def stored(files_dir: Path) -> list[Path]:
    return [path for path in files_dir.rglob("*") if path.is_file()]


def test_it_keeps_a_large_file_without_a_name_while_the_request_lasts(
    patient: Patient, settings: Any, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    patient.begin()
    before = open_files(settings.FILE_UPLOAD_TEMP_DIR)
    handler = load_handler(settings.FILE_UPLOAD_HANDLERS[-1], RequestFactory().get("/"))
    handler.new_file("documents", "выписка.pdf", "application/pdf", 3, None)
    handler.receive_data_chunk(b"abc", 0)
    assert before == []
    assert stored(settings.FILE_UPLOAD_TEMP_DIR) == []
    assert len(open_files(settings.FILE_UPLOAD_TEMP_DIR)) == 1
    upload = handler.file_complete(3)
    assert (upload.name, upload.size, upload.read()) == ("выписка.pdf", 3, b"abc")
    patient.files(SimpleUploadedFile("большой.pdf", pdf(heavy)))
    assert Attachment.objects.get().size > 2 * 1024 * 1024
    upload.close()


def open_files(directory: Path) -> list[str]:
    """What this process has open in a directory, with or without a name."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(str(link.readlink()))
    return [path for path in found if path.startswith(f"{directory}/")]


# The kernel kills whoever writes beyond the limit of a file's size, unless it ignores that, as Python does.
_WRITER = """
import resource, signal, sys, uuid
import django
django.setup()
from complaints import file_store
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, 1024 * 1024))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
file_store.write(uuid.UUID(sys.argv[1]), bytes(4 * 1024 * 1024))
"""


def test_it_never_shows_half_a_file_of_a_writer_that_was_killed(files_dir: Path) -> None:
    name = uuid4()
    environment = {**os.environ, "FILES_DIR": str(files_dir), "DJANGO_SETTINGS_MODULE": "omsportal.settings"}
    done = subprocess.run([sys.executable, "-c", _WRITER, str(name)], cwd=ROOT, env=environment, check=False)
    assert done.returncode == -signal.SIGXFSZ
    [part] = stored(files_dir)
    assert (part.suffix, part.stat().st_size) == (".part", 1024 * 1024)
    with pytest.raises(file_store.Missing):
        file_store.read(name)
