"""One form for each page of filing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import (
    UNKNOWN,
    MoneyField,
    NameField,
    PhoneField,
    insurer_choices,
    region_choices,
)
from complaints.forms.public.themes import icon_or_question
from complaints.kinds import AnswerChannel, ForWhom, Kind, NamingConsent
from complaints.models import Category
from complaints.services import consents, routing
from complaints.services.thread import MOST_CHARACTERS
from insurers.policy_messages import explain
from insurers.policy_numbers import PolicyNumber, PolicyNumberError, check_old_policy, check_policy_number
from omsportal.platform.said import plainly
from omsportal.platform.widgets import DayField, DayInput, FilesField, RadioCards

if TYPE_CHECKING:
    from complaints.forms.public.answers import Answers


class StepForm(forms.Form):
    """A page of filing. `answers` are the other pages; what was typed before stands in the fields."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, answers: "Answers", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.answers = answers
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the other answers."""

    def show_typed(self, typed: Mapping[str, list[str]]) -> None:
        """Show what was typed earlier, right or wrong, without judging it anew."""
        data: MultiValueDict[str, str] = MultiValueDict(typed)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, {}, name)


class ThemeForm(StepForm):
    theme = forms.ChoiceField(
        label=_("What happened?"),
        help_text=_("Choose what is closest. If we see that it is something else, we change it ourselves."),
        widget=RadioCards,
        error_messages={
            "required": _("Choose what happened. If nothing fits, choose “Other”."),
            "invalid_choice": _("Choose one of the themes in the list."),
        },
    )
    own_device = forms.BooleanField(
        label=_("This is my own phone or computer"),
        help_text=_("Then what you typed waits for you for 7 days. On a shared device leave it empty."),
        required=False,
    )
    urgent = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        themes = self.answers.themes
        field = self.fields["theme"]
        field.choices = [(theme.slug, plainly(theme, "plain_title")) for theme in themes]  # type: ignore[attr-defined]
        field.widget.icons = {theme.slug: icon_or_question(theme.icon) for theme in themes}

    @property
    def chosen_before(self) -> Category | None:
        """The theme that a help page has brought along: nobody has to find it in the list again."""
        brought = self.initial.get("theme") if not self.is_bound and self.answers.draft is None else None
        return next((theme for theme in self.answers.themes if theme.slug == brought), None)


class WhomForm(StepForm):
    for_whom = forms.ChoiceField(
        label=_("Whom is this appeal about?"),
        choices=[(value, capfirst(label)) for value, label in ForWhom.choices],
        widget=RadioCards(
            hints={
                ForWhom.CHILD.value: _("You are a parent or a guardian"),
                ForWhom.RELATIVE.value: _("Papers that show it can follow later: they do not delay the help"),
                ForWhom.OTHER.value: _("A neighbour, a ward, somebody in the same hospital room"),
            },
            icons={
                ForWhom.SELF.value: "user",
                ForWhom.CHILD.value: "child",
                ForWhom.RELATIVE.value: "users",
                ForWhom.OTHER.value: "users",
            },
        ),
        error_messages={"required": _("Choose whom the appeal is about.")},
    )
    relation = forms.CharField(
        label=_("Who are you to the patient?"),
        help_text=_("For example daughter, husband, guardian, social worker."),
        required=False,
        max_length=80,
    )


class PolicyForm(StepForm):
    POLICY_KINDS = (
        ("enp", _("I have the policy number")),
        ("old", _("It is a policy of the old form, with a series")),
        ("none", _("I don't have the number with me")),
    )
    policy_kind = forms.ChoiceField(
        label=_("Is the policy number at hand?"),
        choices=POLICY_KINDS,
        initial="enp",
        widget=RadioCards(
            hints={
                "enp": _("16 digits, or 9 digits of a temporary certificate"),
                "none": _("The appeal will be taken all the same"),
            }
        ),
        error_messages={"required": _("Choose whether you have the policy number.")},
    )
    number = forms.CharField(
        label=_("Policy number"),
        help_text=_("16 digits: on the policy, in the insurer's app or on Gosuslugi. Spaces do no harm."),
        required=False,
        max_length=60,
    )
    series = forms.CharField(label=_("Series of the old policy"), required=False, max_length=20)
    old_number = forms.CharField(label=_("Number of the old policy"), required=False, max_length=40)
    surname = NameField(
        label=_("Surname"), error_messages={"required": _("Write the surname as it stands in the policy.")}
    )
    first_name = NameField(label=_("First name"), error_messages={"required": _("Write the first name.")})
    patronymic = NameField(label=_("Patronymic"), help_text=_("If there is one."), required=False)
    birth_on = DayField(
        label=_("Date of birth"),
        help_text=_("For example 31 12 1950"),
        widget=DayInput(birthday=True),
        error_messages={"required": _("Write the date of birth: day, month and year.")},
    )

    def prepare(self) -> None:
        if self.answers.may_be_anonymous:
            for name in ("surname", "first_name", "birth_on"):
                self.fields[name].required = False
            self.initial.setdefault("policy_kind", "none")
        if self.answers.is_for_self:
            for name, fill in (("surname", "family-name"), ("first_name", "given-name")):
                self.fields[name].widget.attrs["autocomplete"] = fill
            self.fields["patronymic"].widget.attrs["autocomplete"] = "additional-name"
            return
        self.fields["surname"].label = _("Surname of the patient")
        self.fields["first_name"].label = _("First name of the patient")
        self.fields["patronymic"].label = _("Patronymic of the patient")
        self.fields["birth_on"].label = _("Date of birth of the patient")
        self.fields["birth_on"].widget = DayInput()

    def clean(self) -> dict[str, Any]:
        """Adds `policy`, a PolicyNumber or None."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["policy"] = self._policy(cleaned)
        return cleaned

    def _policy(self, cleaned: dict[str, Any]) -> PolicyNumber | None:
        kind = cleaned.get("policy_kind")
        try:
            if kind == "enp":
                return check_policy_number(cleaned.get("number", ""))
            if kind == "old":
                return check_old_policy(cleaned.get("series", ""), cleaned.get("old_number", ""))
        except PolicyNumberError as error:
            self.add_error("number" if kind == "enp" else "old_number", explain(error))
        return None


