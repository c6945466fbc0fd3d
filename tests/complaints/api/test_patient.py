from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints.models import Attachment, Complaint, Message
from complaints.services import closing, thread, waiting
from omsportal.platform.models import ReadLog
from tests import factories
from tests.complaints.api.conftest import fields_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(world):
    return world.filed()


@pytest.fixture
def path(filed):
    return f"/complaints/{filed.number}/"


def photo(name="направление.jpg", text="image/jpeg"):
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG")
    return SimpleUploadedFile(name, picture.getvalue(), text)


def test_it_opens_by_number_and_code(world, anybody, filed, path):
    body = anybody.get(path, X_Access_Code=filed.access_code).json()
    assert body["number"] == filed.number
    assert (body["status"], body["tier"]) == ("new", 1)
    assert body["insurer"] == {
        "title": world.branch.title, "kind": "insurer", "region": "Ярославская область",
    }  # fmt: skip
    assert body["answer_due_on"] == filed.complaint.answer_due_on.isoformat()
    assert body["answer"] is None
    assert [step["at"] for step in body["history"]]


@pytest.mark.parametrize("spelled", [lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "-")])
def test_it_takes_the_code_however_it_is_written(anybody, filed, path, spelled):
    assert anybody.get(path, X_Access_Code=spelled(filed.access_code)).status_code == 200


def test_it_takes_the_number_however_it_is_written(anybody, filed):
    typed = filed.number.replace("-", "")
    assert anybody.get(f"/complaints/{typed}/", X_Access_Code=filed.access_code).status_code == 200


def test_without_a_code_it_asks_for_one(anybody, path):
    response = anybody.get(path)
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Access-Code")


def test_a_wrong_code_an_unknown_number_and_no_number_look_the_same(anybody, filed, path):
    wrong = [
        anybody.get(path, X_Access_Code="0000 0000 0000 0000"),
        anybody.get(path, X_Access_Code="code"),
        anybody.get("/complaints/76-26-0000001-7/", X_Access_Code=filed.access_code),
        anybody.get("/complaints/76-26-0000001-0/", X_Access_Code=filed.access_code),
        anybody.get("/complaints/%00%F0/", X_Access_Code=filed.access_code),
    ]
    bodies = [problem(response, 404, "not_found") for response in wrong]
    assert len({(body["title"], body["detail"]) for body in bodies}) == 1


def test_another_appeals_code_opens_nothing(world, anybody, path):
    other = world.filed()
    problem(anybody.get(path, X_Access_Code=other.access_code), 404)


def test_it_limits_wrong_codes_of_one_number(anybody, filed, path):
    for _ in range(10):
        problem(anybody.get(path, X_Access_Code="0000 0000 0000 0000"), 404)
    response = anybody.get(path, X_Access_Code=filed.access_code)
    problem(response, 429)
    assert int(response["Retry-After"]) > 0


def test_it_shows_the_public_thread_only(world, anybody, filed, path):
    operator = world.people["operator"]
    case = world_claims(world, filed.complaint)
    hand = {"by": operator, "profile": factories.profile(operator), "now": world.now}
    thread.post_by_staff(complaint=case, text="Звоним в поликлинику.", no_health_facts=True, **hand)
    thread.post_by_staff(complaint=case, text="Не говорить заявителю.", is_internal=True, **hand)
    body = anybody.get(path, X_Access_Code=filed.access_code)
    assert [message["text"] for message in body.json()["messages"]] == ["Звоним в поликлинику."]
    assert "Operator" not in body.content.decode()


def test_it_shows_the_answer_once_it_was_sent(world, anybody, filed, path):
    operator = world.people["operator"]
    case = world_claims(world, filed.complaint)
    hand = {"by": operator, "profile": factories.profile(operator), "now": world.now}
    answer = {"outcome": "organised", "text": "Приём в пятницу.", "no_health_facts": True}
    closing.resolve(complaint=case, **answer, **hand)
    body = anybody.get(path, X_Access_Code=filed.access_code).json()
    assert body["status"] == "answered"
    assert body["answer"]["text"] == "Приём в пятницу."


def test_it_logs_each_reading(anybody, filed, path):
    anybody.get(path, X_Access_Code=filed.access_code)
    line = ReadLog.objects.get()
    assert (line.reader_kind, line.subject_id, line.what) == ("patient", filed.complaint.pk, "content")


def test_it_is_kept_by_nobody_on_the_way(anybody, filed, path):
    assert "no-store" in anybody.get(path, X_Access_Code=filed.access_code)["Cache-Control"]


def test_it_adds_a_message(anybody, filed, path):
    response = anybody.post(path + "messages/", {"text": "Есть новости?"}, X_Access_Code=filed.access_code)
    assert response.status_code == 201
    assert response.json()["author"] == "patient"
    assert Message.objects.get(complaint=filed.complaint).sealed["text"] == "Есть новости?"


