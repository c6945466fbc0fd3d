"""The fixed vocabulary of a case, as shown on screen. Statuses and events live in states.py."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.states import Event, Status


class Kind(TextChoices):
    COMPLAINT = "complaint", _("complaint")
    APPLICATION = "application", _("application")
    CONSULTATION = "consultation", _("consultation")
    PROPOSAL = "proposal", _("proposal")
    THANKS = "thanks", _("thanks")


class Channel(TextChoices):
    SITE = "site", _("site")
    PHONE = "phone", _("phone")
    VOICEMAIL = "voicemail", _("voicemail")
    CHAT = "chat", _("chat")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")
    VISIT = "visit", _("visit")
    CLINIC_POST = "clinic_post", _("post in a clinic")
    OTHER_BODY = "other_body", _("another body")
    API = "api", _("another system")


class Form(TextChoices):
    """The legal clock runs for written and electronic appeals only."""

    WRITTEN = "written", _("written or electronic")
    ORAL = "oral", _("oral")


class Urgency(TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    URGENT = "urgent", _("urgent: in the clinic now")


class Stage(TextChoices):
    REACTION = "reaction", _("first reaction")
    RESOLUTION = "resolution", _("decision")


class ForWhom(TextChoices):
    SELF = "self", _("for myself")
    CHILD = "child", _("for my child")
    RELATIVE = "relative", _("for a relative")
    OTHER = "other", _("for another person")


class IdentityLevel(IntegerChoices):
    """How surely we know who asks; what may be disclosed depends on it."""

    NONE = 0, _("not confirmed")
    CONTACT = 1, _("contact confirmed")
    REGISTRY = 2, _("phone of the registry or a document")
    IN_PERSON = 3, _("in person")
    ESIA = 4, _("Gosuslugi")


class Proof(TextChoices):
    """By what we know who asks: a code to a contact or to the insurer's record, a document as it was seen."""

    EMAIL_CODE = "email_code", _("code by e-mail")
    PHONE_CODE = "phone_code", _("code by SMS")
    REGISTRY_PHONE = "registry_phone", _("code to the phone in the insurer's records")
    SEEN_PASSPORT = "seen_passport", _("passport, seen in person")
    SEEN_BIRTH = "seen_birth", _("child's birth certificate and parent's passport, seen in person")
    SEEN_AUTHORITY = "seen_authority", _("power of attorney and passport, seen in person")
    SEEN_OTHER = "seen_other", _("another identity document, seen in person")
    COPY_PASSPORT = "copy_passport", _("copy of a passport")
    COPY_BIRTH = "copy_birth", _("copies of the birth certificate and the parent's passport")
    COPY_AUTHORITY = "copy_authority", _("copies of the power of attorney and the passport")
    COPY_OTHER = "copy_other", _("copy of another identity document")


#: How far each proof carries.
LEVEL_OF_PROOF: dict[str, IdentityLevel] = {
    Proof.EMAIL_CODE: IdentityLevel.CONTACT,
    Proof.PHONE_CODE: IdentityLevel.CONTACT,
    Proof.REGISTRY_PHONE: IdentityLevel.REGISTRY,
    Proof.SEEN_PASSPORT: IdentityLevel.IN_PERSON,
    Proof.SEEN_BIRTH: IdentityLevel.IN_PERSON,
    Proof.SEEN_AUTHORITY: IdentityLevel.IN_PERSON,
    Proof.SEEN_OTHER: IdentityLevel.IN_PERSON,
    Proof.COPY_PASSPORT: IdentityLevel.REGISTRY,
    Proof.COPY_BIRTH: IdentityLevel.REGISTRY,
    Proof.COPY_AUTHORITY: IdentityLevel.REGISTRY,
    Proof.COPY_OTHER: IdentityLevel.REGISTRY,
}
#: What staff judge; the codes judge themselves.
DOCUMENTS: tuple[Proof, ...] = tuple(proof for proof in Proof if proof.value.startswith(("seen_", "copy_")))


