"""Sessions of staff: how long they live, what ends them, what they have proven.

A session keeps four marks: when it began, when its person last did something, when they last proved who they
are, and whether a second factor was used. Django binds it to the password and to `User.sessions_ended_at`, so
that a new value there ends every session of the person at once, on every machine, with no list to keep.
"""

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from representatives.models import User

#: Without a deed of the person: requests that an open page makes by itself are none.
IDLE = timedelta(minutes=30)
#: However busy.
LONGEST = timedelta(hours=12)
#: The moment of the last deed is written at most this often.
TOUCH_EVERY = timedelta(minutes=1)
#: How long a proof of identity holds for opening something sensitive, and for sending what was opened then.
PROOF = timedelta(minutes=5)
PROOF_FOR_SENDING = IDLE

#: In the empty session that follows one that ended by itself: whose it was, and what is typed there.
ENDED_OF = "staff_ended_of"
BEGAN, SEEN, PROVEN, SECOND_FACTOR = "staff_began", "staff_seen", "staff_proven", "staff_second_factor"


def begin(session: SessionBase, *, with_second_factor: bool, now: datetime) -> None:
    """Somebody has just signed in."""
    moment = now.timestamp()
    session.pop(ENDED_OF, None)
    session.update({BEGAN: moment, SEEN: moment, PROVEN: moment, SECOND_FACTOR: with_second_factor})


def is_over(session: SessionBase, now: datetime) -> bool:
    """Idle for too long, too old altogether, or not begun by a sign-in."""
    moment = now.timestamp()
    seen, began = session.get(SEEN, 0), session.get(BEGAN, 0)
    return bool(moment - seen > IDLE.total_seconds() or moment - began > LONGEST.total_seconds())


def touch(session: SessionBase, now: datetime) -> bool:
    """The person did something. Most calls write nothing; True for those that do."""
    is_due: bool = now.timestamp() - session.get(SEEN, 0) > TOUCH_EVERY.total_seconds()
    if is_due:
        session[SEEN] = now.timestamp()
    return is_due


def prove(session: SessionBase, now: datetime) -> None:
    """The person has just given a password, a code or a key."""
    session[PROVEN] = now.timestamp()


def has_proof(session: SessionBase, *, for_sending: bool = False, now: datetime) -> bool:
    """The person proved who they are a short while ago."""
    age = now.timestamp() - session.get(PROVEN, 0)
    return bool(age <= (PROOF_FOR_SENDING if for_sending else PROOF).total_seconds())


def is_complete(session: SessionBase, user: User) -> bool:
    """A second factor was used, or is not asked of this person: a demo account in a demo, nobody else."""
    return bool(session.get(SECOND_FACTOR)) or (user.is_demo and settings.DEMO)


def signed_in(session_key: str | None, now: datetime) -> User | None:
    """Whose session this is, if it is complete and not over. Reads it anew: for sockets, which outlive it."""
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]  # it reads nothing but the session
    if not isinstance(user, User) or is_over(store, now) or not is_complete(store, user):
        return None
    return user


def stands(session_key: str | None) -> bool:
    """Nobody has ended this session: read anew, for a request that took its time."""
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return isinstance(get_user(SimpleNamespace(session=store)), User)  # type: ignore[arg-type]  # as above


def end_all(user: User, *, now: datetime) -> None:
    """End every session of this person, at once."""
    user.sessions_ended_at = now
    user.save(update_fields=["sessions_ended_at"])
    for listed in UserSession.objects.filter(user_id=user.pk):
        listed.end()


def end_others(request: HttpRequest, user: User, *, now: datetime) -> None:
    """End every session of this person but the one of this request, which goes on under a new key."""
    end_all(user, now=now)
    kept: Any = request.user
    kept.sessions_ended_at = user.sessions_ended_at
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
