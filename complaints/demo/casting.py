"""Who tells which story about which clinic, through which channel: one Filing for each case of the demo."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from complaints.demo import texts
from complaints.demo.fates import Theme
from complaints.demo.people import Names, Person, surname_for
from complaints.demo.places import Clinic
from complaints.demo.registry import blind_of
from complaints.demo.texts import Facts, Phrases, Story
from complaints.kinds import (
    AnswerChannel,
    Channel,
    Form,
    ForWhom,
    IdentityLevel,
    Kind,
    NamingConsent,
    Urgency,
)
from complaints.models import Category
from complaints.services.filing import Filing
from insurers.models import Branch, Policy, Region
from insurers.policy_numbers import Kind as PolicyKind
from insurers.policy_numbers import Sex
from representatives.roles import Tier

_CHANNELS = {
    Channel.SITE: 44, Channel.PHONE: 24, Channel.EMAIL: 8, Channel.VOICEMAIL: 6, Channel.VISIT: 6,
    Channel.LETTER: 5, Channel.CLINIC_POST: 3, Channel.CHAT: 3, Channel.OTHER_BODY: 1,
}  # fmt: skip
_WRITTEN = {Channel.SITE, Channel.EMAIL, Channel.LETTER, Channel.OTHER_BODY}
_IN_PERSON = {Channel.VISIT, Channel.CLINIC_POST}
_PAPER = (AnswerChannel.LETTER, AnswerChannel.OFFICE)
_MONEY_NOW = {"paid-care", "hospital-medicines"}


def _is_ordinary(story: Story, category: Category) -> bool:
    """A complaint that arrives in tier 1."""
    in_tier_1 = category.arrival_tier == Tier.CONTACT_CENTRE and not category.about_insurer
    return category.default_kind == Kind.COMPLAINT and in_tier_1 and not story.urgent


_FITS: dict[Theme, Callable[[Story, Category], bool]] = {
    Theme.CONSULTATION: lambda _story, category: category.default_kind == Kind.CONSULTATION,
    Theme.KIND_WORDS: lambda _story, category: category.default_kind in {Kind.THANKS, Kind.PROPOSAL},
    Theme.COMPLAINT: _is_ordinary,
    Theme.GRAVE: lambda story, category: (
        category.arrival_tier == Tier.EXPERTS and not (story.urgent or story.is_about_death)
    ),
    Theme.ABOUT_INSURER: lambda _story, category: category.about_insurer,
    Theme.NO_INSURER: _is_ordinary,
    Theme.URGENT: lambda story, _category: story.urgent,
    Theme.URGENT_MONEY: lambda story, category: story.urgent and category.slug in _MONEY_NOW,
    Theme.DEATH: lambda story, _category: story.is_about_death,
}


@dataclass(frozen=True, slots=True)
class Role:
    """One case before it is filed, and what its play needs to know of it."""

    filing: Filing
    applicant_is_female: bool
    amount: int
    answer: str  # the question's own answer, if it is one
    tone: str  # whose phrases fit: those of the theme, of the urgent lane, of grief


def tone_of(story: Story) -> str:
    if story.is_about_death:
        return "death"
    return "urgent" if story.urgent else story.category


@dataclass(slots=True)
class Cast:
    """Everything that casting draws from; people are used once, so that nobody seems to sue all day long."""

    rng: Random
    phrases: Phrases
    clinics: Sequence[Clinic]
    branches: Mapping[str, Branch]
    categories: Mapping[str, Category]
    policies: Mapping[bytes, Policy]
    by_insurer: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    by_theme: dict[Theme, list[Story]] = field(default_factory=dict)
    told: int = 0

    def prepare(self, people: Sequence[Person]) -> None:
        """Sort people by insurer and stories by theme."""
        for person in people:
            self.by_insurer[person.insurer].append(person)
        every = texts.stories()
        for theme, fits in _FITS.items():
            found = [story for story in every if fits(story, self.categories[story.category])]
            self.rng.shuffle(found)
            self.by_theme[theme] = found

    def role(self, theme: Theme, *, at: datetime, insurer: str, region: Region, on_paper: bool) -> Role:
        """Draw a story, its people and its circumstances."""
        story = self._next_story(theme)
        patient = self._patient(story, insurer, at.date())
        applicant = self._applicant(story, patient)
        clinic = self._clinic(story)
        given = texts.facts(
            self.rng, story, on=at.date(), clinic_inside=clinic.inside, age=patient.age(at.date())
        )
        channel = Channel.SITE if story.urgent else self._channel()
        filing = Filing(
            **self._addressee(theme, insurer, patient, region),
            category=self.categories[story.category],
            channel=channel,
            form=Form.WRITTEN if channel in _WRITTEN else Form.ORAL,
            urgency=Urgency.URGENT if story.urgent else Urgency.ORDINARY,
            for_whom=story.for_whom,
            patient=self._patient_details(patient, known=theme is not Theme.NO_INSURER),
            details=self._details(story, given, clinic, applicant),
            medical_organisation=clinic.row if story.names_clinic else None,
            **self._contact(applicant, channel, on_paper=on_paper),
        )
        return Role(filing, applicant.is_female, given.amount, story.answer, tone_of(story))

    def _next_story(self, theme: Theme) -> Story:
        """By turns, so that every story is told before one is told again."""
        self.told += 1
        told = self.by_theme[theme]
        story = told.pop(0)
        told.append(story)
        return story

    def _patient(self, story: Story, insurer: str, on: date) -> Person:
        people = self.by_insurer[insurer]
        for place, person in enumerate(people):
            if self._suits(story, person, on):
                return people.pop(place)
        raise LookupError(f"nobody of {insurer} suits a story of {story.category}")

    @staticmethod
    def _suits(story: Story, person: Person, on: date) -> bool:
        age = person.age(on)
        if story.for_whom == ForWhom.CHILD:
            return story.child_from <= age <= story.child_to
        if story.for_whom == ForWhom.RELATIVE:
            return age >= 65 and person.sex == story.patient_sex
        return age >= story.adult_from

    def _applicant(self, story: Story, patient: Person) -> Person:
        if story.for_whom == ForWhom.SELF:
            return patient
        sex = Sex(story.applicant_sex) if story.applicant_sex else self.rng.choice((*Sex, Sex.FEMALE))
        _surname, first_name, patronymic = Names().full(self.rng, sex)
        return Person(
            surname_for(patient.surname, sex), first_name, patronymic, sex.value, patient.birth_on, "", ""
        )

    def _clinic(self, story: Story) -> Clinic:
        for_children = [clinic for clinic in self.clinics if "етск" in clinic.inside]
        hospitals = [clinic for clinic in self.clinics if "ольниц" in clinic.inside]
        if story.category in {"hospital-medicines", "quality", "transport"} or "приёмн" in story.text:
            return self.rng.choice(hospitals)
        if story.for_whom == ForWhom.CHILD:
            return self.rng.choice(for_children)
        for_adults = [clinic for clinic in self.clinics if clinic not in for_children]
        return self.rng.choice([clinic for clinic in for_adults if "оликлиник" in clinic.inside])

    def _channel(self) -> Channel:
        return self.rng.choices([*_CHANNELS], weights=[*_CHANNELS.values()])[0]

    def _addressee(self, theme: Theme, insurer: str, patient: Person, region: Region) -> dict[str, Any]:
        if theme is Theme.NO_INSURER:
            return {"region": region}
        branch = self.branches[insurer]
        policy = self.policies.get(blind_of(patient))
        return {"branch": branch, "region_of_care": branch.region, "policy_id": policy.pk if policy else None}

    @staticmethod
    def _patient_details(patient: Person, *, known: bool) -> dict[str, str]:
        details = {
            "surname": patient.surname,
            "first_name": patient.first_name,
            "patronymic": patient.patronymic,
            "birth_on": patient.birth_on.isoformat(),
        }
        policy = {"policy_kind": PolicyKind.ENP.value, "policy_number": patient.policy_number}
        return details | policy if known else details

    def _details(self, story: Story, given: Facts, clinic: Clinic, applicant: Person) -> dict[str, str]:
        female = applicant.is_female
        ending = self.phrases.pick("story_endings", female=female, category=tone_of(story))
        text = texts.told(story, given, self.rng, female=female)
        details = {"story": f"{text} {ending}".strip(), "care_on": given.care_on.isoformat()}
        if story.names_clinic:
            details["clinic"] = clinic.row.short_name
        if "{sum}" in story.text:
            details["amount"] = str(given.amount)
        if story.category == "waiting":
            details["waiting_since"] = given.care_on.isoformat()
        return details

    def _contact(self, applicant: Person, channel: Channel, *, on_paper: bool) -> dict[str, Any]:
        """How to reach the applicant. Phones begin with +7 000, which no network has."""
        by_email = not on_paper and self.rng.random() < 0.2
        answer = AnswerChannel.EMAIL if by_email else AnswerChannel.SITE
        if on_paper or self.rng.random() < 0.12:
            answer = self.rng.choice(_PAPER)
        contact = {
            "surname": applicant.surname,
            "first_name": applicant.first_name,
            "patronymic": applicant.patronymic,
            "phone": f"+7000{self.rng.randrange(10**7):07d}",
        }
        if by_email:
            contact["email"] = f"patient{self.told}@example.com"
        if answer == AnswerChannel.LETTER:
            contact["address"] = f"г. Ярославль, ул. Примерная, д. {self.rng.randint(1, 90)}"
        in_person = channel in _IN_PERSON
        return {
            "applicant": contact,
            "answer_channel": answer,
            "consents": ("email",) if by_email else (),
            "identity_level": IdentityLevel.IN_PERSON if in_person else self.rng.choice((0, 0, 1, 2)),
            "naming_consent": self.rng.choice([*NamingConsent]),
        }
