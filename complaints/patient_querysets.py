"""Reads about what patients leave with us without an account: drafts, sessions, codes, contacts."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Q, QuerySet


class DraftQuerySet(QuerySet[Any]):
    def alive(self, *, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)

    def alive_now(self) -> Self:
        """By the database's clock, which each row brings along as `asked_at`."""
        return self.annotate(asked_at=TransactionNow()).filter(expires_at__gt=TransactionNow())

    def expired(self, *, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)

    def unsent(self) -> Self:
        return self.filter(complaint=None)

    def sent(self) -> Self:
        return self.exclude(complaint=None).select_related(
            "complaint__branch__region", "complaint__branch__insurer", "complaint__category"
        )

    def by_digest(self, digest: bytes) -> Self:
        """One or none."""
        return self.filter(token_digest=digest)

    def for_sending(self, digest: bytes) -> Self:
        """One or none, locked: whoever comes second waits and finds it sent."""
        return self.select_for_update(of=("self",)).filter(token_digest=digest)


class IncomingCallQuerySet(QuerySet[Any]):
    def for_opening(self, digest: bytes) -> Any:
        """The call or None, locked: of two people the second finds it opened."""
        return self.select_for_update(of=("self",)).filter(token_digest=digest).first()

    def expired(self, *, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class PatientSessionQuerySet(QuerySet[Any]):
    def with_case(self) -> Self:
        """Session, case, card and answer in one query: the patient's page is opened often."""
        return self.select_related(
            "complaint__card",
            "complaint__answer",
            "complaint__rating",
            "complaint__category",
            "complaint__branch__region",
            "complaint__branch__insurer",
        )

    def of_token(self, digest: bytes) -> Self:
        return self.filter(token_digest=digest)

    def alive(self, *, now: datetime, idle_since: datetime) -> Self:
        return self.filter(ended_at=None, last_seen_at__gt=idle_since, expires_at__gt=now)


class OneTimeCodeQuerySet(QuerySet[Any]):
    def open(self, *, now: datetime) -> Self:
        """May still be typed: not used, not over, and not guessed at too often."""
        return self.filter(used_at=None, expires_at__gt=now, attempts__lt=self.model.MOST_ATTEMPTS)

    def to_confirm(self, complaint_id: int) -> Self:
        """What this case asked for to tell who asks, the latest first."""
        known = ("registry_phone", "email", "phone")
        return self.filter(complaint=complaint_id, purpose__in=known).order_by("-id")

    def gone_to(self, complaint_id: int, way: str) -> Self:
        """Unused ones that a contact of this case got: to tell who asks, or for a new access code."""
        return self.filter(complaint=complaint_id, purpose__in=("recovery", way), used_at=None)

    def of_browser(self, digest: bytes) -> Any:
        """The recovery that a browser began, or None."""
        return self.filter(token_digest=digest).select_related("complaint").first()

    def over(self, *, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class ContactLinkQuerySet(QuerySet[Any]):
    def by_digest(self, digest: bytes) -> Any:
        """The link or None."""
        return self.filter(token_digest=digest).first()

    def refused(self, complaint_id: int) -> Self:
        return self.filter(complaint=complaint_id, refused_at__isnull=False)


class ContactChangeQuerySet(QuerySet[Any]):
    def of_browser(self, session_id: int) -> Self:
        """What this browser asked for and has not finished, the latest first."""
        wanted = self.filter(session=session_id, made_at=None).order_by("-id")
        return wanted.select_related("new_code", "known_code", "complaint__card__policy")

    def asked_before(self, moment: datetime) -> Self:
        return self.filter(asked_at__lt=moment)

    def made_since(self, complaint_id: int, way: str, moment: datetime) -> Self:
        """Of one contact of a case."""
        return self.filter(complaint=complaint_id, way=way, made_at__gt=moment)

    def of_case_since(self, complaint_id: int, moment: datetime) -> Self:
        """Of a contact to which codes go."""
        return self.filter(complaint=complaint_id, made_at__gt=moment).exclude(way="address")

    def with_code(self, code_id: int) -> Self:
        """The change that a code to a new or a known contact belongs to; none for codes of anything else."""
        return self.filter(Q(new_code=code_id) | Q(known_code=code_id))
