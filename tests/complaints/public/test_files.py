"""Files of a draft: what is taken, what is refused and in which words."""

import resource
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints import file_store
from complaints.file_types import Fault, FileRefused, accept, safe_name
from complaints.models import Attachment, Draft
from complaints.services import attachments, drafts
from complaints.services.transitions import RuleBroken
from omsportal.platform import sealed
from omsportal.platform.clock import database_now
from tests.complaints.documents import heavy, pdf, word
from tests.complaints.public.conftest import (
    PDF,
    Patient,
    photo,
    photo_bytes,
    renamed_program,
    summary,
    the_only_case,
    url,
)
from tests.races.test_two_at_once import at_once

MB = 1024 * 1024


def picture(form: str, mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (40, 30)).save(out, form)
    return out.getvalue()


def heic() -> bytes:
    out = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (40, 30), "green")).save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "media_type"),
    [
        ("фото.JPG", photo_bytes(), "фото.jpg", "image/jpeg"),
        ("снимок.png", picture("PNG", "RGBA"), "снимок.png", "image/png"),
        ("IMG_1.HEIC", heic(), "IMG_1.jpg", "image/jpeg"),
        ("a.webp", picture("WEBP"), "a.jpg", "image/jpeg"),
        ("договор.pdf", PDF, "договор.pdf", "application/pdf"),
        ("выписка.docx", word(), "выписка.docx", "application/vnd.openxmlformats"),
        ("без имени", photo_bytes(), "без имени.jpg", "image/jpeg"),
    ],
)
def test_it_takes_photos_and_documents(name: str, content: bytes, kept_as: str, media_type: str) -> None:
    accepted = accept(name, content)
    assert accepted.name == kept_as
    assert accepted.media_type.startswith(media_type)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("справка.jpg", b"MZ\x90\x00" + bytes(500), Fault.PROGRAM),
        ("run.pdf", b"#!/bin/sh\nrm\n", Fault.PROGRAM),
        ("выписка.docx", word({"word/vbaProject.bin": b"x"}), Fault.PROGRAM),
        ("page.html", b"<html><script>alert(1)</script></html>", Fault.KIND),
        ("рисунок.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Fault.KIND),
        ("архив.zip", b"PK\x03\x04" + bytes(100), Fault.KIND),
        ("half.jpg", photo_bytes()[:300], Fault.DAMAGED),
        ("half.pdf", PDF[:20], Fault.DAMAGED),
        ("empty.jpg", b"", Fault.EMPTY),
    ],
)
def test_it_judges_a_file_by_its_content(name: str, content: bytes, fault: Fault) -> None:
    with pytest.raises(FileRefused) as refused:
        accept(name, content)
    assert refused.value.fault == fault


def test_it_takes_the_place_out_of_a_photo() -> None:
    exif = Image.Exif()
    exif[0x010E] = "ward 12"
    exif[0x8825] = {1: "N", 2: (57.0, 37.0, 0.0)}
    content = photo_bytes(exif=exif)
    assert b"ward 12" in content
    accepted = accept("a.jpg", content).content
    assert b"ward 12" not in accepted
    redrawn = Image.open(BytesIO(accepted))
    assert dict(redrawn.getexif()) == {}


def test_it_turns_a_photo_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the phone was held upright
    redrawn = Image.open(BytesIO(accept("a.jpg", photo_bytes((80, 40), exif=exif)).content))
    assert redrawn.size == (40, 80)


def test_it_takes_the_photos_of_large_phones_and_shrinks_them() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    redrawn = Image.open(BytesIO(accept("a.jpg", photo_bytes((12_000, 9_000), exif=exif)).content))
    assert redrawn.size == (3072, 4096)


def test_it_refuses_a_drawing_that_would_keep_a_thread_busy_for_seconds() -> None:
    out = BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG")
    with pytest.raises(FileRefused):
        accept("bomb.png", out.getvalue())


def test_it_refuses_a_picture_that_unpacks_to_gigabytes() -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(FileRefused) as refused:
        accept("bomb.png", out.getvalue())
    assert refused.value.fault == Fault.DAMAGED