class ContactWay(TextChoices):
    """How we reach somebody about a case: what the applicant left, and what the insurer's records hold."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")
    REGISTRY = "registry", _("phone in the insurer's records")


class Changed(TextChoices):
    """What an applicant changes besides phone and e-mail."""

    ADDRESS = "address", _("postal address")
    ANSWER_CHANNEL = "answer_channel", _("way of the answer")


class DeathSource(TextChoices):
    """From where it is known that the patient has died."""

    TOLD = "death_told", _("a relative told us")
    PAPER = "death_paper", _("death certificate seen")
    REGISTRY = "death_registry", _("the policy ended for this reason")


class NamingConsent(TextChoices):
    YES = "yes", _("yes, you may name me")
    NO = "no", _("no, do not name me")
    ASK = "ask", _("ask me first")


class AnswerChannel(TextChoices):
    SITE = "site", _("on this site")
    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    OFFICE = "office", _("in the office")


class Outcome(TextChoices):
    JUSTIFIED = "justified", _("the complaint is justified")
    NOT_JUSTIFIED = "not_justified", _("no violation found")
    CLARIFIED = "clarified", _("clarified")
    ORGANISED = "organised", _("help organised")
    REDIRECTED = "redirected", _("redirected")
    REPEATED = "repeated", _("repeated appeal")


#: What a system may ask for; the last is refused, because two people decide it one after the other.
ASKED_OUTCOMES = [*Outcome.choices, (Status.LEFT_UNANSWERED.value, _("left without an answer"))]
#: Which outcomes a kind of appeal can have.
OUTCOMES_OF_KIND: dict[str, tuple[Outcome, ...]] = {
    Kind.COMPLAINT: (
        Outcome.JUSTIFIED, Outcome.NOT_JUSTIFIED, Outcome.ORGANISED, Outcome.REDIRECTED, Outcome.REPEATED,
    ),
    Kind.APPLICATION: (Outcome.ORGANISED, Outcome.CLARIFIED, Outcome.REDIRECTED, Outcome.REPEATED),
    Kind.CONSULTATION: (Outcome.CLARIFIED, Outcome.ORGANISED, Outcome.REDIRECTED),
    Kind.PROPOSAL: (Outcome.CLARIFIED, Outcome.REDIRECTED),
    Kind.THANKS: (Outcome.CLARIFIED,),
}  # fmt: skip


class Cause(TextChoices):
    """Who made a move happen."""

    TIMER = "timer", _("the timer")
    STAFF = "staff", _("staff")
    PATIENT = "patient", _("the patient")
    SYSTEM = "system", _("the portal")


class Reason(TextChoices):
    """Why a person moved a case: a code, because history holds no personal words."""

    COMPETENCE = "competence", _("needs a higher competence")
    PATIENT_ASKS = "patient_asks", _("the patient asks")
    CLINIC_REFUSES = "clinic_refuses", _("the clinic refuses")
    INCOMPLETE = "incomplete", _("the work of the tier is incomplete")
    WRONG_ADDRESSEE = "wrong_addressee", _("another body is competent")
    LEAVE = "leave", _("leave or end of shift")
    OTHER = "other", _("other, see the note")


class Extension(TextChoices):
    """Why the time to answer is extended (59-ФЗ art. 12 part 2)."""

    ASKED = "asked_documents", _("documents of a clinic or another body are awaited")
    REVIEW = "review_goes_on", _("a review of the care is under way")
    EXCEPTIONAL = "exceptional", _("an exceptional case, see the message to the applicant")


class Bond(TextChoices):
    """Why two appeals are linked as the same event, or are not any more."""

    SAME_EVENT = "same_event", _("the same event came another way")
    SENT_TWICE = "sent_twice", _("the same appeal was sent twice")
    OTHER_EVENT = "other_event", _("it is another event after all")
    BY_MISTAKE = "by_mistake", _("linked by mistake")


class NoAnswer(TextChoices):
    """On which ground of 59-ФЗ, article 11, an appeal has no answer; dated rows have words and terms."""

    NAMELESS = "nameless", _("no name or no address to answer to")
    COURT = "court_decision", _("against a decision of a court")
    INSULTS = "insults", _("insults or threats")
    ILLEGIBLE = "illegible", _("it cannot be read")
    NO_SENSE = "no_sense", _("what is asked cannot be made out")
    ENDED = "ended", _("answered more than once, nothing new is said")
    SECRET = "state_secret", _("an answer would give away a secret protected by law")


class TemplatePurpose(TextChoices):
    """What an approved text is for."""

    REPLY = "reply", _("text for the applicant")
    SCRIPT = "script", _("script of a talk with the applicant")
    CLINIC = "clinic", _("script of a call to the clinic")


class NamingSource(TextChoices):
    """What the applicant said when staff asked whether the clinic may hear the name."""

    YES = "naming_yes", _("the applicant allows it")
    NO = "naming_no", _("the applicant does not allow it")


class CallResult(TextChoices):
    """Why a call did not reach the person."""

    NO_ANSWER = "no_answer", _("nobody answers")
    BUSY = "busy", _("busy or out of reach")
    STRANGER = "stranger", _("somebody else answers")


STATUS_LABELS: dict[str, object] = {
    Status.NEW: _("in the queue"),
    Status.IN_WORK: _("in work"),
    Status.WAITING: _("waiting for the patient"),
    Status.RESOLVED: _("decided, the answer is being sent"),
    Status.ANSWERED: _("answered"),
    Status.CLOSED: _("closed"),
    Status.WITHDRAWN: _("withdrawn"),
    Status.FORWARDED: _("forwarded"),
    Status.LEFT_UNANSWERED: _("left without an answer"),
}
STATUS_CHOICES = [(status.value, STATUS_LABELS[status]) for status in Status]

EVENT_LABELS: dict[str, object] = {
    Event.FILED: _("appeal registered"),
    Event.CLAIMED: _("taken into work"),
    Event.RELEASED: _("put back into the queue"),
    Event.HANDED_OVER: _("handed over"),
    Event.ESCALATED: _("passed on by the timer"),
    Event.ESCALATED_BY_HAND: _("passed to the next tier"),
    Event.RETURNED: _("returned to the tier below"),
    Event.BREACHED: _("time of the last tier has run out"),
    Event.REACTED: _("first reaction"),
    Event.WAITED: _("question to the patient, clock paused"),
    Event.RESUMED: _("work resumed"),
    Event.RESOLVED: _("decided"),
    Event.ANSWERED: _("answer sent"),
    Event.CONFIRMED: _("the patient confirmed"),
    Event.REOPENED: _("the patient asked again"),
    Event.WITHDRAWN: _("withdrawn by the patient"),
    Event.FORWARDED: _("forwarded to the competent body"),
    Event.LEFT_UNANSWERED: _("left without an answer"),
    Event.EXTENDED: _("time to answer extended"),
    Event.RECLASSIFIED: _("reclassified"),
    Event.RECOUNTED: _("dates counted anew"),
    Event.ANSWER_RECOUNTED: _("date of the answer by law counted anew"),
    Event.WAIT_RECOUNTED: _("end of the pause counted anew"),
    Event.CALL_RECOUNTED: _("time to call back counted anew"),
    Event.CALLED_BACK: _("the patient was called back"),
    Event.CALL_FAILED: _("called, and nobody answered"),
    Event.CALLS_GIVEN_UP: _("called in vain for the last time: a letter is due"),
    Event.WRITTEN_DOWN: _("written down from what was said: the time of the law begins"),
    Event.PROPOSAL_REFUSED: _("proposed change of the classification refused"),
    Event.PROPOSAL_LAPSED: _("proposed change of the classification lapsed"),
    Event.BLOCKED: _("held for a person to look at"),
    Event.TRIED_AGAIN: _("given back to the timer"),
    Event.LOOKED_AT: _("sender and policy looked at: the mark is taken off"),
    Event.IDENTIFIED: _("identity confirmed"),
    Event.CODE_RENEWED: _("new access code issued"),
    Event.CONTACT_REFUSED: _("a stranger got our message: the contact is not used any more"),
    Event.BECAME_COMPLAINT: _("the patient made an appeal of the chat"),
    Event.CONTACTS_CHANGED: _("contacts or the way of the answer changed"),
    Event.DEATH_NOTED: _("noted that the patient has died"),
    Event.DEATH_TAKEN_BACK: _("mark of the patient's death taken back"),
    Event.ANSWER_PROPOSED: _("answer waits for a second person"),
    Event.ANSWER_RETURNED: _("answer returned by the second person"),
    Event.NAMING_NOTED: _("asked whether the clinic may hear the name"),
    Event.LINKED: _("linked with another appeal about the same event"),
    Event.UNLINKED: _("link with another appeal ended"),
    Event.GATHERED: _("gathered into an incident"),
    Event.SET_APART: _("taken out of the incident"),
    Event.LEAVING_PROPOSED: _("proposed to leave it without an answer"),
    Event.LEAVING_REFUSED: _("the second person did not agree to leave it without an answer"),
    Event.NOTICE_SENT: _("notice sent why there is no answer"),
}
EVENT_CHOICES = [(event.value, EVENT_LABELS[event]) for event in Event]
#: Why, on a line of history: why a person moved it, what told us who asks, which contact is wrong or new.
REASON_CHOICES = [
    *Reason.choices, *Proof.choices, *ContactWay.choices, *Changed.choices, *DeathSource.choices,
    *Bond.choices, *NoAnswer.choices, *NamingSource.choices, *Extension.choices,
]  # fmt: skip
