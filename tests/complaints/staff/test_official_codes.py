"""Official codes by edition: a new form comes on a day, what was counted stays, what has no row is listed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.models import CategoryCode, Complaint, OfficialCode
from complaints.reports.staff import export_rows
from complaints.services import closing, official_codes
from complaints.services.amendments import Editor
from omsportal.platform.clock import database_now
from representatives.models import User
from representatives.profiles import profile_of
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO, make_category

pytestmark = pytest.mark.django_db

CODES, NEW = "/staff/content/codes/", "/staff/content/codes/new/"
SOON = date.today() + timedelta(days=40)  # noqa: DTZ011  far enough for every zone
FORM = "строка;текст;вид\n3;Жалобы;жалоба\n3.1;Сроки ожидания;жалоба\n3.2;Качество;жалоба\n"


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("admin")


@pytest.fixture
def old(people: dict[str, User]) -> dict[str, OfficialCode]:
    """The edition in force: waiting counts into 3.1, money into 3.9."""
    texts = {"3.1": "Сроки ожидания", "3.9": "Деньги"}
    rows = {
        code: OfficialCode.objects.create(
            edition="old", table="1", code=code, is_leaf=True, text=text, valid_from=LONG_AGO
        )
        for code, text in texts.items()
    }
    for slug, code in (("waiting", "3.1"), ("money", "3.9")):
        CategoryCode.objects.create(
            category=make_category(slug), official_code=rows[code], valid_from=LONG_AGO
        )
    return rows


def load(client: Client, text: str = FORM, *, begins_on: object = SOON, edition: str = "new") -> Any:
    file = SimpleUploadedFile("форма.csv", text.encode("windows-1251"))
    return client.post(NEW, {"edition": edition, "begins_on": str(begins_on), "file": file})


def codes_on(day: date) -> dict[str, str]:
    rows = CategoryCode.objects.valid_on(day).select_related("category", "official_code")
    return {
        row.category.slug: f"{row.official_code.edition} {row.official_code.code}"
        for row in rows
        if row.category
    }


def chosen(client: Client, edition: str, **typed: str) -> Any:
    page = client.get(CODES, {"edition": edition})
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    themes = {f"theme_{make_category(slug).pk}": code for slug, code in typed.items()}
    return client.post(f"{CODES}?edition={edition}", shown | themes)


def test_each_kind_of_appeal_has_rows_of_its_own_and_one_for_all_other_themes(
    admin: Client, old: dict[str, OfficialCode]
) -> None:
    OfficialCode.objects.filter(pk=old["3.9"].pk).update(kind="жалоба")
    question = OfficialCode.objects.create(
        edition="old", table="1", code="4.9", is_leaf=True, text="Другие вопросы", kind="консультация",
        valid_from=LONG_AGO,
    )  # fmt: skip
    address = f"{CODES}?edition=old&kind=consultation"
    page = admin.get(address)
    assert {theme.slug for theme in page.context["mapping"].without} == {"waiting", "money"}
    assert [row.code for row in page.context["mapping"].rows] == ["3.1", "4.9"]
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    wrong = admin.post(address, shown | {"theme_0": "3.9"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["theme_0"].value() == "3.9"
    assert admin.post(address, shown | {"theme_0": "4.9"}).status_code == 302
    [chosen_row] = CategoryCode.objects.filter(kind="consultation")
    assert (chosen_row.category, chosen_row.official_code) == (None, question)
    assert admin.get(address).context["mapping"].without == []
    assert codes_on(LONG_AGO) == {"waiting": "old 3.1", "money": "old 3.9"}


def test_a_new_edition_begins_on_its_day_and_what_was_counted_stays(
    admin: Client, old: dict[str, OfficialCode]
) -> None:
    assert load(admin)["Location"] == f"{CODES}?edition=new"
    eve = SOON - timedelta(days=1)
    assert codes_on(eve) == {"waiting": "old 3.1", "money": "old 3.9"}
    assert codes_on(SOON) == {"waiting": "new 3.1"}
    page = admin.get(CODES, {"edition": "new"})
    assert [theme.slug for theme in page.context["mapping"].without] == ["money"]
    assert OfficialCode.objects.get(edition="new", code="3").is_leaf is False
    assert chosen(admin, "new", money="3.2").status_code == 302
    assert codes_on(SOON) == {"waiting": "new 3.1", "money": "new 3.2"}
    assert codes_on(eve)["money"] == "old 3.9"


def test_a_form_may_write_what_its_rows_count_in_capitals(
    admin: Client, old: dict[str, OfficialCode]
) -> None:
    assert load(admin, FORM.replace(";жалоба", ";Жалоба")).status_code == 302
    assert chosen(admin, "new", money="3.2").status_code == 302
    assert codes_on(SOON) == {"waiting": "new 3.1", "money": "new 3.2"}


def test_a_row_chosen_today_leaves_yesterday_as_it_was(admin: Client, old: dict[str, OfficialCode]) -> None:
    assert chosen(admin, "old", money="3.1").status_code == 302
    newest = CategoryCode.objects.latest("pk")
    assert (newest.official_code, newest.valid_to) == (old["3.1"], None)
    assert codes_on(newest.valid_from - timedelta(days=1))["money"] == "old 3.9"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("строка;текст\n3;Жалобы\nтри;Сроки\n4;\n", "строка файла 3"),
        ("строка;текст\n3;Жалобы\n3;Ещё\n", "дважды"),
        ("код;текст\n3;Жалобы\n", "нет заголовка «строка»"),
        ("таблица;строка;текст\n2;3;Жалобы\n", "таблицы 1"),
        ("строка;текст\n" + "".join(f"{n // 900 + 1}.{n % 900 + 1};Жалобы\n" for n in range(2001)), "больше"),
    ],
)
def test_a_bad_file_says_the_line_and_loads_nothing(
    text: str, told: str, admin: Client, old: dict[str, OfficialCode]
) -> None:
    page = load(admin, text)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert OfficialCode.objects.count() == len(old)


@pytest.mark.parametrize(
    ("typed", "field"), [({"edition": "old"}, "edition"), ({"begins_on": "2021-01-01"}, "begins_on")]
)
def test_an_edition_comes_later_and_has_a_name_of_its_own(
    typed: dict[str, Any], field: str, admin: Client, old: dict[str, OfficialCode]
) -> None:
    page = load(admin, **typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}


def test_a_row_that_the_edition_does_not_have_is_refused(admin: Client, old: dict[str, OfficialCode]) -> None:
    page = chosen(admin, "old", money="9.9")
    assert page.status_code == 422
    assert "нет строки с таким номером" in page.content.decode()
    assert codes_on(LONG_AGO)["money"] == "old 3.9"


def test_the_second_overwrites_nothing(admin: Client, old: dict[str, OfficialCode]) -> None:
    page = admin.get(CODES)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    chosen(admin, "old", money="3.1")
    money = f"theme_{make_category('money').pk}"
    answer = admin.post(CODES, shown | {money: ""})
    assert answer.status_code == 409
    assert answer.context["form"][money].value() == ""
    assert codes_on(CategoryCode.objects.latest("pk").valid_from)["money"] == "old 3.1"
    again = {name: answer.context["form"][name].value() for name in form.fields}
    assert admin.post(CODES, again).status_code == 302


def test_rows_chosen_on_a_page_from_before_a_new_edition_end_with_theirs(
    admin: Client, people: dict[str, User], old: dict[str, OfficialCode]
) -> None:
    by, now = Editor(people["admin"], everything=True), database_now()
    [edition] = official_codes.editions()
    load(admin)
    money, waiting = make_category("money").pk, make_category("waiting").pk
    seen = {money: old["3.9"].pk, waiting: old["3.1"].pk}
    wanted = {money: old["3.1"].pk, waiting: old["3.9"].pk}
    official_codes.choose_rows(edition=edition, kind="complaint", wanted=wanted, seen=seen, by=by, now=now)
    assert codes_on(SOON) == {"waiting": "new 3.1"}


def test_a_row_of_an_edition_that_is_over_does_not_stand_in_the_way(
    admin: Client, old: dict[str, OfficialCode]
) -> None:
    load(admin)
    CategoryCode.objects.filter(official_code=old["3.9"]).update(valid_to=None)
    assert chosen(admin, "new", money="3.2").status_code == 302
    assert codes_on(SOON)["money"] == "new 3.2"


def test_codes_are_for_editors_only(client_of: ClientOf, old: dict[str, OfficialCode]) -> None:
    for who in ("fund", "head", "insurer_admin"):
        assert client_of(who).get(CODES).status_code == 403
        assert client_of(who).get(NEW).status_code == 403


def test_a_decided_case_shows_its_row_on_its_page_in_the_api_and_in_files(
    held_case: Complaint, client_of: ClientOf, people: dict[str, User], old: dict[str, OfficialCode],
    now: datetime,
) -> None:  # fmt: skip
    operator = client_of("operator")
    assert "Строка формы" not in operator.get(f"/staff/cases/{held_case.number}/").content.decode()
    hand = {"by": people["operator"], "profile": profile_of(people["operator"], now=now), "now": now}
    case = closing.resolve(complaint=held_case, outcome="organised", text="Записали к врачу.", **hand)
    assert "3.1, Сроки ожидания" in operator.get(f"/staff/cases/{case.number}/").content.decode()
    told = operator.get(f"/api/v1/cases/{case.number}/").json()["official_row"]
    assert told == {"edition": "old", "table": "1", "code": "3.1", "text": "Сроки ожидания"}
    assert client_of("specialist").get(f"/api/v1/cases/{case.number}/").json()["official_row"] is None
    row = export_rows.row_of(Complaint.objects.with_places().get(pk=case.pk), hand["profile"], now)
    assert row[-1] == "3.1 (old)"
