"""The registration card that staff fill in while somebody speaks, or from a paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.answers import MAY_BE_ANONYMOUS
from complaints.forms.public.fields import (
    UNKNOWN,
    MoneyField,
    NameField,
    PhoneField,
    insurer_choices,
    region_choices,
)
from complaints.forms.staff import StaffText, ThemeField, choice_of_rows
from complaints.forms.staff_answers import TextForApplicant
from complaints.kinds import (
    DOCUMENTS,
    OUTCOMES_OF_KIND,
    AnswerChannel,
    Channel,
    Form,
    ForWhom,
    Kind,
    NamingConsent,
    Outcome,
)
from complaints.models import Category, Template
from complaints.reports.public import clinics
from complaints.reports.staff.callers import Asked
from complaints.services import registering
from insurers.forms import SnilsField
from insurers.models import Branch, Region
from insurers.policy_messages import explain
from insurers.policy_numbers import PolicyNumber, PolicyNumberError, check_old_policy, check_policy_number
from omsportal.platform.widgets import DayField, FilesField, LongSelect, RadioCards

#: What a desk registers; the site, chats, voice messages and other systems register themselves.
CHANNELS = (
    Channel.PHONE, Channel.VISIT, Channel.CLINIC_POST, Channel.LETTER, Channel.EMAIL, Channel.OTHER_BODY,
)  # fmt: skip
#: What comes through these is written.
ON_PAPER = frozenset({Channel.LETTER, Channel.EMAIL, Channel.OTHER_BODY})
_AS_IT_CAME = {Channel.LETTER: AnswerChannel.LETTER, Channel.EMAIL: AnswerChannel.EMAIL}


def _choices(*members: Any) -> list[tuple[Any, Any]]:
    return [(member.value, member.label) for member in members]


class CallerForm(forms.Form):
    """What a caller is looked up by. A part that is not whole yet is passed over by a look-up."""

    phone = PhoneField(label=_("Phone"), required=False)
    policy_number = forms.CharField(
        label=_("Policy number"),
        help_text=_("16 digits, or 9 of a temporary certificate; of an old policy with its series."),
        required=False,
        max_length=60,
    )
    policy_series = forms.CharField(label=_("Series of an old policy"), required=False, max_length=20)
    surname = NameField(label=_("Surname of the patient"), required=False)
    first_name = NameField(label=_("First name"), required=False)
    patronymic = NameField(label=_("Patronymic"), required=False)
    birth_on = DayField(label=_("Date of birth"), required=False)
    snils = SnilsField(label=_("SNILS"), required=False, max_length=30)

    def clean(self) -> dict[str, Any]:
        """Adds `policy`, a PolicyNumber or None."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["policy"] = self._policy(cleaned)
        return cleaned

    def _policy(self, cleaned: Mapping[str, Any]) -> PolicyNumber | None:
        number, series = cleaned.get("policy_number", ""), cleaned.get("policy_series", "")
        if not number and not series:
            return None
        try:
            return check_old_policy(series, number) if series else check_policy_number(number)
        except PolicyNumberError as error:
            self.add_error("policy_number", explain(error))
            return None

    def asked(self) -> Asked:
        """Of what was typed so far the parts that are whole. Afterwards the form judges nothing any more."""
        self.full_clean()
        known = self.cleaned_data
        phone = known.get("phone")
        asked = Asked(
            phone=phone.as_e164 if phone else "",
            policy=known.get("policy"),
            surname=known.get("surname", ""),
            birth_on=known.get("birth_on"),
            snils=known.get("snils", ""),
        )
        self._errors = ErrorDict()
        return asked


