"""All pages of one draft together: where the person stands, what is missing, and the appeal made of it."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.validators import slug_re
from django.utils.datastructures import MultiValueDict

from complaints import disclosure
from complaints.forms.public import filing as pages
from complaints.forms.public.fields import OTHER_REGION
from complaints.forms.public.insurance import InsurerForm, PolicyForm
from complaints.forms.public.step_form import StepForm
from complaints.forms.public.steps import ORDER, Step
from complaints.forms.public.story import StoryForm
from complaints.kinds import AnswerChannel, ForWhom, Kind, NamingConsent, Urgency
from complaints.models import Category, Consent, Draft
from complaints.reports.public.terms import Verdict
from complaints.services.filing import Filing
from insurers.models import Branch
from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import DAY, ID

FORMS: dict[Step, type[StepForm]] = {
    Step.THEME: pages.ThemeForm,
    Step.WHOM: pages.WhomForm,
    Step.POLICY: PolicyForm,
    Step.INSURER: InsurerForm,
    Step.STORY: StoryForm,
    Step.FILES: pages.FilesForm,
    Step.NAMING: pages.NamingForm,
    Step.CONTACTS: pages.ContactsForm,
}
#: Appeals that a person may send without a name.
MAY_BE_ANONYMOUS = frozenset({Kind.CONSULTATION, Kind.PROPOSAL, Kind.THANKS})
#: Stands for the slug of a theme.
_SLUG = "the-slug-of-a-theme"


class Answers:
    """The typed texts of a draft, judged anew by the forms each time: nothing wrong slips through."""

    def __init__(self, draft: Draft | None, *, today: date) -> None:
        self.draft, self.today = draft, today
        content: Mapping[str, Any] = draft.sealed if draft is not None else {}
        self.typed: Mapping[str, dict[str, list[str]]] = content.get("typed", {})
        self.passed = frozenset(content.get("passed", ()))
        self.policy_id: int | None = content.get("policy_id")
        self.recognised_branch_id: int | None = content.get("branch_id")
        self._cleaned: dict[Step, dict[str, Any]] = {}

    # --- forms ---

    def form(
        self,
        step: Step,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
    ) -> StepForm:
        """The page's form: with `data` it judges them, else it shows what was typed earlier."""
        form = FORMS[step](data, files=files, answers=self)
        if data is None and step in self.typed:
            form.show_typed(self.typed[step])
        return form

    def cleaned(self, step: Step) -> dict[str, Any]:
        """What was understood of a page; empty while the page is not right."""
        if step not in self._cleaned:
            self._cleaned[step] = {}  # a form that asks for its own page finds it unanswered
            if step in self.typed:
                form = FORMS[step](MultiValueDict(self.typed[step]), answers=self, shown=False)
                self._cleaned[step] = form.cleaned_data if form.is_valid() else {}
        return self._cleaned[step]

    # --- the way through the pages ---

    @property
    def steps(self) -> list[Step]:
        """The pages this person comes to. Whoever gives no name is not asked whether it may be named."""
        skipped = set() if self.needs_insurer else {Step.INSURER}
        skipped |= {Step.NAMING} if self.is_anonymous else set()
        return [step for step in ORDER if step not in skipped]

    @property
    def needs_insurer(self) -> bool:
        return self.recognised_branch_id is None or Step.INSURER in self.typed

    @property
    def missing(self) -> list[Step]:
        """Pages that are still to be answered, in their order."""
        return [step for step in self.steps if not self.is_answered(step)]

    def is_answered(self, step: Step) -> bool:
        return step in self.passed and (step is Step.FILES or bool(self.cleaned(step)))

    def after(self, step: Step) -> Step | None:
        """The next page to answer after this one; None: everything is answered."""
        missing = self.missing
        later = [each for each in missing if ORDER.index(each) > ORDER.index(step)]
        return next(iter(later or missing), None)

    def before(self, step: Step) -> Step | None:
        earlier = [each for each in self.steps if ORDER.index(each) < ORDER.index(step)]
        return earlier[-1] if earlier else None

    # --- what the pages tell each other ---

    @cached_property
    def themes(self) -> list[Category]:
        return ready_sql.objects("themes", {DAY: self.today}, lambda: Category.objects.valid_on(DAY))

    @cached_property
    def theme(self) -> Category | None:
        """The chosen one; asked for alone where the list is not shown."""
        slug = (self.typed.get(Step.THEME, {}).get("theme") or [""])[-1]
        if "themes" in self.__dict__ or not slug_re.fullmatch(slug):
            return next((theme for theme in self.themes if theme.slug == slug), None) if slug else None
        found = ready_sql.objects(
            "theme", {DAY: self.today, _SLUG: slug}, lambda: Category.objects.valid_on(DAY).filter(slug=_SLUG)
        )
        return found[0] if found else None

    @property
    def may_be_anonymous(self) -> bool:
        return self.theme is not None and self.theme.default_kind in MAY_BE_ANONYMOUS

    @property
    def is_anonymous(self) -> bool:
        """A question, a proposal or thanks of somebody who gave no name."""
        policy = self.cleaned(Step.POLICY)
        return self.may_be_anonymous and bool(policy) and not policy["surname"]

    @property
    def is_for_self(self) -> bool:
        return self._said_for_whom == ForWhom.SELF

    @property
    def is_for_child(self) -> bool:
        return self._said_for_whom == ForWhom.CHILD

    @property
    def for_whom(self) -> str:
        """As the appeal is registered: of somebody who is of age a parent is a relative."""
        said = self.cleaned(Step.WHOM)["for_whom"]
        return disclosure.for_whom_on(self.today, for_whom=said, patient=self._patient())

    @property
    def _said_for_whom(self) -> str:
        typed = self.typed.get(Step.WHOM, {}).get("for_whom") or [ForWhom.SELF.value]
        return typed[-1]

    @property
    def begun_as_urgent(self) -> bool:
        return bool(self.cleaned(Step.THEME).get("urgent"))

    @property
    def region_code_of_policy(self) -> str:
        """The region that the policy number itself names; empty when it names none."""
        policy = self.cleaned(Step.POLICY).get("policy")
        return policy.region_code or "" if policy else ""

    @cached_property
    def branch(self) -> Branch | None:
        """Who gets the appeal: as chosen by hand, else as recognised by the policy."""
        if Step.INSURER in self.typed:
            chosen: Branch | None = self.cleaned(Step.INSURER).get("branch")
            return chosen
        if self.recognised_branch_id is None:
            return None
        found = ready_sql.objects(
            "branch", {ID: self.recognised_branch_id}, lambda: Branch.objects.with_names().filter(pk=ID)
        )
        return found[0] if found else None

    @cached_property
    def waiting(self) -> Verdict | None:
        """Whether the waiting time looks broken; None where the theme or the answers say nothing of it."""
        form = self.form(Step.STORY)
        return form.verdict if isinstance(form, StoryForm) else None

    # --- the appeal ---

    def filing(self, address: str) -> Filing:
        """The appeal as it is registered. Only when nothing is `missing`."""
        assert self.theme is not None, "the page with the theme is answered"
        story, contacts = self.cleaned(Step.STORY), self.cleaned(Step.CONTACTS)
        clinic = story["organisation"]
        return Filing(
            category=self.theme,
            branch=self.branch,
            urgency=Urgency.URGENT if story["in_clinic_now"] else Urgency.ORDINARY,
            for_whom=self.for_whom,
            is_anonymous=self.is_anonymous,
            applicant=self._applicant(contacts),
            patient=self._patient(),
            details=self._details(story),
            medical_organisation=clinic,
            region_of_care=clinic.region if clinic else None,
            policy_id=self.policy_id,
            naming_consent=self.cleaned(Step.NAMING).get("naming_consent", NamingConsent.NO),
            answer_channel=contacts["answer_channel"],
            consents=_consents(contacts),
            consent_address=address,
        )

    def _patient(self) -> dict[str, Any]:
        page = self.cleaned(Step.POLICY)
        policy = page["policy"]
        names = {name: page[name] for name in ("surname", "first_name", "patronymic")}
        number = {"policy_kind": policy.kind.value, "policy_number": policy.value} if policy else {}
        of_parent = {disclosure.POLICY_OF_PARENT: True} if page.get("of_parent") else {}
        return {**names, "birth_on": _iso(page["birth_on"]), **number, **of_parent}

    def _applicant(self, contacts: Mapping[str, Any]) -> dict[str, Any]:
        page, prefix = (self.cleaned(Step.POLICY), "") if self.is_for_self else (contacts, "applicant_")
        return {
            **{name: page[f"{prefix}{name}"] for name in ("surname", "first_name", "patronymic")},
            "phone": contacts["phone"].as_e164 if contacts["phone"] else "",
            "email": contacts["email"],
            "address": contacts["postal_address"],
            "relation": self.cleaned(Step.WHOM)["relation"],
        }

    def _details(self, story: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "policy_region": self._region_not_listed(),
            "story": story["story"],
            "clinic": story["clinic"],
            "care_on": _iso(story["care_on"]),
            "waiting_for": story.get("waiting_for", ""),
            "waiting_since": _iso(story.get("waiting_since")),
            "amount": str(story.get("amount") or ""),
        }

    def _region_not_listed(self) -> str:
        """Which region issued the policy, in the person's own words, when the list does not have it."""
        page = self.cleaned(Step.INSURER)
        return str(page["region_name"]) if page.get("region") == OTHER_REGION else ""


def _consents(contacts: Mapping[str, Any]) -> list[str]:
    """An answer by e-mail was asked for by choosing it: the notice about it needs no second tick."""
    by_email = contacts["email_notices"] or contacts["answer_channel"] == AnswerChannel.EMAIL
    given = [(Consent.Purpose.EMAIL, by_email), (Consent.Purpose.SMS, contacts.get("sms_notices"))]
    given.append((Consent.Purpose.MEDICAL_DOCUMENTS, contacts["medical_documents"]))
    return [purpose.value for purpose, is_given in given if is_given]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
