"""The fixed vocabulary of staff: tiers, actions, how far a right reaches, presence."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(IntegerChoices):
    """Who works a case: three tiers of insurance representatives, and the regional fund's own staff."""

    CONTACT_CENTRE = 1, _("tier 1, contact centre")
    SPECIALISTS = 2, _("tier 2, rights specialists")
    EXPERTS = 3, _("tier 3, experts")
    FUND = 4, _("fund")


INSURER_TIERS = (Tier.CONTACT_CENTRE, Tier.SPECIALISTS, Tier.EXPERTS)


class Action(TextChoices):
    """What a tier may be permitted to do: rows of TierRight say who may, never `if tier == 3`."""

    REGISTER = "register", _("register, classify, consult by script")
    CLOSE_CONSULTATION = "close_consultation", _("close a consultation, proposal or thanks")
    CLOSE_COMPLAINT = "close_complaint", _("close a complaint")
    ORGANISE_CARE = "organise_care", _("call the clinic to organise care")
    ASK_CLINIC = "ask_clinic", _("ask the clinic for an explanation")
    OPEN_DOCUMENTS = "open_documents", _("open medical documents")
    ORDER_REVIEW = "order_review", _("order an expert review")
    DEMAND_REFUND = "demand_refund", _("refund demand to the clinic")
    COURT_DOCUMENTS = "court_documents", _("court documents")
    CAMPAIGNS = "campaigns", _("check-up campaigns and surveys")
    ESCALATE = "escalate", _("pass a case to the next tier")
    RETURN = "return", _("return a case to the tier below")
    FORWARD = "forward", _("forward a case to another body")
    EDIT_ORGANISATIONS = "edit_organisations", _("look after phones, offices and posts")
    EDIT_TERMS = "edit_terms", _("look after the waiting times of the region")


class Extent(TextChoices):
    """How far a right reaches."""

    FULL = "full", _("in full")
    OWN_CASES = "own_cases", _("own cases only")
    WITHOUT_REVIEW = "without_review", _("without an expert review")
    PROPOSE = "propose", _("may propose")
    DRAFT = "draft", _("may draft")


class Presence(TextChoices):
    FREE = "free", _("free")
    BUSY = "busy", _("busy")
    BREAK = "break", _("on a break")
    AWAY = "away", _("away")


class AppointmentRole(TextChoices):
    HEAD = "head", _("head of a branch")
    INSURER_ADMIN = "insurer_admin", _("insurer's administrator")
    EDITOR = "editor", _("editor of what all patients read")
