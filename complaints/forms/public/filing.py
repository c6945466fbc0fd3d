"""Forms of filing: theme, for whom, files, naming, contacts."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import NameField, PhoneField
from complaints.forms.public.step_form import StepForm
from complaints.forms.public.steps import Step
from complaints.forms.public.themes import icon_or_question
from complaints.kinds import AnswerChannel, ForWhom, NamingConsent
from complaints.models import Category
from complaints.services import consents
from omsportal.platform import sms
from omsportal.platform.said import plainly
from omsportal.platform.widgets import FilesField, RadioCards


class ThemeForm(StepForm):
    theme = forms.ChoiceField(
        label=_("What happened?"),
        help_text=_("Choose what is closest. If we see that it is something else, we change it ourselves."),
        widget=RadioCards,
        error_messages={
            "required": _("Choose what happened. If nothing fits, choose “Something else”."),
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
        field = self.fields["theme"]
        themes = self.answers.themes if self.is_shown else [theme for theme in [self.answers.theme] if theme]
        field.choices = [(theme.slug, plainly(theme, "plain_title")) for theme in themes]  # type: ignore[attr-defined]
        field.widget.icons = {theme.slug: icon_or_question(theme.icon) for theme in themes}

    @property
    def chosen_before(self) -> Category | None:
        """The theme that a help page has brought along: nobody has to find it in the list again."""
        brought = self.initial.get("theme") if not self.is_bound and not self.answers.passed else None
        return next((theme for theme in self.answers.themes if theme.slug == brought), None)


class WhomForm(StepForm):
    for_whom = forms.ChoiceField(
        label=_("Whom is this appeal about?"),
        choices=[(value, capfirst(label)) for value, label in ForWhom.choices],
        widget=RadioCards(
            hints={
                ForWhom.CHILD.value: _("You are a parent or a guardian"),
                ForWhom.RELATIVE.value: _(
                    "Also when the patient has died. Papers can follow later: they do not delay the help"
                ),
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


#: Field → purpose of the consent whose text in force stands beside it.
_CONSENTS = {"email_notices": "email", "sms_notices": "sms", "medical_documents": "medical_documents"}


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
            (AnswerChannel.LETTER, _("By post, on paper")),
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
    sms_notices = forms.BooleanField(
        label=_("Send me an SMS when there is news"),
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
        names = ("surname", "first_name", "patronymic")
        if not sms.is_on():
            del self.fields["sms_notices"]
        if self.answers.is_for_self:
            for name in names:
                del self.fields[f"applicant_{name}"]
            return
        policy = self.answers.cleaned(Step.POLICY)
        if policy.get("of_parent"):  # mostly it is this parent who writes: typed once is enough
            self.initial.update({f"applicant_{name}": policy[name] for name in names})
        if self.answers.may_be_anonymous:
            self.fields["applicant_surname"].required = False
            self.fields["applicant_first_name"].required = False

    def dress(self) -> None:
        """The texts of the consents in force, by their dated versions; and when we keep silent."""
        texts = consents.texts_on(self.answers.today)
        for name, purpose in _CONSENTS.items():
            if purpose in texts and name in self.fields:
                field = self.fields[name]
                field.help_text = _in_both_languages(field.help_text, texts[purpose].text)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When no message about news is sent, by the clock of the insurer's region."""
        return settings.QUIET_HOURS

    def clean(self) -> dict[str, Any]:
        """At least one way to reach the person, and the address that the chosen answer needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        way = cleaned.get("answer_channel")
        if way == AnswerChannel.LETTER and not cleaned.get("postal_address", "").strip():
            self.add_error("postal_address", _("Write the address where the letter shall go."))
        wants_email = way == AnswerChannel.EMAIL or cleaned.get("email_notices")
        if wants_email and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the e-mail address, or choose another way to answer."))
        if cleaned.get("sms_notices") and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write the phone to which we shall send SMS, or untick the box."))
        reachable = any(cleaned.get(name) for name in ("phone", "email", "postal_address"))
        if not reachable and not self.errors and not self.answers.may_be_anonymous:
            self.add_error("phone", _("Leave at least one way to reach you: a phone or an e-mail."))
        return cleaned


def _in_both_languages(meaning: str | Promise, text: str) -> str:
    """A consent is given to its Russian text; whoever reads another language reads first what it means."""
    if get_language() == "ru":
        return text
    said = _("What you agree to, word for word in Russian:")
    return format_html('{} {} <span lang="ru">{}</span>', meaning, said, text)
