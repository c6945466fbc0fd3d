from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from representatives import api_keys
from representatives.models import ApiKey, Representative, User
from tests.complaints.api.conftest import Api, problem

pytestmark = pytest.mark.django_db


def test_it_acts_as_a_representative_of_its_branch(world):
    case, api = world.case(), world.key()
    assert [line["number"] for line in api.get("/queue/").json()["results"]] == [case.number]
    body = api.post("/queue/take/").json()
    assert (body["number"], body["assignee"]) == (case.number, "МИС")


def test_it_needs_no_csrf_token(world):
    case = world.case()
    assert world.key().post(f"/cases/{case.number}/claim/").status_code == 200


def test_it_reaches_no_further_than_its_branch(world):
    from tests import factories

    text = world.key_text()
    Representative.objects.get(user__full_name="МИС").branches.add(factories.make_branch("reso-med"))
    other = factories.make_complaint(factories.make_branch("reso-med"), now=world.now)
    problem(Api({"Authorization": f"Api-Key {text}"}).get(f"/cases/{other.number}/"), 404)


def test_a_reading_key_changes_nothing(world):
    case = world.case()
    body = problem(world.key("read").post(f"/cases/{case.number}/claim/"), 403, "scope")
    assert "work" in body["detail"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + "x",
        lambda text: text.replace("oms_", ""),
        lambda text: text[:-10],
        lambda text: "oms__",
        lambda text: "",
        lambda text: "oms_\xff\xfe_a",
        lambda text: text.replace("oms_", "oms_\xb2"),
    ],
)
def test_a_wrong_key_opens_nothing(world, spoil):
    response = Api({"Authorization": f"Api-Key {spoil(world.key_text())}"}).get("/queue/")
    problem(response, 401, "authentication_failed")
    assert response["WWW-Authenticate"] == 'Api-Key realm="staff"'


@pytest.mark.parametrize("header", ["Bearer abc", "Basic YTpi", "Api-Key", "token"])
def test_another_scheme_opens_nothing(world, header):
    problem(Api({"Authorization": header}).get("/queue/"), 401)


def test_a_revoked_or_expired_key_opens_nothing_at_once(world):
    api = world.key()
    assert api.get("/queue/").status_code == 200
    key = ApiKey.objects.get()
    api_keys.revoke(key=key, now=world.now)
    problem(api.get("/queue/"), 401)
    later = world.now + timedelta(seconds=1)
    assert api_keys.revoke(key=key, now=later).revoked_at == world.now
    ApiKey.objects.update(revoked_at=None, created_at=world.now - timedelta(days=2), expires_at=world.now)
    problem(api.get("/queue/"), 401)


def test_a_key_that_was_made_before_the_clock_went_back_works_and_ends(world):
    api, made = world.key(), world.now + timedelta(hours=1)
    ApiKey.objects.update(created_at=made)
    assert api.get("/queue/").status_code == 200
    assert api_keys.revoke(key=ApiKey.objects.get(), now=world.now).revoked_at == made
    assert ApiKey.objects.get().last_used_at == made


def test_a_key_of_somebody_who_left_opens_nothing(world):
    api = world.key()
    User.objects.filter(full_name="МИС").update(is_active=False)
    problem(api.get("/queue/"), 401)


def test_it_shows_its_last_use(world):
    world.key().get("/queue/")
    assert ApiKey.objects.get().last_used_at == world.now


def test_it_is_kept_as_a_digest_only(world):
    text = world.key_text()
    key = ApiKey.objects.get()
    assert text.startswith(f"oms_{key.prefix}_")
    assert text.rpartition("_")[2].encode() not in bytes(key.key_digest)
    assert "wrong" not in str(key)


def test_wrong_keys_are_limited(world):
    api = Api({"Authorization": "Api-Key oms_aaaaaaaa_wrong"})
    for _ in range(60):
        assert api.get("/queue/").status_code == 401
    problem(api.get("/queue/"), 429)


def test_a_second_key_of_one_system_acts_as_the_same_person(world):
    world.key_text()
    world.key_text()
    assert User.objects.filter(full_name="МИС").count() == 1
    assert not User.objects.get(full_name="МИС").has_usable_password()


@pytest.mark.parametrize(
    "spoil",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_at": "created_at"},
        {"revoked_at": "before"},
        {"last_used_at": "before"},
        {"reach": {"everywhere": True, "other_branch_ids": [1]}},
    ],
)
def test_its_table_refuses_nonsense(world, spoil):
    world.key_text()
    moments = {"created_at": world.now, "before": world.now - timedelta(hours=1)}
    [(name, value)] = spoil.items()
    wrong = value if isinstance(value, dict) else {name: moments[value] if isinstance(value, str) else value}
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.update(**wrong)


def test_the_command_prints_a_key_that_works(world):
    output = StringIO()
    call_command("create_api_key", "76", "Контакт-центр", "--insurer", "sogaz-med", stdout=output)
    assert Api({"Authorization": f"Api-Key {output.getvalue().strip()}"}).get("/queue/").status_code == 200


def test_the_command_makes_a_key_for_all_branches_of_an_insurer(world):
    call_command("create_api_key", "76", "КЦ", "--insurer", "sogaz-med", "--everywhere", stdout=StringIO())
    assert ApiKey.objects.get().everywhere


def test_the_command_makes_a_key_of_the_fund(world):
    call_command("create_api_key", "76", "ТФОМС", "--scope", "read", stdout=StringIO())
    key = ApiKey.objects.get()
    assert (key.branch, key.user.representative.tier, key.scopes) == (world.fund, 4, ["read"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["00", "х"],
        ["76", "х", "--insurer", "no-such"],
        ["76", "х", "--days", "0"],
        ["76", "х", "--everywhere"],
    ],
)
def test_the_command_says_what_is_wrong(world, arguments):
    with pytest.raises(CommandError):
        call_command("create_api_key", *arguments, stdout=StringIO())