def test_it_posts_a_repeated_message_once(anybody, filed, path):
    for _ in range(2):
        response = anybody.post(
            path + "messages/", {"text": "Есть новости?"},
            X_Access_Code=filed.access_code, Idempotency_Key="m1",
        )  # fmt: skip
        assert response.status_code == 201
    assert Message.objects.count() == 1


def test_two_equal_messages_without_a_key_are_two(anybody, filed, path):
    for _ in range(2):
        anybody.post(path + "messages/", {"text": "Алло"}, X_Access_Code=filed.access_code)
    assert Message.objects.count() == 2


def test_an_answer_lets_the_work_go_on(world, anybody, filed, path):
    operator = world.people["operator"]
    case = world_claims(world, filed.complaint)
    hand = {"by": operator, "profile": factories.profile(operator), "now": world.now}
    waiting.wait(complaint=case, question="Когда дали направление?", working_days=2, **hand)
    anybody.post(path + "messages/", {"text": "12 января"}, X_Access_Code=filed.access_code)
    assert Complaint.objects.get(pk=case.pk).status == "in_work"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "text"),
        ({"text": ""}, 400, "text"),
        ({"text": None}, 400, "text"),
        ({"text": "a\x00"}, 400, "text"),
        ({"text": "  "}, 422, "text"),
        ({"text": "a", "internal": True}, 400, "internal"),
    ],
)
def test_it_refuses_wrong_messages(anybody, filed, path, body, status, field):
    response = anybody.post(path + "messages/", body, X_Access_Code=filed.access_code)
    assert list(fields_of(problem(response, status))) == [field]


def test_a_closed_appeal_takes_no_message(world, anybody, filed, path):
    closing.withdraw(complaint=filed.complaint, now=world.now)
    response = anybody.post(path + "messages/", {"text": "Ещё"}, X_Access_Code=filed.access_code)
    problem(response, 422, "ended")


def test_it_takes_photos(anybody, filed, path):
    response = anybody.upload(
        path + "files/", {"file": [photo(), photo("чек.jpg")], "text": "Чек и направление"},
        X_Access_Code=filed.access_code,
    )  # fmt: skip
    assert response.status_code == 201
    assert [file["name"] for file in response.json()["files"]] == ["направление.jpg", "чек.jpg"]
    assert Attachment.objects.filter(complaint=filed.complaint).count() == 2


def test_a_repeated_upload_adds_nothing(committed_world, anybody):
    filed = committed_world.filed()
    for _ in range(2):
        response = anybody.upload(
            f"/complaints/{filed.number}/files/", {"file": photo()},
            X_Access_Code=filed.access_code, Idempotency_Key="f1",
        )  # fmt: skip
        assert len(response.json()["files"]) == 1
    assert Attachment.objects.count() == 1


def test_a_renamed_program_is_no_photo(anybody, filed, path):
    program = SimpleUploadedFile("фото.jpg", b"MZ\x90\x00" + b"\x00" * 400, "image/jpeg")
    response = anybody.upload(path + "files/", {"file": program}, X_Access_Code=filed.access_code)
    assert list(fields_of(problem(response, 422))) == ["file"]
    assert Attachment.objects.count() == 0


def test_a_file_above_the_limit_is_too_large(settings, anybody, filed, path):
    settings.ATTACHMENT_MAX_BYTES = 100
    response = anybody.upload(path + "files/", {"file": photo()}, X_Access_Code=filed.access_code)
    problem(response, 413, "too_large")


def test_a_body_that_cannot_be_allowed_is_refused_unread(settings, anybody, filed, path):
    settings.ATTACHMENT_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10, 10
    response = anybody.upload(path + "files/", {"file": photo()}, X_Access_Code=filed.access_code)
    problem(response, 413, "too_large")


def test_an_empty_form_names_the_field(anybody, filed, path):
    response = anybody.upload(path + "files/", {"text": "Забыл"}, X_Access_Code=filed.access_code)
    assert fields_of(problem(response, 400)) == {"file": "required"}


def test_files_want_a_form_not_json(anybody, filed, path):
    problem(anybody.post(path + "files/", {"file": "a"}, X_Access_Code=filed.access_code), 415)


@pytest.mark.parametrize("address", ["", "messages/", "files/"])
def test_no_address_opens_without_the_right_code(anybody, path, address):
    call = anybody.post if address else anybody.get
    problem(call(path + address), 401)
    problem(call(path + address, X_Access_Code="1" * 16), 404)


def world_claims(world, case):
    from complaints.services import work

    operator = world.people["operator"]
    return work.claim(complaint=case, by=operator, profile=factories.profile(operator), now=world.now)
