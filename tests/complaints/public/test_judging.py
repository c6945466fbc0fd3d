"""Judging an earlier answer costs little and says the same as showing its page."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.datastructures import MultiValueDict

from complaints.forms.public.answers import FORMS, Answers
from complaints.forms.public.steps import Step
from complaints.models import Category, Draft
from complaints.services import drafts
from insurers.models import Branch
from tests.complaints.public.conftest import ANSWERS, Patient
from tests.complaints.public.tour import FOR_SOMEBODY

WRONG: dict[str, dict[str, str]] = {
    "theme": {"theme": "no-such-theme"}, "whom": {"for_whom": "everybody"},
    "policy": {"number": "123", "surname": "", "birth_on_day": "40"}, "story": {"clinic": "", "story": ""},
    "naming": {"naming_consent": ""}, "contacts": {"phone": "12", "answer_channel": "letter"},
}  # fmt: skip
WHOM = ("self", "child", "relative")


def answers(typed: dict[str, Any], now: datetime) -> Answers:
    draft = Draft(sealed={"typed": {step: many(page) for step, page in typed.items()}, "passed": [*typed]})
    return Answers(draft, today=now.date())


def typed_by(theme: str, whom: str) -> dict[str, Any]:
    contacts = ANSWERS["contacts"] if whom == "self" else FOR_SOMEBODY
    return {**ANSWERS, "theme": {"theme": theme}, "whom": {"for_whom": whom}, "contacts": contacts}


def many(page: Any) -> dict[str, list[str]]:
    return {name: [str(value)] for name, value in page.items()}


@pytest.mark.parametrize("whom", WHOM)
@pytest.mark.parametrize("theme", ["waiting", "paid-care", "question", "insurer"])
def test_it_judges_as_the_page_does(branch: Branch, now: datetime, theme: str, whom: str) -> None:
    typed = typed_by(theme, whom)
    for step in [step for step in FORMS if step is not Step.INSURER]:
        for change in ({}, WRONG.get(step, {})):
            page = MultiValueDict(many({**typed[step], **change}))
            shown = FORMS[step](page, answers=answers(typed, now))
            judged = FORMS[step](page, answers=answers(typed, now), shown=False)
            assert (judged.errors, judged.cleaned_data) == (shown.errors, shown.cleaned_data), (step, change)
            assert judged.is_valid() is (step not in WRONG or not change)


def test_it_changes_nothing_for_the_next_one(branch: Branch, now: datetime) -> None:
    """Labels, lists and what must be answered belong to one form, not to its class."""

    def told() -> list[Any]:
        return [
            (step, name, field.required, str(field.label), field.initial, str(field.error_messages))
            for step, form in FORMS.items()
            for name, field in form.base_fields.items()
        ]

    before = told()
    for whom in WHOM:
        for theme in Category.objects.values_list("slug", flat=True):
            seen = answers(typed_by(theme, whom), now)
            assert all(
                seen.cleaned(step) or step is Step.FILES for step in seen.steps if step is not Step.INSURER
            )
    assert told() == before


def test_a_theme_that_nobody_has_is_no_theme(branch: Branch, now: datetime) -> None:
    for slug in ("no-such-theme", "", "waiting\0", "wai ting", "а" * 400):
        assert answers({"theme": {"theme": slug}}, now).theme is None
    assert answers({"theme": {"theme": "waiting"}}, now).theme == Category.objects.get(slug="waiting")


def test_clock_and_draft_come_together(patient: Patient, now: datetime) -> None:
    patient.begin()
    token = patient.client.cookies["draft"].value
    with CaptureQueriesContext(connection) as queries:
        found = drafts.current_now(token=token)
    assert len(queries) == 1
    assert found == (Draft.objects.get(), now)
    assert drafts.current_now(token="nobody's") is None
    Draft.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-01-01T01:00Z")
    assert drafts.current_now(token=token) is None


def test_the_last_press_of_a_recognised_policy_takes_ten_statements(patient: Patient) -> None:
    patient.answer_everything()
    with CaptureQueriesContext(connection) as queries:
        patient.send()
    assert len(queries) <= 12, [query["sql"][:80] for query in queries]  # two of them begin and end it