def test_it_refuses_a_document_that_unpacks_to_gigabytes() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<document/>")
        for page in range(5):
            archive.writestr(f"word/media/{page}.bin", b"\0" * 50 * MB)
    with pytest.raises(FileRefused) as refused:
        accept("bomb.docx", out.getvalue())
    assert refused.value.fault == Fault.DAMAGED


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Мои документы\\чек.jpg", "чек.jpg"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("", "file"),
        ("я" * 300 + ".jpeg", "я" * 114 + ".jpeg"),
    ],
)
def test_it_makes_a_name_safe(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept


# --- on the page ---


def test_it_adds_several_files_and_removes_one(patient: Patient) -> None:
    patient.begin()
    pdf = SimpleUploadedFile("договор.pdf", PDF)
    assert patient.files(photo(), pdf).headers["Location"] != url("files")
    page = patient.get(url("files")).content.decode()
    assert "направление.jpg" in page
    assert "договор.pdf" in page
    attachment = Attachment.objects.first()
    assert attachment is not None
    patient.post(f"/complaints/new/files/{attachment.storage_name}/remove/")
    assert "направление.jpg" not in patient.get(url("files")).content.decode()


def test_it_names_the_renamed_program_and_keeps_the_good_file(patient: Patient) -> None:
    patient.begin()
    response = patient.files(photo(), renamed_program())
    assert response.status_code == 422
    [line] = summary(response)
    assert "Файл «справка.jpg» – это программа, как бы он ни назывался" in line
    assert "направление.jpg" in response.content.decode()
    assert Attachment.objects.count() == 1


def test_it_refuses_30_megabytes_in_words_and_loses_nothing(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy", "story")
    big = SimpleUploadedFile("видео.pdf", b"%PDF-" + bytes(30 * MB))
    response = patient.files(big, photo())
    assert response.status_code == 422
    assert summary(response) == [
        "Файл «видео.pdf» больше 20 МБ. Сфотографируйте документ с меньшим качеством "
        "или пришлите его частями."
    ]
    assert "направление.jpg" in response.content.decode()
    assert "Второй месяц жду УЗИ." in patient.get(url("story")).content.decode()


def test_it_takes_ten_files_and_no_more(patient: Patient) -> None:
    patient.begin()
    response = patient.files(*[photo(f"{place}.jpg") for place in range(11)])
    assert "не больше 10 файлов" in summary(response)[0]
    assert Attachment.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_it_takes_ten_files_and_no_more_from_requests_at_once(now: datetime) -> None:
    draft, _token = drafts.begin(now=now)

    def upload(place: int) -> attachments.Added:
        files = [photo(f"{place}-{n}.jpg", (40 + place, 30 + n)) for n in range(4)]
        return attachments.add_to_draft(draft=draft, uploads=files, now=now)

    at_once(*(lambda place=place: upload(place) for place in range(5)))
    assert Attachment.objects.filter(draft=draft).count() == 10


def test_it_brings_no_file_to_a_draft_that_was_sent_meanwhile(patient: Patient, files_dir: Path) -> None:
    patient.answer_everything()
    draft = Draft.objects.get()
    patient.send()
    with pytest.raises(drafts.NothingToSend):
        drafts.keep_files(draft=draft, step="files", uploads=[photo()], now=database_now())
    assert not list(files_dir.rglob("??/*"))


def test_it_fills_no_disk_through_one_case(
    patient: Patient, files_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.file_an_appeal()
    monkeypatch.setattr(attachments, "MOST_FILES_OF_CASE", 1)
    case, now = the_only_case(), database_now()
    with pytest.raises(RuleBroken):
        attachments.post_by_patient(
            complaint=case, text="Вот", uploads=[photo("1.jpg"), photo("2.jpg")], token="t", now=now
        )
    assert not case.messages.exists()


@pytest.fixture
def a_megabyte_left() -> Iterator[None]:
    """Longer files cannot be written by this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MB, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("a_megabyte_left")
def test_it_keeps_the_text_and_small_files_when_there_is_no_room(patient: Patient, files_dir: Path) -> None:
    draft, _token = drafts.begin(now=database_now())
    big = SimpleUploadedFile("выписка.pdf", pdf(heavy))
    added = attachments.add_to_draft(draft=draft, uploads=[big, photo()], now=database_now())
    assert [refusal.fault for refusal in added.refused] == [Fault.NO_ROOM]
    assert "не по вашей вине" in attachments.explain(added.refused[0])
    assert len(added.kept) == len([path for path in files_dir.rglob("*") if path.is_file()]) == 1


def test_it_keeps_the_same_file_once(patient: Patient) -> None:
    patient.begin()
    same = photo_bytes()
    patient.files(SimpleUploadedFile("a.jpg", same))
    patient.files(SimpleUploadedFile("b.jpg", same))
    assert Attachment.objects.count() == 1


def test_it_stays_on_the_page_to_add_more(patient: Patient) -> None:
    patient.begin()
    assert patient.files(photo(), stay="1").headers["Location"] == url("files")


def test_it_moves_the_files_into_the_case(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy", "story")
    patient.files(photo())
    patient.answer("naming", "contacts")
    patient.send()
    [attachment] = Attachment.objects.all()
    assert attachment.complaint == the_only_case()
    assert attachments.content(attachment).startswith(b"\xff\xd8")


def test_it_removes_files_of_a_draft_only_for_who_has_its_cookie(patient: Patient) -> None:
    patient.begin()
    patient.files(photo())
    attachment = Attachment.objects.get()
    Patient().post(f"/complaints/new/files/{attachment.storage_name}/remove/")
    assert Attachment.objects.exists()


# --- in the store ---


def test_it_keeps_files_sealed_and_under_names_that_tell_nothing(patient: Patient, files_dir: Path) -> None:
    patient.begin()
    patient.files(SimpleUploadedFile("договор.pdf", PDF))
    [path] = [path for path in files_dir.rglob("*") if path.is_file()]
    assert b"%PDF" not in path.read_bytes()
    assert path.name == Attachment.objects.get().storage_name.hex


def test_it_does_not_open_a_file_that_was_moved_to_another_name() -> None:
    first, second = uuid4(), uuid4()
    file_store.write(first, b"one")
    file_store.path_of(second).parent.mkdir(parents=True, exist_ok=True)
    file_store.path_of(first).rename(file_store.path_of(second))
    with pytest.raises(sealed.Unsealable):
        file_store.read(second)
    with pytest.raises(file_store.Missing):
        file_store.read(first)


@pytest.mark.django_db(transaction=True)
def test_it_deletes_the_bytes_with_the_draft(patient: Patient, files_dir: Path) -> None:
    patient.begin()
    patient.files(photo())
    assert [path for path in files_dir.rglob("*") if path.is_file()]
    drafts.purge(now=database_now() + timedelta(days=2))
    assert [path for path in files_dir.rglob("*") if path.is_file()] == []
