"""The description is valid, complete, in both languages, and every example in it works."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.urls import URLPattern
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from complaints.api import urls
from tests.complaints.api.conftest import Api
from tests.complaints.api.test_patient import photo
from tests.complaints.api.test_staff import ready_for

pytestmark = pytest.mark.django_db
HIDDEN = {"schema", "docs", "unknown"}


def read(**headers: str) -> dict[str, Any]:
    response = Api().client.get("/api/schema/", headers=headers)
    assert response.status_code == 200
    schema: dict[str, Any] = response.json()
    return schema


def operations(schema: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        *_, group, name = node["$ref"].split("/")
        node = schema["components"][group][name]
    return node


def test_it_is_valid_openapi_3_1():
    schema = read()
    assert schema["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_it_describes_every_address():
    described = {path for path, _method, _operation in operations(read()).values()}
    mounted = {
        "/api/" + str(pattern.pattern).replace("<str:number>", "{number}")
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern) and pattern.name not in HIDDEN
    }
    assert described == mounted


def test_it_speaks_russian_and_english():
    russian, english = (operations(read(Accept_Language=language)) for language in ("ru", "en"))
    for name, (_path, _method, operation) in russian.items():
        assert operation["summary"] != english[name][2]["summary"], name
        assert operation["description"] != english[name][2]["description"], name


def said(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text for people, and where it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in {"description", "summary", "title"} and isinstance(value, str):
                yield path, value
            elif name not in {"example", "examples"}:
                yield from said(value, f"{path}/{name}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from said(value, f"{path}/{place}")


def test_no_text_of_the_russian_description_is_english():
    """Names of values stand in backticks; everything beside them is for people."""
    lines = [(path, line) for path, text in said(read(Accept_Language="ru")) for line in text.splitlines()]
    english = [
        (path, line)
        for path, line in lines
        if line.strip() and not re.search("[А-Яа-яЁё]", re.sub("`[^`]*`", "", line))
    ]
    assert english == []


def test_it_names_the_headers_of_limits_and_of_what_has_not_changed():
    schema = read()
    assert set(schema["components"]["headers"]) == {"RateLimit-Policy", "RateLimit", "ETag"}
    for name, (_path, method, operation) in operations(schema).items():
        kept = method == "get" and operation["tags"] != ["patient"]
        asked = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert ("If-None-Match" in asked, "304" in operation["responses"]) == (kept, kept), name
        done = operation["responses"]["200" if "200" in operation["responses"] else "201"]
        assert done["description"]
        assert ("ETag" in done["headers"]) == kept


def test_what_has_an_etag_is_not_sent_again(world):
    api, schema = world.key(), read()
    case = world.case()
    for name, (path, _method, operation) in operations(schema).items():
        if "304" in operation["responses"]:
            address = path.removeprefix("/api/v1").format(number=case.number)
            needed = [each for each in operation.get("parameters", []) if each.get("required")]
            asked = {each["name"]: each["example"] for each in needed if each["in"] == "query"}
            first = api.get(address, asked)
            again = api.get(address, asked, If_None_Match=first.headers["ETag"])
            assert (again.status_code, again.content) == (304, b""), name


def test_it_is_served_as_yaml_too():
    response = Api().client.get("/api/schema/", {"format": "yaml"})
    assert yaml.safe_load(response.content)["openapi"].startswith("3.1")


def test_every_field_and_parameter_is_described():
    schema = read()
    for name, component in schema["components"]["schemas"].items():
        for field, described in component.get("properties", {}).items():
            parts = [described, *described.get("allOf", []), *described.get("oneOf", [])]
            assert any("description" in resolved(schema, part) for part in parts) or field == "errors", (
                name, field,
            )  # fmt: skip
    for path, _method, operation in operations(schema).values():
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])


def test_every_operation_tells_its_problems():
    schema = read()
    for _path, _method, operation in operations(schema).values():
        problems = {status for status in operation["responses"] if int(status) >= 400}
        assert {"405", "406", "429"} <= problems
        for status in problems:
            content = resolved(schema, operation["responses"][status])["content"]
            assert set(content) == {"application/problem+json"}


def test_every_body_has_an_example_that_fits_its_schema():
    schema = read()
    for name, (_path, _method, operation) in operations(schema).items():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if media_type != "application/json":
                continue
            examples = [example["value"] for example in content.get("examples", {}).values()]
            assert examples, name
            whole = {**resolved(schema, content["schema"]), "components": schema["components"]}
            for example in examples:
                assert list(Draft202012Validator(whole).iter_errors(example)) == [], name


PUBLIC = ["file_complaint", "check_policy"]
STAFF = ["message", "escalate", "return", "wait", "resolve", "reopen", "forward", "release", "reclassify"]


def examples_of(name: str) -> list[Any]:
    content = operations(read())[name][2]["requestBody"]["content"]["application/json"]
    return [example["value"] for example in content["examples"].values()]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_examples_work(world, name):
    path = operations(read())[name][0].removeprefix("/api/v1")
    for number, example in enumerate(examples_of(name)):
        response = Api().post(path, example, Idempotency_Key=f"example {number}")
        assert response.status_code in {200, 201}, response.content.decode()


def test_patient_examples_work(world):
    filed = world.filed()
    for example in examples_of("write_message"):
        response = Api().post(
            f"/complaints/{filed.number}/messages/", example, X_Access_Code=filed.access_code
        )
        assert response.status_code == 201
    sent = Api().upload(
        f"/complaints/{filed.number}/files/", {"file": photo()}, X_Access_Code=filed.access_code
    )
    assert sent.status_code == 201


@pytest.mark.parametrize("act", STAFF)
def test_staff_examples_work(world, act):
    for example in examples_of(f"{act}_case"):
        case = ready_for(world, act)
        response = world.staff("specialist").post(f"/cases/{case.number}/{act}/", example)
        assert response.status_code == (201 if act == "message" else 200), response.content.decode()


def test_answers_fit_the_description(world):
    """Every operation's successful answer is what the schema says."""
    schema, filed = read(), world.filed()
    api, code = world.key(), {"X_Access_Code": filed.access_code}
    answers = {
        "list_categories": api.get("/categories/"),
        "list_regions": api.get("/regions/"),
        "list_insurers": api.get("/insurers/"),
        "list_hotlines": api.get("/hotlines/", {"region": "76"}),
        "read_complaint": api.get(f"/complaints/{filed.number}/", **code),
        "list_queue": api.get("/queue/"),
        "read_case": api.get(f"/cases/{filed.number}/"),
        "take_next": api.post("/queue/take/"),
        "wait_case": api.post(f"/cases/{filed.number}/wait/", {"question": "Когда?"}),
        "resume_case": api.post(f"/cases/{filed.number}/resume/"),
        "resolve_case": api.post(f"/cases/{filed.number}/resolve/", {"outcome": "organised", "text": "Да"}),
        "reopen_case": api.post(f"/cases/{filed.number}/reopen/", {"text": "Нет"}),
    }
    described = operations(schema)
    for name, answer in answers.items():
        assert answer.status_code == 200, (name, answer.content.decode())
        content = described[name][2]["responses"]["200"]["content"]["application/json"]
        whole = {**content["schema"], "components": schema["components"]}
        assert list(Draft202012Validator(whole).iter_errors(answer.json())) == [], name


def test_the_page_loads_only_from_this_host_and_has_nothing_inline(world):
    response = Api().client.get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "http" not in page.replace("https://", "http").replace('"http-', "")
    assert "<style" not in page
    assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])
