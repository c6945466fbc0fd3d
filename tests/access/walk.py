"""Every address of the portal, found in Django's own resolver."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from complaints.api import examples
from insurers.models import Branch
from tests.access.world import World, undone
from tests.complaints.public.conftest import photo_bytes
from tests.complaints.voices.sounds import wav


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name with namespaces, and the parts it wants."""

    name: str
    parts: tuple[str, ...]

    def address(self, world: World) -> str:
        """Where it is for the case of this world. A KeyError names a part to add to world.known."""
        known = world.known | {"object_id": _object_of(self.name)}
        if self.name == "api:unknown":
            return "/api/v1/nothing/"
        return reverse(self.name, kwargs={part: known[part] for part in self.parts})

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")


@cache
def routes() -> tuple[Route, ...]:
    """All that have a name; of the few without one Django itself makes other addresses."""
    return tuple(Route(name, parts) for name, parts in dict(_walk(get_resolver().url_patterns)).items())


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str = "", before: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in patterns:
        parts = (*before, *_parts(entry))
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inside, parts)
        elif entry.name:
            yield namespace + entry.name, parts


def _parts(entry: URLPattern | URLResolver) -> tuple[str, ...]:
    pattern = entry.pattern
    return tuple(pattern.regex.groupindex if isinstance(pattern, RegexPattern) else pattern.converters)


def _object_of(name: str) -> object:
    """The first row of the model that a page of the administration is about."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model._default_manager.values_list("pk", flat=True).first() or 1
    return 1


def ask(world: World, route: Route, method: str, role: str, typed: Mapping[str, object] | None = None) -> Any:
    """One request of this person; what it writes is undone, in their browser too.

    A POST brings what the world types, or `typed` instead.
    """
    client, address = world.clients[role], route.address(world)
    cookies = deepcopy(client.cookies)
    try:
        with undone():
            if method != "POST":
                return client.generic(method, address)
            return _post(world, client, route, address) if typed is None else client.post(address, typed)
    finally:
        client.cookies = cookies


def _post(world: World, client: Client, route: Route, address: str) -> Any:
    if route.name == "api:files":
        return client.post(address, {"file": SimpleUploadedFile("a.jpg", photo_bytes((8, 8)))})
    if route.name == "api:recordings":
        return client.post(address, {"file": SimpleUploadedFile("a.wav", wav(0.5))})
    if address.startswith("/api/"):
        body = json.dumps(API_BODIES.get(route.name, {}))
        headers = {"Idempotency-Key": "one and only"}
        return client.post(address, body, content_type="application/json", headers=headers)
    meant = MEANT.get(route.name, {})
    return client.post(address, world.typed | {"to": _receiver(world, route.name)} | meant)


def _receiver(world: World, name: str) -> object:
    """Who gets a case: a colleague, or the fund."""
    fund = Branch.objects.fund_of_region(world.branch.region)
    return {"staff:hand_over": world.known["colleague"], "staff:forward": fund.pk if fund else 0}.get(
        name, ""
    )


#: What an act means by words that others use too.
MEANT: dict[str, dict[str, Any]] = {
    "staff:extend": {"days": 30, "reason": "review_goes_on"},
    "staff:clinic": {"clinic": "Поликлиника № 2"},
}
#: What operations of the API are sent: the examples of its description.
API_BODIES: dict[str, Any] = {
    "api:complaints": examples.FILING,
    "api:calls": examples.CALL,
    "api:policy_check": examples.POLICY_CHECK,
    "api:messages": examples.PATIENT_MESSAGE,
    "api:search": examples.SEARCH_WORDS,
    "api:release": examples.RELEASE,
    "api:message": examples.MESSAGE,
    "api:escalate": examples.ESCALATE,
    "api:return": examples.RETURN,
    "api:wait": examples.WAIT,
    "api:resolve": examples.RESOLVE,
    "api:reopen": examples.REOPEN,
    "api:forward": examples.FORWARD,
    "api:reclassify": examples.MAKE_URGENT,
    "api:decide_reclassification": examples.APPROVE,
    "api:review_answer": examples.APPROVE_ANSWER,
    "api:without_answer": examples.LEAVE,
    "api:decide_without_answer": examples.APPROVE_LEAVING,
}
