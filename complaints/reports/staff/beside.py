"""What stands beside a case: the patient's other appeals, alike and linked ones, texts that fit, what one
has typed and not sent. One query for all of it."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import JSONObject

from complaints.kinds import TemplatePurpose
from complaints.models import Card, Category, Complaint, Template, WorkDraft
from complaints.querysets import ComplaintQuerySet
from complaints.reports.staff.replies import Offered
from complaints.reports.staff.stand_ins import NOW, OF_A_CASE, stand_in
from omsportal.platform import ready_sql
from representatives.profiles import Profile

#: Beyond these one looks with the search.
MOST = 5
MOST_TEXTS = 60
MOST_DRAFTS = 20
ALIKE_WITHIN = timedelta(days=30)
_ROW = JSONObject(
    pk="pk", number="number", status="status", tier="tier", branch_id="branch_id", outcome="outcome",
    assignee_id="assignee_id", theme="category__title", registered_at="registered_at",
)  # fmt: skip
_SEALED: Any = WorkDraft._meta.get_field("sealed")
_DRAFT = JSONObject(
    pk="pk", reference="reference", act="act", revision="revision", aside="aside", saved_at="saved_at",
    sealed=Func(F("sealed"), Value("base64"), function="encode", output_field=TextField()),
)  # fmt: skip
_TEXT = JSONObject(id="pk", title="title", purpose="purpose", body="body")
#: Stand for the case in the statement, which is written once.
_STANDS: dict[str, Any] = {
    "pk": OF_A_CASE, "branch_id": OF_A_CASE + 1, "category_id": OF_A_CASE + 2,
    "medical_organisation_id": OF_A_CASE + 3, "policy_blind": b"the policy", "birth_blind": b"the birthday",
    "patient_surname_key": "the surname",
}  # fmt: skip
_SINCE = NOW - ALIKE_WITHIN


@dataclass(frozen=True, slots=True)
class Beside:
    """Cases as lists show them: number, status and day; the theme where the case may be opened."""

    previous: list[Complaint]
    alike: list[Complaint]
    linked: list[Complaint]
    texts: list[Offered]
    drafts: list[WorkDraft]

    @property
    def replies(self) -> list[Offered]:
        """Those to be put into a text for the applicant."""
        return [text for text in self.texts if text.purpose == TemplatePurpose.REPLY]

    def drafts_first(self, reference: str) -> list[WorkDraft]:
        """The one that was asked for, then the newest, those put aside at the end."""
        return sorted(self.drafts, key=lambda each: (str(each.reference) != reference, each.aside))


def beside(complaint: Complaint, card: Card, profile: Profile, now: datetime) -> Beside:
    """Each list is bounded and read by its own index: card_policy or card_surname_birth, complaint_of_clinic,
    the links of the case, the few texts of branch and theme."""
    asker, known = stand_in(profile, now), _known(complaint, card)
    about = SimpleNamespace(**{name: _STANDS[name] if name in known else None for name in _STANDS})
    real = {_SINCE: now - ALIKE_WITHIN, **{_STANDS[name]: value for name, value in known.items()}}
    answer = ready_sql.fetch(
        ("beside", asker.shape, tuple(known)), asker.real | real, lambda: _asked(about, asker.profile)
    )
    row = dict(zip(answer.names, answer.rows[0], strict=True))
    cases = {name: [_case(each) for each in row[name] or ()] for name in ("previous", "alike", "linked")}
    drafts = [_draft(each) for each in row["drafts"]]
    return Beside(**cases, texts=[Offered(**each) for each in row["texts"]], drafts=drafts)


def _known(complaint: Complaint, card: Card) -> dict[str, Any]:
    """What the question goes by, without what nobody knows of this case."""
    every = {
        "pk": complaint.pk, "branch_id": complaint.branch_id, "category_id": complaint.category_id,
        "medical_organisation_id": complaint.medical_organisation_id, "policy_blind": card.policy_blind,
        "patient_surname_key": card.patient_surname_key or None, "birth_blind": card.birth_blind,
    }  # fmt: skip
    return {name: value for name, value in every.items() if value is not None}


def _asked(about: Any, asker: Profile) -> ready_sql.Wanted:
    mine = Complaint.objects.visible_to(asker)
    own = WorkDraft.objects.of(user_id=asker.user_id, complaint_id=about.pk)
    texts = Template.objects.for_branch(about.branch_id, NOW.date()).about(about.category_id)
    columns: dict[str, Any] = {
        "previous": _rows(mine.of_the_patient(about)),
        "alike": _rows(mine.alike(about, since=_SINCE)),
        "linked": _rows(mine.linked_to(about.pk)),
        "texts": ArraySubquery(texts.values(row=_TEXT)[:MOST_TEXTS]),
        "drafts": ArraySubquery(own.values(row=_DRAFT)[:MOST_DRAFTS]),
    }
    return Complaint.objects.among([about.pk]).annotate(**columns), list(columns)


def _rows(cases: ComplaintQuerySet) -> ArraySubquery:
    return ArraySubquery(cases.values(row=_ROW)[:MOST])


def _case(row: dict[str, Any]) -> Complaint:
    """As much of it as a line shows and the rule of opening asks for."""
    theme, registered_at = row.pop("theme"), datetime.fromisoformat(row.pop("registered_at"))
    return Complaint(**row, category=Category(title=theme), registered_at=registered_at)


def _draft(row: dict[str, Any]) -> WorkDraft:
    """Sealed as it came; it is opened when a form begins with it."""
    row["sealed"] = _SEALED.from_db_value(base64.b64decode(row["sealed"]))
    row["saved_at"] = datetime.fromisoformat(row["saved_at"])
    return WorkDraft(**row)
