"""The sockets of the workplace and of patients. They carry no data of cases: only that something changed."""

import asyncio
import json
import logging
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from redis.exceptions import RedisError

from complaints.live.groups import group_of, group_of_case, group_of_readers
from complaints.live.readers import Readers
from complaints.permissions import Act, can
from complaints.reports.staff.lists import case_of
from complaints.reports.staff.places import branches_of
from complaints.services import patient_sessions
from complaints.views.public.cookies import PATIENT, full_name
from omsportal.platform.clock import database_now
from representatives.models import User
from representatives.profiles import profile_of

log = logging.getLogger(__name__)

#: At most one "changed" in so many seconds: the first at once, the last never lost, lists follow within two.
COALESCE_SECONDS = 1.5
#: A sign of life, sent through Redis and back: it proves the whole way, not only the socket.
ALIVE_SECONDS = 15.0
#: A case that is closed in its browser, or whose code was renewed, closes its sockets within so many seconds.
LOOK_EVERY_SECONDS = 10.0
NOT_SIGNED_IN = 4401
TRY_LATER = 1013
#: Open pages of one session that get a socket of this process; those beyond poll. Each socket asks the
#: database every ten seconds, and its page is fetched with each change: hundreds of one person slow all.
MOST_OF_A_SESSION = 12
_open: Counter[str] = Counter()
#: What this process has already complained about; empty while Redis answers.
_outage: list[str] = []


def say_once(error: Exception) -> None:
    """Hundreds of pages try again every few seconds: one line per outage is enough."""
    if not _outage:
        _outage.append(str(error))
        log.warning("live updates are away, pages poll: %s", error)


def groups_of(user: User) -> list[str]:
    """The groups of the branches whose cases this person sees, and of those they stand in for today.

    Who stands in for whom changes with the day: a socket hears of it when it connects anew, the page's own
    polling until then.
    """
    profile = profile_of(user, now=database_now())
    covered = {branch_id for branch_id, _tier in profile.covered}
    return [group_of(pk) for pk in covered.union(branches_of(profile).values_list("pk", flat=True))]


#: channels has no types.
Consumer: Any = AsyncWebsocketConsumer