class InsurerForm(StepForm):
    region = forms.ChoiceField(
        label=_("In which region was the policy issued?"),
        help_text=_("It may be another region than the one where you live or are treated."),
        widget=forms.Select,
        error_messages={
            "required": _("Choose the region. If you are not sure, choose the one where the patient lives."),
            "invalid_choice": _("Choose a region from the list."),
        },
    )
    insurer = forms.ChoiceField(
        label=_("Insurance company"),
        help_text=_(
            "Its name stands on the back of the policy, and on Gosuslugi: Health – OMS policy. "
            "If you don't know it, the regional fund finds it out and tells you."
        ),
        widget=forms.Select,
        error_messages={
            "required": _("Choose the insurer, or “I don't know”."),
            "invalid_choice": _("This insurer is not in the list. Choose “I don't know”: the fund finds it."),
        },
    )

    def prepare(self) -> None:
        self.fields["region"].choices = region_choices()  # type: ignore[attr-defined]
        self.fields["insurer"].choices = insurer_choices(_("I don't know or it is not in the list"))  # type: ignore[attr-defined]
        self.initial.setdefault("region", self.answers.region_code_of_policy)

    def clean(self) -> dict[str, Any]:
        """Adds `branch`: the insurer's in that region, else the region's fund."""
        cleaned: dict[str, Any] = super().clean() or {}
        region, insurer = cleaned.get("region"), cleaned.get("insurer")
        if not region or not insurer:
            return cleaned
        known = insurer if insurer != UNKNOWN else None
        cleaned["branch"] = routing.chosen(insurer=known, region_code=region)
        if cleaned["branch"] is None:
            message = _("This region does not take appeals here yet. Call the insurer: see “Whom to call”.")
            self.add_error("region", message)
        return cleaned