class IntakeForm(CallerForm):
    """The whole card. `now` is the moment of the request; `branches` are the desks of this person."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100)
    desk = forms.ModelChoiceField(Branch.objects.none(), label=_("Desk"), empty_label=None)
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=_choices(*CHANNELS),
        initial=Channel.PHONE,
        widget=RadioCards(inline=True),
    )
    for_whom = forms.ChoiceField(label=_("Who asks"), choices=ForWhom.choices, initial=ForWhom.SELF)
    applicant_surname = NameField(label=_("Surname of the applicant"), required=False)
    applicant_first_name = NameField(label=_("First name of the applicant"), required=False)
    applicant_patronymic = NameField(label=_("Patronymic of the applicant"), required=False)
    relation = forms.CharField(
        label=_("Who they are to the patient"),
        help_text=_("Mother, guardian, by power of attorney …"),
        required=False,
        max_length=80,
    )
    proof = forms.ChoiceField(
        label=_("Document that you have seen"),
        help_text=_("Only its kind is kept. Without one nothing about health is told."),
        choices=[("", _("none")), *_choices(*DOCUMENTS)],
        required=False,
    )
    insurer = forms.ChoiceField(
        label=_("Insured with"),
        help_text=_("A policy that the register knows tells better."),
        required=False,
    )
    region = forms.ChoiceField(label=_("Region of the policy"), required=False, widget=LongSelect)
    kind = forms.ChoiceField(
        label=_("Kind of appeal"), choices=Kind.choices, required=False, widget=RadioCards(inline=True)
    )
    category = ThemeField(Category.objects.none(), label=_("Theme"), required=False, empty_label=_("choose"))
    in_clinic_now = forms.BooleanField(
        label=_("The patient is in the clinic now"),
        help_text=_("And help is refused, money is demanded or it gets worse: the urgent lane."),
        required=False,
    )
    clinic = forms.CharField(
        label=_("Clinic or hospital"),
        help_text=_("Needed for a complaint. Write it as the person calls it, with the town."),
        required=False,
        max_length=300,
    )
    clinic_found = forms.CharField(label=_("Is it one of these?"), required=False, widget=RadioCards)
    region_of_care = forms.ChoiceField(
        label=_("Region of care"),
        help_text=_("Empty: where the clinic is."),
        required=False,
        widget=LongSelect,
    )
    care_on = DayField(label=_("When it happened"), required=False)
    amount = MoneyField(label=_("Sum asked for or paid, roubles"), required=False, widget=forms.TextInput)
    story = StaffText(label=_("What it is about"), rows=4, required=False)
    is_written = forms.BooleanField(
        label=_("The person hands in a written statement"),
        help_text=_("Then the 30 days of the law run, and a review is possible."),
        required=False,
    )
    naming_consent = forms.ChoiceField(
        label=_("May the clinic hear the name?"), choices=NamingConsent.choices, initial=NamingConsent.ASK
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        error_messages={"invalid": _("This is not a whole address. Write it like name@mail.ru.")},
    )
    address = forms.CharField(label=_("Postal address"), required=False, max_length=300)
    answer_channel = forms.ChoiceField(
        label=_("How to answer"),
        choices=[("", _("the way it came")), *AnswerChannel.choices],
        help_text=_("A letter by letter, an e-mail by e-mail; otherwise on the site, by number and code."),
        required=False,
    )
    email_notices = forms.BooleanField(
        label=_("Agreed to notices by e-mail"),
        help_text=_("They say that there is news, and the number; nothing else."),
        required=False,
    )
    received_on = DayField(label=_("Received on"), help_text=_("Empty: today."), required=False)
    incoming_number = forms.CharField(label=_("Incoming number"), required=False, max_length=40)
    incoming_on = DayField(label=_("Date of the letter"), required=False)
    other_body = forms.CharField(label=_("Which body sent it on"), required=False, max_length=160)
    scans = FilesField(
        label=_("Scan of the letter, documents"),
        help_text=_("Up to 10 files of 20 MB: photos, PDF, Word (DOCX)."),
        required=False,
    )
    script = forms.ModelChoiceField(
        Template.objects.none(), label=_("Approved answer"), required=False, empty_label=_("none")
    )
    answer = TextForApplicant(
        label=_("What you have told the person"),
        rows=5,
        help_text=_(
            "The person finds it under the number, which takes the place of {number}. Nothing about health."
        ),
        required=False,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=_choices(*OUTCOMES_OF_KIND[Kind.CONSULTATION]),
        initial=Outcome.CLARIFIED,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        branches: Sequence[Branch],
        categories: Any,
        scripts: Any,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.branches, self.now = branches, now
        self.at_once = self.data.get("act") == "answer"
        choice_of_rows(self, "desk").queryset = Branch.objects.filter(pk__in=[each.pk for each in branches])
        choice_of_rows(self, "category").queryset = categories
        choice_of_rows(self, "script").queryset = scripts
        self.initial.setdefault("desk", branches[0].pk)
        regions = region_choices()
        self._offer("region", regions)
        self._offer("region_of_care", regions)
        self._offer("insurer", [("", _("with us")), *insurer_choices(_("not known: the fund finds it out"))])
        self.fields["clinic_found"].widget.choices = self._clinics()
        self._fit_widgets()

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _fit_widgets(self) -> None:
        if len(self.branches) == 1:
            self.fields["desk"].widget = forms.HiddenInput()
        asks = {"hx-get": reverse_lazy("staff:intake_script"), "hx-target": "#told", "hx-swap": "innerHTML"}
        self.fields["script"].widget.attrs |= asks

    @property
    def own_branch(self) -> Branch:
        """Where the card is filled in: what was chosen, else the first."""
        chosen = str(self.data.get("desk") or self.initial.get("desk") or "")
        return next((each for each in self.branches if str(each.pk) == chosen), self.branches[0])

    # --- judged together ---

    def clean(self) -> dict[str, Any]:
        """Adds `kind`, `category`, `organisation`, `form` and `told` as they follow from each other."""
        cleaned = super().clean()
        cleaned["told"] = self._told(cleaned) if self.at_once else ""
        self._classify(cleaned)
        on_paper = cleaned.get("channel") in ON_PAPER
        cleaned["form"] = Form.WRITTEN if on_paper or cleaned.get("is_written") else Form.ORAL
        self._find_clinic(cleaned)
        self._ask_who(cleaned)
        self._ask_how_to_answer(cleaned)
        self._ask_when(cleaned)
        self._ask_paper(cleaned)
        return cleaned

    def _told(self, cleaned: Mapping[str, Any]) -> str:
        """What was typed, else the approved answer as it is."""
        script = cleaned.get("script")
        told = cleaned.get("answer") or (script.body if script else "")
        if not told and "answer" not in self.errors:
            self.add_error("answer", _("Choose an approved answer, or write what you have told the person."))
        return str(told)

    def _classify(self, cleaned: dict[str, Any]) -> None:
        """Whoever only answers a question chooses neither kind nor theme: the approved answer has one."""
        script = cleaned.get("script")
        if self.at_once:
            cleaned["kind"] = cleaned.get("kind") or Kind.CONSULTATION.value
            if cleaned.get("category") is None and script is not None:
                cleaned["category"] = script.category
            if not cleaned.get("story") and script is not None and cleaned.get("category"):
                cleaned["story"] = script.title
        if not cleaned.get("kind"):
            self.add_error("kind", _("Choose what it is: a complaint, a question …"))
        if cleaned.get("category") is None and "category" not in self.errors:
            self.add_error("category", _("Choose the theme."))
        if not cleaned.get("story") and "story" not in self.errors:
            self.add_error("story", _("Write in a few words what it is about."))
        if self.at_once:
            self._refuse_more_than_a_question(cleaned)

    def _refuse_more_than_a_question(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("kind") not in {None, Kind.CONSULTATION.value}:
            self.add_error("kind", registering.ONLY_QUESTIONS)
        if cleaned.get("in_clinic_now"):
            self.add_error("in_clinic_now", registering.HELP_FIRST)

    def _find_clinic(self, cleaned: dict[str, Any]) -> None:
        typed, category = cleaned.get("clinic", ""), cleaned.get("category")
        today = self.now.astimezone(self.own_branch.zone).date()
        cleaned["organisation"] = clinics.chosen(
            code=cleaned.get("clinic_found", ""), name=typed, region=self.own_branch.region, today=today
        )
        needs = cleaned.get("kind") == Kind.COMPLAINT and not (category and category.about_insurer)
        if needs and not typed and cleaned["organisation"] is None:
            self.add_error("clinic", _("A complaint needs its clinic. If it is not about one, write “no”."))

    def _ask_who(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("kind") in MAY_BE_ANONYMOUS or not cleaned.get("kind"):
            return
        advice = _("Only a question, a proposal or thanks may come without a name.")
        for name in ("surname", "first_name"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, advice)
        if cleaned.get("for_whom") != ForWhom.SELF and not cleaned.get("applicant_surname"):
            self.add_error("applicant_surname", _("Write who asks for the patient."))
        if not any(cleaned.get(way) or way in self.errors for way in ("phone", "email", "address")):
            self.add_error("phone", _("Ask for one way to reach the person: a phone, an e-mail, an address."))

    def _ask_how_to_answer(self, cleaned: dict[str, Any]) -> None:
        channel = cleaned.get("channel", "")
        way = cleaned.get("answer_channel") or _AS_IT_CAME.get(channel, AnswerChannel.SITE)
        cleaned["answer_channel"] = AnswerChannel(way).value
        if way == AnswerChannel.LETTER and not cleaned.get("address"):
            self.add_error("address", _("Write where the letter shall go, or choose another way to answer."))
        wants_email = way == AnswerChannel.EMAIL or cleaned.get("email_notices")
        if wants_email and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the e-mail address, or choose another way to answer."))

    def _ask_when(self, cleaned: dict[str, Any]) -> None:
        day, today = cleaned.get("received_on"), self.now.astimezone(self.own_branch.zone).date()
        most = settings.INTAKE_BACKDATE_DAYS
        if day is None:
            return
        if day > today:
            self.add_error("received_on", _("This day has not come yet at your branch."))
        elif day < today - timedelta(days=most):
            message = _("Appeals are registered at most %(days)s days back. Ask the head of the branch.")
            self.add_error("received_on", forms.ValidationError(message, params={"days": most}))

    def _ask_paper(self, cleaned: Mapping[str, Any]) -> None:
        """A letter may have its number; what another body sent on has its name, number and date."""
        if cleaned.get("incoming_on") and not cleaned.get("incoming_number"):
            self.add_error("incoming_number", _("Write the number that goes with this date."))
        if cleaned.get("channel") != Channel.OTHER_BODY:
            return
        for name, advice in (
            ("other_body", _("Write which body sent it on.")),
            ("incoming_number", _("Write the number of its letter.")),
            ("incoming_on", _("Write the date of its letter.")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, advice)

    # --- looked up before the card is finished ---

    def _clinics(self) -> list[tuple[str, Any]]:
        """Clinics of the register that the typed words fit."""
        words = str(self.data.get("clinic") or "")
        if len(words) < 3:
            return []
        today = self.now.astimezone(self.own_branch.zone).date()
        found = clinics.search(words, region=self.own_branch.region, today=today)
        named = [(clinics.code_of(row), clinics.place_and_name(row)) for row in found]
        return [*named, ("", _("None of these, or I don't know"))] if named else []

    @property
    def has_clinics(self) -> bool:
        return bool(self.fields["clinic_found"].widget.choices)

    def region_of(self, name: str) -> Region | None:
        return Region.objects.by_code(self.cleaned_data.get(name) or "")

    @property
    def insurer_code(self) -> str:
        """Of another insurer; empty for ours and for an unknown one."""
        code = str(self.cleaned_data.get("insurer") or "")
        return "" if code == UNKNOWN else code
