"""What travels beside the bodies: how many calls are left, and whether an answer has changed."""

from typing import Any

from django.utils.translation import gettext as _

#: Answers of these operations may be kept, so they carry an ETag.
_KEPT = {"public", "staff"}
NOT_MODIFIED = "304"


def describe(method: str, operation: dict[str, Any]) -> None:
    """Name the headers of every answer of an operation, and the question whether it has changed."""
    has_etag = method == "get" and operation["tags"][0] in _KEPT
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        response["description"] = _done(status)
        names = ["RateLimit-Policy", "RateLimit", *(["ETag"] if has_etag else [])]
        response["headers"] = {name: _ref(name) for name in names} | response.get("headers", {})
    if has_etag:
        operation.setdefault("parameters", []).append(_if_none_match())
        operation["responses"][NOT_MODIFIED] = {
            "description": _("Not changed since the answer with this ETag; no body"),
            "headers": {"ETag": _ref("ETag")},
        }


def components() -> dict[str, Any]:
    """The headers that operations refer to."""
    texts = {
        "RateLimit-Policy": _('The limit and its seconds: `"api.key";q=600;w=60`; a session has none'),
        "RateLimit": _("How many calls are left, and in how many seconds the count begins anew"),
        "ETag": _("Names this state of the answer: send it back as If-None-Match"),
    }
    return {
        name: {"schema": {"type": "string"}, "description": description}
        for name, description in texts.items()
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def _if_none_match() -> dict[str, Any]:
    return {
        "in": "header",
        "name": "If-None-Match",
        "schema": {"type": "string"},
        "description": _("The ETag of an answer that you have: 304 without a body while it still holds"),
    }


def _done(status: str) -> str:
    texts = {"200": _("Done"), "201": _("Made"), "204": _("Nothing to take")}
    return texts[status]