class StoryForm(StepForm):
    clinic = forms.CharField(
        label=_("Which clinic or hospital is it about?"),
        help_text=_("As you call it, with the town. For example: polyclinic No. 3, Rybinsk."),
        required=False,
        max_length=300,
    )
    care_on = DayField(label=_("When did it happen?"), help_text=_("About is enough."), required=False)
    waiting_since = DayField(
        label=_("Since when have you been waiting?"),
        help_text=_("The day when you asked for an appointment or got the referral."),
        required=False,
    )
    amount = MoneyField(
        label=_("How much money was asked or taken?"),
        help_text=_("In roubles. If you have paid, keep the receipt and the contract."),
        required=False,
        widget=forms.TextInput,
    )
    story = forms.CharField(
        label=_("Tell what happened"),
        help_text=_("In your own words: what happened, what you were told, what help you expect from us."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={
            "required": _("Tell what happened: a few words are enough, we ask about the rest."),
            "max_length": _("The text is longer than 10 000 characters. Shorten it or attach it as a file."),
        },
    )
    in_clinic_now = forms.BooleanField(
        label=_("I am in the clinic now"),
        help_text=_(
            "And help is refused, money is demanded or it is getting worse: "
            "the appeal goes before all others."
        ),
        required=False,
    )

    def prepare(self) -> None:
        theme = self.answers.theme
        if theme is None or not theme.asks_waiting_time:
            del self.fields["waiting_since"]
        if theme is None or not theme.asks_money:
            del self.fields["amount"]
        if theme is not None and theme.default_kind == Kind.COMPLAINT and not theme.about_insurer:
            self.fields["clinic"].required = True
            self.fields["clinic"].error_messages["required"] = _(
                "Name the clinic or hospital. If it is not about one, write “no”."
            )
        if self.answers.begun_as_urgent:
            self.initial.setdefault("in_clinic_now", True)
        self.fields["clinic"].widget.attrs["list"] = "clinics"

    def clean_story(self) -> str:
        """The text as the person sees it: one line end everywhere."""
        return str(self.cleaned_data["story"]).replace("\r\n", "\n")


class FilesForm(StepForm):
    documents = FilesField(
        label=_("Are there photos or documents?"),
        help_text=_(
            "Referral, receipt, contract, discharge summary – a photo from the phone is fine. "
            "Up to 10 files of 20 MB: photos, PDF, Word (DOCX). If there is nothing, just go on."
        ),
        required=False,
        allow_empty_file=True,  # the service says by name which one is empty
    )


class NamingForm(StepForm):
    naming_consent = forms.ChoiceField(
        label=_("May we name the patient to the clinic?"),
        help_text=_(
            "To find out what happened, we sometimes have to ask the clinic about this very patient. "
            "Without a name we can still advise you and look at how the clinic works."
        ),
        choices=[
            (NamingConsent.YES, _("Yes, you may")),
            (NamingConsent.ASK, _("Ask me first")),
            (NamingConsent.NO, _("No")),
        ],
        widget=RadioCards(
            hints={
                NamingConsent.YES.value: _("The matter goes faster"),
                NamingConsent.ASK.value: _("We write or call before each request"),
            }
        ),
        error_messages={"required": _("Choose one of the answers. You can change your mind later.")},
    )


class ContactsForm(StepForm):
    applicant_surname = NameField(
        label=_("Your surname"), error_messages={"required": _("Write your surname.")}
    )
    applicant_first_name = NameField(
        label=_("Your first name"), error_messages={"required": _("Write your first name.")}
    )
    applicant_patronymic = NameField(
        label=_("Your patronymic"), help_text=_("If there is one."), required=False
    )
    phone = PhoneField(
        label=_("Phone"),
        help_text=_("So that a specialist can call you if something is unclear."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        error_messages={"invalid": _("This is not a whole address. Write it like name@mail.ru.")},
    )
    answer_channel = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=[
            (AnswerChannel.SITE, _("On this site")),
            (AnswerChannel.EMAIL, _("By e-mail")),
            (AnswerChannel.LETTER, _("By letter")),
            (AnswerChannel.OFFICE, _("In the insurer's office")),
        ],
        initial=AnswerChannel.SITE.value,
        widget=RadioCards(
            hints={
                AnswerChannel.SITE.value: _("You read it with the number of the appeal and the access code"),
                AnswerChannel.EMAIL.value: _(
                    "We write that the answer is ready; you read it here, it stays secret"
                ),
            }
        ),
        error_messages={"required": _("Choose how to answer you.")},
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        help_text=_("With the postcode, so that the letter arrives."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    email_notices = forms.BooleanField(
        label=_("Send me an e-mail when there is news"),
        help_text=_(
            "Only “there is news on appeal No. …”, nothing about health. You can refuse at any time."
        ),
        required=False,
    )
    medical_documents = forms.BooleanField(
        label=_("I agree that the insurer asks for the patient's medical documents"),
        help_text=_(
            "It helps to look into the quality of care. Without it your appeal is accepted all the same."
        ),
        required=False,
    )

    def prepare(self) -> None:
        texts = consents.texts_on(self.answers.today)
        for name, purpose in (("email_notices", "email"), ("medical_documents", "medical_documents")):
            if purpose in texts:
                self.fields[name].help_text = texts[purpose].text
        if self.answers.is_for_self:
            for name in ("applicant_surname", "applicant_first_name", "applicant_patronymic"):
                del self.fields[name]
        elif self.answers.may_be_anonymous:
            self.fields["applicant_surname"].required = False
            self.fields["applicant_first_name"].required = False

    def clean(self) -> dict[str, Any]:
        """At least one way to reach the person, and the address that the chosen answer needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        way = cleaned.get("answer_channel")
        if way == AnswerChannel.LETTER and not cleaned.get("postal_address", "").strip():
            self.add_error("postal_address", _("Write the address where the letter shall go."))
        wants_email = way == AnswerChannel.EMAIL or cleaned.get("email_notices")
        if wants_email and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the e-mail address, or choose another way to answer."))
        reachable = any(cleaned.get(name) for name in ("phone", "email", "postal_address"))
        if not reachable and not self.errors and not self.answers.may_be_anonymous:
            self.add_error("phone", _("Leave at least one way to reach you: a phone or an e-mail."))
        return cleaned
