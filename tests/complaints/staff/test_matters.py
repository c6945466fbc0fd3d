"""The editor of themes, advice and waiting times: who sees what, what is refused, who was first, undo."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Amendment, Category, Deadline, EffectiveRule, Guide
from complaints.reports.staff import matter_drafts
from complaints.reports.staff.matters import MOST_DRAFTS, editor_of
from complaints.services import amendments
from insurers.models import Branch
from insurers.services.revisions import Seen
from omsportal.platform.clock import database_now
from representatives.models import Appointment, TierRight, User
from representatives.roles import Tier
from tests.complaints.staff.conftest import ClientOf
from tests.factories import LONG_AGO, make_category, make_complaint, make_region, make_staff, profile

pytestmark = pytest.mark.django_db

LIST = "/staff/content/"
ADVICE = {
    "title": "Как записаться к врачу", "hint": "Приём и анализы", "steps": "Позвоните.\r\n\r\n Запишитесь. ",
    "free_of_charge": "Запись", "basis": "Программа", "icon": "calendar", "position": "10", "by_fund": "",
}  # fmt: skip
TERM = {"what": "приём врача", "value": "14", "unit": "working_day", "basis": "Программа"}


@pytest.fixture
def editor(people: dict[str, User]) -> Client:
    """Edits what all patients read, and is nothing else."""
    user = make_staff("editor")
    Appointment.objects.create(user=user, role="editor", valid_from=LONG_AGO)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def guide(db: None) -> Guide:
    known = {"slug": "booking", "title": "Как записаться", "steps": ["Позвоните."], "position": 1}
    row: Guide = Guide.objects.create(valid_from=LONG_AGO, **known)
    return row


@pytest.fixture
def term(db: None) -> Deadline:
    row: Deadline = Deadline.objects.create(
        code="SPECIALIST", group="care", what="приём врача", value=14, unit="working_day", basis="Программа",
        valid_from=LONG_AGO,
    )  # fmt: skip
    return row


def sent(client: Client, at: str, /, **typed: Any) -> Any:
    """As a browser sends the form: what was on the screen, with some fields changed."""
    page = client.get(at)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return client.post(
        at, {name: value for name, value in (shown | typed).items() if value not in (None, False)}
    )


def publish(client: Client, draft: Amendment) -> Any:
    return client.post(f"{LIST}drafts/{draft.pk}/publish/", {"version": draft.version})


def text_of(page: Any) -> str:
    text: str = page.content.decode()
    return text


def test_advice_goes_from_its_draft_to_what_patients_see(editor: Client, guide: Guide) -> None:
    address = "/help/guides/booking/"
    assert "Позвоните." in text_of(Client().get(address))
    answer = sent(editor, f"{LIST}guide/{guide.pk}/", **ADVICE)
    draft = Amendment.objects.get()
    assert answer["Location"] == f"{LIST}drafts/{draft.pk}/"
    assert "Запишитесь." in text_of(editor.get(answer["Location"]))
    preview = editor.get(f"{LIST}drafts/{draft.pk}/preview/")
    assert preview.templates[0].name == "public/help/guide.html"
    assert "<li>Запишитесь.</li>" in text_of(preview)
    assert "Запишитесь." not in text_of(Client().get(address))
    publish(editor, draft)
    assert "<li>Запишитесь.</li>" in text_of(Client().get(address))
    guide.refresh_from_db()
    assert guide.steps == ["Позвоните.", "Запишитесь."]


def test_advice_from_a_day_stands_beside_the_present_until_then(editor: Client, guide: Guide) -> None:
    day = date.today() + timedelta(days=40)  # noqa: DTZ011  far enough for every zone
    sent(editor, f"{LIST}guide/{guide.pk}/", **ADVICE, starts_on=day.isoformat())
    draft = Amendment.objects.get()
    assert "Запишитесь." in text_of(editor.get(f"{LIST}drafts/{draft.pk}/preview/"))
    publish(editor, draft)
    before, after = Guide.objects.order_by("valid_from")
    assert (before.valid_to, after.valid_from) == (day - timedelta(days=1), day)
    assert "Запишитесь." not in text_of(Client().get("/help/guides/booking/"))
    assert "запланировано" in text_of(editor.get(f"{LIST}guide/"))
    editor.post(f"{LIST}guide/{after.pk}/withdraw/")
    assert Guide.objects.get().valid_to is None


def test_a_draft_published_after_its_day_begins_today_and_leaves_the_past(
    editor: Client, guide: Guide
) -> None:
    day = date.today() + timedelta(days=40)  # noqa: DTZ011  far enough for every zone
    sent(editor, f"{LIST}guide/{guide.pk}/", **ADVICE, starts_on=day.isoformat())
    draft = Amendment.objects.get()
    lay = database_now() - timedelta(days=9)
    draft.values["starts_on"], draft.changed_at = lay.date().isoformat(), lay
    draft.save()
    publish(editor, draft)
    before, after = Guide.objects.order_by("valid_from")
    assert before.valid_to == after.valid_from - timedelta(days=1)
    assert after.valid_from > lay.date() + timedelta(days=7)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"steps": " \n"}, "steps"),
        ({"steps": "\n".join("Шаг" for _turn in range(13))}, "steps"),
        ({"steps": "о" * 301}, "steps"),
        ({"link": "javascript:alert(1)", "link_title": "Там"}, "link"),
        ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"starts_on": "2090-02-01", "ends_on": "2090-01-01"}, "ends_on"),
        ({"link": "https://example.ru/"}, "title"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], field: str, editor: Client, guide: Guide
) -> None:
    page = sent(editor, f"{LIST}guide/{guide.pk}/", **(ADVICE | typed))
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert 'href="#id_' in text_of(page)
    assert "Приём и анализы" in text_of(page)
    assert not Amendment.objects.exists()


def test_a_new_page_of_advice_may_not_stand_beside_one_of_the_same_name(editor: Client, guide: Guide) -> None:
    page = sent(editor, f"{LIST}guide/new/", **ADVICE, code="booking")
    assert page.status_code == 422
    assert "такая запись уже есть" in text_of(page)
    assert sent(editor, f"{LIST}guide/new/", **ADVICE, code="booking-2").status_code == 302


def test_the_second_is_shown_what_the_first_did_and_keeps_what_was_typed(
    client_of: ClientOf, editor: Client, guide: Guide
) -> None:
    address, boris = f"{LIST}guide/{guide.pk}/", client_of("admin")
    seen = boris.get(address).context["form"]["seen"].value()
    sent(editor, address, title="Запись к врачу", hint="Приём")
    publish(editor, Amendment.objects.get())
    typed = {"title": "Как записаться", "steps": "Приходите.", "icon": "heart", "position": "1"}
    page = boris.post(address, typed | {"seen": seen})
    assert page.status_code == 409
    form = page.context["form"]
    assert (form["title"].value(), form["steps"].value()) == ("Запись к врачу", "Приходите.")
    assert {change.name for change in page.context["meanwhile"]} == {"title", "hint"}
    assert page.context["first"][0] == "Editor"
    assert not Amendment.objects.filter(state="draft").exists()


def test_a_draft_is_not_published_over_what_changed_meanwhile(editor: Client, guide: Guide) -> None:
    sent(editor, f"{LIST}guide/{guide.pk}/", **ADVICE)
    Guide.objects.filter(pk=guide.pk).update(basis="Закон")
    draft = Amendment.objects.get()
    page = publish(editor, draft)
    assert page.status_code == 409
    assert [change.after for change in page.context["page"].meanwhile] == ["Закон"]
    assert not Guide.objects.filter(title=ADVICE["title"]).exists()


def test_one_change_is_put_back_and_says_who(editor: Client, guide: Guide) -> None:
    sent(editor, f"{LIST}guide/{guide.pk}/", hint="Приём")
    publish(editor, Amendment.objects.get())
    page = editor.get(f"{LIST}guide/{guide.pk}/history/")
    newest = page.context["lines"][0]
    assert (newest.by, [change.after for change in newest.changes]) == ("Editor", ["Приём"])
    sent(editor, f"{LIST}guide/{guide.pk}/", basis="Закон")
    publish(editor, Amendment.objects.get(state="draft"))
    editor.post(f"{LIST}guide/{guide.pk}/history/{newest.event_id}/restore/")
    publish(editor, Amendment.objects.get(state="draft"))
    guide.refresh_from_db()
    assert (guide.hint, guide.basis) == ("", "Закон")


def test_a_discarded_draft_changes_nothing_and_cannot_be_published(editor: Client, guide: Guide) -> None:
    sent(editor, f"{LIST}guide/{guide.pk}/", **ADVICE)
    draft = Amendment.objects.get()
    editor.post(f"{LIST}drafts/{draft.pk}/discard/")
    assert publish(editor, draft).status_code == 409
    assert Guide.objects.get().hint == ""


def test_what_was_typed_into_a_new_entry_stays_when_somebody_publishes_it(
    client_of: ClientOf, editor: Client, guide: Guide
) -> None:
    sent(editor, f"{LIST}guide/new/", **ADVICE, code="second")
    draft, boris = Amendment.objects.get(), client_of("admin")
    address = f"{LIST}drafts/{draft.pk}/change/"
    form = boris.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"hint": "Дописано позже"}
    publish(editor, draft)
    page = boris.post(address, typed | {"steps": "Позвоните."})
    assert page.status_code == 409
    assert "Дописано позже" in text_of(page)
    assert page.context["address"] == f"{LIST}guide/{Guide.objects.get(slug='second').pk}/"


# --- themes ---


def test_a_new_theme_is_offered_and_has_its_limits_at_once(editor: Client) -> None:
    sent(
        editor, f"{LIST}theme/new/", code="dentist", plain_title="Отказ у стоматолога", title="Стоматология",
        icon="heart", position="5", default_kind="complaint", arrival_tier="1",
    )  # fmt: skip
    draft = Amendment.objects.get()
    assert "Отказ у стоматолога" in text_of(editor.get(f"{LIST}drafts/{draft.pk}/preview/"))
    assert "Отказ у стоматолога" not in text_of(Client().get("/"))
    publish(editor, draft)
    assert "Отказ у стоматолога" in text_of(Client().get("/"))
    assert EffectiveRule.objects.filter(category__slug="dentist").exists()


def test_what_a_theme_would_change_for_open_appeals_is_said_before(
    editor: Client, branch: Branch, now: datetime
) -> None:
    theme = make_category("money")
    make_complaint(branch, now=now, category=theme)
    sent(editor, f"{LIST}theme/{theme.pk}/", needs_second_person="on", arrival_tier="3")
    page = editor.get(f"{LIST}drafts/{Amendment.objects.get().pk}/")
    assert page.context["page"].effects == [
        "1 открытое обращение с этой темой.",
        "Открытых обращений это тоже касается: каждый ответ будет смотреть второй человек.",
        "Вид, уровень и адресат действуют только для новых обращений: открытые остаются, где они есть.",
    ]


def test_many_open_appeals_are_told_as_at_least(
    editor: Client, branch: Branch, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = make_category("money")
    make_complaint(branch, now=now, category=theme)
    make_complaint(branch, now=now, category=theme)
    monkeypatch.setattr(matter_drafts, "LOOKED_AT", 1)
    sent(editor, f"{LIST}theme/{theme.pk}/", title="Деньги")
    page = editor.get(f"{LIST}drafts/{Amendment.objects.get().pk}/")
    assert page.context["page"].effects[0] == "Открытых обращений с этой темой: не меньше 1."


def test_a_theme_ends_and_appeals_keep_it(editor: Client, branch: Branch, now: datetime) -> None:
    theme = make_category("money")
    case = make_complaint(branch, now=now, category=theme)
    Category.objects.filter(pk=theme.pk).update(valid_from=now.date() - timedelta(days=3))
    sent(editor, f"{LIST}theme/{theme.pk}/", ends_on=str(now.date() - timedelta(days=2)))
    publish(editor, Amendment.objects.get())
    assert "Тема money" not in text_of(Client().get("/"))
    case.refresh_from_db()
    assert case.category == theme
    assert "Тема money" in text_of(editor.get(f"{LIST}theme/?over=1"))


def test_nobody_who_files_waits_for_an_editor(editor: Client) -> None:
    theme = make_category("money")
    with CaptureQueriesContext(connection) as asked:
        sent(editor, f"{LIST}theme/{theme.pk}/", title="Деньги")
        publish(editor, Amendment.objects.get())
    locks = [query["sql"] for query in asked if "UPDATE OF" in query["sql"]]
    assert len([sql for sql in locks if 'FOR NO KEY UPDATE OF "complaints_category"' in sql]) == 2
    assert not [sql for sql in locks if 'FOR UPDATE OF "complaints_category"' in sql]


def test_a_theme_that_the_portal_needs_cannot_end(editor: Client) -> None:
    theme = make_category("other")
    page = sent(editor, f"{LIST}theme/{theme.pk}/", ends_on="2090-01-01")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"ends_on"}


# --- waiting times ---


def test_a_changed_waiting_time_is_what_patients_are_told(editor: Client, term: Deadline) -> None:
    sent(editor, f"{LIST}term/{term.pk}/", value="10")
    draft = Amendment.objects.get()
    preview = text_of(editor.get(f"{LIST}drafts/{draft.pk}/preview/"))
    assert "10 рабочих дней" in preview
    assert "Последний день" in preview
    assert "14 рабочих дней" in text_of(Client().get("/terms/"))
    publish(editor, draft)
    assert "10 рабочих дней" in text_of(Client().get("/terms/"))


def test_a_fund_sets_a_waiting_time_of_its_region_and_no_other(
    client_of: ClientOf, branch: Branch, term: Deadline
) -> None:
    fund, region = client_of("fund"), branch.region
    assert fund.get(f"{LIST}theme/").status_code == 403
    assert fund.get(f"{LIST}term/{term.pk}/").status_code == 404
    assert fund.get(f"{LIST}term/new/").status_code == 404
    new = f"{LIST}term/new/?region={region.pk}&kind=SPECIALIST"
    too_long = sent(fund, new, value="20")
    assert set(too_long.context["form"].errors) == {"value"}
    assert sent(fund, new, value="7").status_code == 302
    publish(fund, Amendment.objects.get())
    own = Deadline.objects.get(region=region)
    assert (own.code, own.value, own.what) == ("SPECIALIST", 7, term.what)
    asked = {"kind": "SPECIALIST", "since": "2026-01-12"}
    assert "7 рабочих дней" in text_of(Client().get("/terms/", asked | {"region": region.code}))
    assert "7 рабочих дней" not in text_of(Client().get("/terms/", asked))
    assert sent(fund, new, value="5").status_code == 422


def test_a_row_of_rights_gives_the_waiting_times_of_its_region(
    client_of: ClientOf, people: dict[str, User], branch: Branch, term: Deadline
) -> None:
    assert client_of("fund_operator").get(f"{LIST}term/").status_code == 403
    TierRight.objects.create(tier=Tier.FUND, action="edit_terms", valid_from=LONG_AGO)
    user = people["fund_operator"]
    assert editor_of(user, profile(user)).region_ids == {branch.region_id}
    assert client_of("fund_operator").get(f"{LIST}term/").status_code == 200


@pytest.mark.parametrize("who", ["operator", "head", "insurer_admin", "rival"])
def test_nobody_else_opens_it(who: str, client_of: ClientOf, guide: Guide) -> None:
    client = client_of(who)
    for address in (LIST, f"{LIST}guide/", f"{LIST}guide/{guide.pk}/", f"{LIST}codes/"):
        assert client.get(address).status_code == 403


def test_a_draft_of_another_region_does_not_exist(
    client_of: ClientOf, people: dict[str, User], term: Deadline
) -> None:
    hand = editor_of(people["admin"], profile(people["admin"]))
    values = dict.fromkeys(
        ("source_note", "what_en", "start_event_en", "basis_en", "start_event", "starts_on", "ends_on"), ""
    )
    draft = amendments.save_draft(
        noun="term", region=None, row=None, draft=None, seen=Seen(None, None), by=hand, now=database_now(),
        values=values | TERM | {"code": "X", "value": 3, "needs_check": False},
    )  # fmt: skip
    fund = client_of("fund")
    for address in ("", "change/", "preview/"):
        assert fund.get(f"{LIST}drafts/{draft.pk}/{address}").status_code == 404
    assert publish(fund, draft).status_code == 404


def test_the_own_new_draft_is_listed_however_many_other_regions_have(
    client_of: ClientOf, branch: Branch, term: Deadline, now: datetime
) -> None:
    fund = client_of("fund")
    known = {"noun": "term", "changed_by_id": 1, "changed_at": now}
    Amendment.objects.bulk_create(
        Amendment(values={"what": "чужое"}, region=make_region("73", "Ульяновская область"), **known)
        for _turn in range(MOST_DRAFTS)
    )
    sent(fund, f"{LIST}term/new/?region={branch.region_id}&kind=SPECIALIST", value="7")
    page = fund.get(f"{LIST}term/")
    assert [draft.region for draft in page.context["shelf"].new_drafts] == [branch.region]


def test_lists_cost_the_same_however_long_they_are(editor: Client, guide: Guide) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert editor.get(f"{LIST}guide/").status_code == 200
        return len(asked)

    few = queries()
    Guide.objects.bulk_create(
        Guide(slug=f"more-{turn}", title="x", position=turn, valid_from=LONG_AGO) for turn in range(60)
    )
    assert queries() == few


@pytest.mark.parametrize(("noun", "title"), [("guide", 0), ("theme", 2)])
def test_the_title_that_patients_read_stands_first(editor: Client, noun: str, title: int) -> None:
    groups = editor.get(f"{LIST}{noun}/new/").context["form"].groups()
    assert [
        place for place, (_name, fields) in enumerate(groups) if "title" in {one.name for one in fields}
    ] == [title]
