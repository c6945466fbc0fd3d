"""All answers in words, for the page where the person checks them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.answers import Answers
from complaints.forms.public.steps import Step
from complaints.kinds import ForWhom
from complaints.models import Attachment
from omsportal.platform.said import plainly

Text = str | Promise
YES, NO = _("Yes"), _("No")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `field` is where the change link leads on its page."""

    step: Step
    name: Text
    value: Any


def lines(answers: Answers, files: Sequence[Attachment]) -> list[Line]:
    """Every line that says something; empty answers are left out, but for the files."""
    found = [*_whom(answers), *_policy(answers), *_story(answers)]
    names = "\n".join(file.sealed["name"] for file in files)
    found.append(Line(Step.FILES, _("Photos and documents"), names or _("none")))
    found += _ways(answers)
    return [line for line in found if line.value not in (None, "")]


def _whom(answers: Answers) -> Iterator[Line]:
    page = answers.cleaned(Step.WHOM)
    yield Line(Step.THEME, _("What happened"), plainly(answers.theme, "plain_title") if answers.theme else "")
    yield Line(Step.WHOM, _("About whom"), capfirst(ForWhom(answers.for_whom).label))
    yield Line(Step.WHOM, _("You are to the patient"), page["relation"])


def _policy(answers: Answers) -> Iterator[Line]:
    page = answers.cleaned(Step.POLICY)
    names = (page["surname"], page["first_name"], page["patronymic"])
    named = " ".join(name for name in names if name) or _("no name given")
    yield Line(Step.POLICY, _("Parent, by the policy") if page.get("of_parent") else _("Patient"), named)
    yield Line(Step.POLICY, _("Date of birth"), page["birth_on"])
    yield Line(Step.POLICY, _("Policy number"), page["policy"].value if page["policy"] else _("not at hand"))
    issued = answers.cleaned(Step.INSURER).get("region_name")
    yield Line(Step.INSURER, _("Region that issued the policy"), issued)
    yield Line(Step.INSURER, _("The appeal goes to"), answers.branch)


def _story(answers: Answers) -> Iterator[Line]:
    page = answers.cleaned(Step.STORY)
    yield Line(Step.STORY, _("Clinic or hospital"), page["organisation"] or page["clinic"])
    yield Line(Step.STORY, _("When it happened"), page["care_on"])
    yield Line(Step.STORY, _("Waiting since"), page.get("waiting_since"))
    if answers.waiting is not None:
        yield Line(Step.STORY, _("Waiting for"), plainly(answers.waiting.term, "what"))
    amount = page.get("amount")
    yield Line(
        Step.STORY, _("Sum"), f"{amount:,.2f} ₽".replace(",", "\u00a0").replace(".", ",") if amount else ""
    )
    yield Line(Step.STORY, _("In the clinic now"), YES if page["in_clinic_now"] else "")
    yield Line(Step.STORY, _("What happened, in your words"), page["story"])


def _ways(answers: Answers) -> Iterator[Line]:
    page = answers.cleaned(Step.CONTACTS)
    if not answers.is_anonymous:
        may = _chosen(answers, Step.NAMING, "naming_consent")
        yield Line(Step.NAMING, _("May we name the patient to the clinic"), may)
    applicant = (page.get(f"applicant_{part}", "") for part in ("surname", "first_name", "patronymic"))
    yield Line(Step.CONTACTS, _("You"), " ".join(name for name in applicant if name))
    yield Line(Step.CONTACTS, _("Phone"), page["phone"].as_national if page["phone"] else "")
    yield Line(Step.CONTACTS, _("E-mail"), page["email"])
    yield Line(Step.CONTACTS, _("Postal address"), page["postal_address"])
    yield Line(Step.CONTACTS, _("Answer"), _chosen(answers, Step.CONTACTS, "answer_channel"))
    yield Line(Step.CONTACTS, _("E-mails about news"), YES if page["email_notices"] else NO)
    if "sms_notices" in page:
        yield Line(Step.CONTACTS, _("SMS when there is news"), YES if page["sms_notices"] else NO)
    yield Line(Step.CONTACTS, _("Asking for medical documents"), YES if page["medical_documents"] else NO)


def _chosen(answers: Answers, step: Step, field: str) -> Text:
    """The label of the chosen answer."""
    labels = dict(answers.form(step).fields[field].choices)  # type: ignore[attr-defined]  # a choice field
    label: Text = labels[answers.cleaned(step)[field]]
    return label
