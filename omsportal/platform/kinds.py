"""The words that plumbing rows may use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a notice travels; `portal` means shown inside the portal, delivered as soon as it is written."""

    PORTAL = "portal", _("in the portal")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    WEBHOOK = "webhook", _("webhook")


class JobState(models.TextChoices):
    """A job waits, runs and ends one way or the other."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Severity(models.TextChoices):
    """How soon a person must look."""

    NOTICE = "notice", _("worth knowing")
    WARNING = "warning", _("needs attention")
    CRITICAL = "critical", _("needs attention at once")


class Reader(models.TextChoices):
    """Who opened something."""

    USER = "user", _("staff")
    PATIENT = "patient", _("patient")
    API = "api", _("another system")


class Reading(models.TextChoices):
    """What was opened."""

    CARD = "card", _("card")
    CONTENT = "content", _("story and messages")
    FILE = "file", _("file")
    EXPORT = "export", _("export")
    UNMASK = "unmask", _("hidden data")
    SEARCH = "search", _("search and its results")