class ChangesConsumer(Consumer):  # type: ignore[misc]  # a subclass of Any, see above
    """Joins the groups that this visitor may hear of and passes "changed" on."""

    @abstractmethod
    def groups_here(self) -> list[str] | None:
        """The groups to join; None: nobody whom we know. In a thread of its own: it may ask the database."""

    @abstractmethod
    def owner(self) -> str:
        """Whose session this socket is of; empty: nobody's."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Without Redis there is nothing to listen to: the socket closes, the page polls and tries again."""
        self.joined: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.changed = asyncio.Event()
        self.counted_for = ""
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, OSError) as error:
            say_once(error)
            await send({"type": "websocket.close", "code": TRY_LATER})
        finally:
            for task in self.tasks:
                task.cancel()
            self._leave_count()

    def _is_counted(self) -> bool:
        """False: this session has enough of them."""
        owner = self.owner()
        if _open[owner] >= MOST_OF_A_SESSION:
            return False
        if owner:
            _open[owner] += 1
        self.counted_for = owner
        return True

    def _leave_count(self) -> None:
        if self.counted_for:
            _open[self.counted_for] -= 1
            if not _open[self.counted_for]:
                del _open[self.counted_for]
            self.counted_for = ""

    async def connect(self) -> None:
        if not self._is_counted():
            await self.close(code=TRY_LATER)
            return
        groups = await database_sync_to_async(self.groups_here)()
        if groups is None:
            await self.close(code=NOT_SIGNED_IN)
            return
        for group in groups:
            await self.channel_layer.group_add(group, self.channel_name)
            self.joined.append(group)
        await self.accept()
        _outage.clear()
        self.tasks = [asyncio.create_task(duty()) for duty in self.duties()]
        await self.send(text_data="alive")

    def duties(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """What goes on while the socket is open."""
        return [self._tell, self._prove_life]

    async def disconnect(self, _code: int) -> None:
        for group in self.joined:
            with suppress(RedisError, OSError):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def cases_changed(self, _event: dict[str, Any]) -> None:
        """A group's message."""
        self.changed.set()

    async def life_proven(self, _event: dict[str, Any]) -> None:
        """Our own message came back."""
        await self.send(text_data="alive")

    async def _tell(self) -> None:
        """One word for all changes of a second."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            await self.send(text_data="changed")
            await asyncio.sleep(COALESCE_SECONDS)

    async def _prove_life(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            try:
                await self.channel_layer.send(self.channel_name, {"type": "life.proven"})
            except (RedisError, OSError):
                await self.close(code=TRY_LATER)
                return


class StaffConsumer(ChangesConsumer):
    """For whoever is signed in: of the branches whose cases they see."""

    def groups_here(self) -> list[str] | None:
        user = self.scope.get("user")
        return groups_of(user) if isinstance(user, User) else None

    def owner(self) -> str:
        user, session = self.scope.get("user"), self.scope.get("session")
        return str(getattr(session, "session_key", "") or "") if isinstance(user, User) else ""


class ReaderConsumer(StaffConsumer):
    """For a page with the content of a case: says too which colleagues have it open now.

    Everybody tells the others at the beginning, with each sign of life and at the end; whoever falls silent
    is gone. The names are kept nowhere.
    """

    def groups_here(self) -> list[str] | None:
        groups = super().groups_here()
        self.readers = Readers()
        user = self.scope.get("user")
        if groups is None or not isinstance(user, User):
            return None
        profile = profile_of(user, now=database_now())
        case = case_of(profile, self.scope["url_route"]["kwargs"]["number"])
        if case is not None and can(profile, Act.OPEN, case):
            self.readers = Readers(group=group_of_readers(case.pk), user_id=user.pk, name=str(user))
        return [*groups, *([self.readers.group] if self.readers.group else [])]

    async def connect(self) -> None:
        await super().connect()
        await self._say_here(asks=True)

    async def disconnect(self, code: int) -> None:
        if self.tasks and self.readers.group:
            with suppress(RedisError, OSError):
                gone = {"type": "reader.gone", "channel": self.channel_name}
                await self.channel_layer.group_send(self.readers.group, gone)
        await super().disconnect(code)

    async def life_proven(self, event: dict[str, Any]) -> None:
        await super().life_proven(event)
        await self._say_here(asks=False)
        await self._show()

    async def reader_here(self, event: dict[str, Any]) -> None:
        """A colleague, or another page of our own, has the case open."""
        self.readers.seen(event["channel"], event["user"], event["name"])
        if event["asks"] and event["channel"] != self.channel_name:
            await self._say_here(asks=False)
        await self._show()

    async def reader_gone(self, event: dict[str, Any]) -> None:
        self.readers.left(event["channel"])
        await self._show()

    async def _say_here(self, *, asks: bool) -> None:
        if self.tasks and self.readers.group:
            here = {"type": "reader.here", "channel": self.channel_name, "asks": asks}
            here |= {"user": self.readers.user_id, "name": self.readers.name}
            await self.channel_layer.group_send(self.readers.group, here)

    async def _show(self) -> None:
        """Only what is new."""
        names = self.readers.news()
        if names is not None:
            await self.send(text_data=json.dumps({"readers": names}, ensure_ascii=False))


class PatientConsumer(ChangesConsumer):
    """For a browser in which a case is open: of this case alone, and no longer than it is open there."""

    def groups_here(self) -> list[str] | None:
        case = patient_sessions.current(token=self._token(), touch=False, now=database_now())
        return [group_of_case(case.pk)] if case is not None else None

    def owner(self) -> str:
        return self._token()

    def duties(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        return [*super().duties(), self._watch]

    def _token(self) -> str:
        """The browser sends the cookie with the wish for a socket as with every request."""
        cookies: dict[str, str] = self.scope.get("cookies", {})
        is_secure = settings.HTTPS or self.scope.get("scheme") == "wss"
        return cookies.get(full_name(PATIENT, is_secure=is_secure), "")

    def _lasts(self) -> bool:
        """Without an answer the socket closes too: its page asks for another one."""
        try:
            return patient_sessions.lasts(token=self._token(), now=database_now())
        except DatabaseError as error:
            log.warning("cannot read the session of a socket: %s", type(error).__name__)
            return False

    async def _watch(self) -> None:
        while await database_sync_to_async(self._lasts)():
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        await self.close(code=NOT_SIGNED_IN)
