"""The OpenAPI description: problems of every operation, who may call it, strict bodies."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from complaints.api import examples, schema_headers
from complaints.api.fields import TextField
from complaints.api.problems import MEDIA_TYPE, title_of

IDEMPOTENCY_PATTERN = r"^[!-~]([ -~]{0,253}[!-~])?$"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": IDEMPOTENCY_PATTERN},
    OpenApiParameter.HEADER,
    required=True,
    description=gettext_lazy(
        "A new random text for each appeal, for example a UUID. The same key with the same body answers the "
        "same for 24 hours, so a request that got no answer can be sent again without harm."
    ),
    examples=[OpenApiExample("UUID", value="4f9b7e6a-6d1c-4b93-9b9e-3f1a2c5d7e80")],
)
MESSAGE_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": IDEMPOTENCY_PATTERN},
    OpenApiParameter.HEADER,
    description=gettext_lazy("If it is sent, a repeated request posts the message once."),
)
NUMBER = OpenApiParameter(
    "number",
    {"type": "string", "pattern": r"^[0-9]{2}-[0-9]{2}-[0-9]{7}-[0-9]$"},
    OpenApiParameter.PATH,
    description=gettext_lazy("Number of the appeal"),
    examples=[OpenApiExample("demo", value=examples.APPEAL.number)],
)
ACCESS_CODE = OpenApiParameter(
    "X-Access-Code",
    {"type": "string", "minLength": 1},
    OpenApiParameter.HEADER,
    required=True,
    description=gettext_lazy("The access code that came with the number: 16 digits, with or without spaces."),
    examples=[OpenApiExample("demo", value=examples.APPEAL.access_code)],
)

ALWAYS = (405, 406, 429, 503)
OF_PATIENT = (401, 404)
OF_STAFF = (401, 403)
OF_BODY = (400, 413, 415, 422)


class ApiSchema(AutoSchema):
    """Groups operations by who calls them."""

    def get_tags(self) -> list[str]:
        """Public, patient or staff, by the view's kind."""
        from complaints.api.views.base import PatientView, StaffView

        if isinstance(self.view, StaffView):
            return ["staff"]
        return ["patient" if isinstance(self.view, PatientView) else "public"]

    def get_auth(self) -> list[dict[str, Any]]:
        """The access code is a parameter like the number: both together open one case, and no more."""
        auth: list[dict[str, Any]] = super().get_auth() if self.get_tags() == ["staff"] else []
        return auth


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped hook
    target_class = "complaints.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        description = _("Key of a branch: `Authorization: Api-Key oms_…`.")
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": description}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped hook
    target_class = "complaints.api.authentication.SessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        from django.conf import settings

        description = _("The session of the workplace; changes need the header X-CSRFToken too.")
        name = settings.SESSION_COOKIE_NAME
        return {"type": "apiKey", "in": "cookie", "name": name, "description": description}


class TextFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped hook
    """What the field checks by itself, so that the schema tells it too."""

    target_class = "complaints.api.fields.TextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:  # noqa: ARG002
        field: TextField = self.target
        schema: dict[str, Any] = {"type": "string", "maxLength": field.max_length}
        if not field.allow_blank:
            schema["minLength"] = 1
        return schema | ({"pattern": field.pattern} if field.pattern else {})


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ARG001
    """Every operation lists the problems it may answer with; every body refuses unknown fields."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in _statuses(path, operation):
                operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
            schema_headers.describe(method, operation)
            _show_parameters(operation)
    components = result["components"]
    components["headers"] = schema_headers.components()
    components["responses"] = {str(status): _response(status) for status in _all_statuses()}
    for name, schema in components["schemas"].items():
        if "properties" in schema:
            schema.pop("description", None)  # of our own code, and in one language
        if name.endswith("InputRequest"):
            schema["additionalProperties"] = False
    components["schemas"] |= {"Problem": _problem(), "Fault": _fault()}
    return result


def _show_parameters(operation: dict[str, Any]) -> None:
    """Whoever tries an operation out finds in the form what it cannot do without."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and parameter.get("required"):
            parameter["example"] = examples.QUERY[parameter["name"]]


def _all_statuses() -> list[int]:
    return sorted({*ALWAYS, *OF_PATIENT, *OF_STAFF, *OF_BODY, 409})


def _statuses(path: str, operation: dict[str, Any]) -> list[int]:
    tag, statuses = operation["tags"][0], set(ALWAYS)
    if tag == "patient":
        statuses |= set(OF_PATIENT)
    if tag == "staff":
        statuses |= set(OF_STAFF)
        statuses |= {404, 409} if "{number}" in path else set()
    takes_input = "requestBody" in operation or "parameters" in operation
    return sorted(statuses | (set(OF_BODY) if takes_input else set()))


def _response(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": title_of(status),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    headers = {
        401: ("WWW-Authenticate", _("How to say who you are")),
        405: ("Allow", _("What this address can do")),
        429: ("Retry-After", _("Seconds to wait")),
        503: ("Retry-After", _("Seconds to wait")),
    }
    if status in headers:
        name, description = headers[status]
        response["headers"] = {name: {"schema": {"type": "string"}, "description": description}}
    return response


def _problem() -> dict[str, Any]:
    texts = {
        "type": _("URN of the problem"),
        "title": _("Class of the problem"),
        "code": _("For programs"),
        "detail": _("For people: what to do next"),
        "instance": _("Path of the request"),
        "request_id": _("Say it when you ask for help"),
    }
    properties: dict[str, Any] = {name: _text(description) for name, description in texts.items()}
    properties["status"] = {"type": "integer", "description": _("HTTP status")}
    properties["errors"] = {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}
    description = _("Problem details of RFC 9457 in the caller's language.")
    required = [*texts, "status"]
    return {"type": "object", "description": description, "properties": properties, "required": required}


def _fault() -> dict[str, Any]:
    texts = {
        "field": _("Path of the field, empty for the whole body"),
        "code": _("For programs"),
        "message": _("For people: what to do next"),
    }
    properties = {name: _text(description) for name, description in texts.items()}
    description = _("What is wrong with one field.")
    return {"type": "object", "description": description, "properties": properties, "required": [*texts]}


def _text(description: str) -> dict[str, str]:
    return {"type": "string", "description": description}
