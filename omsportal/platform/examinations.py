"""What the doctor looks at in the plumbing: settings, keys, tables, processes, mail, room, clocks."""

import platform as machine
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult

import celery
import django
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.mail import EmailMessage, get_connection
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis import Redis, RedisError

from omsportal.platform import clamd, heartbeats, outages, probes, sealed, sms
from omsportal.platform.doctor import Finding, Grade, Visit, bad, good, register, warning
from omsportal.platform.fields import SealedField
from omsportal.platform.kinds import Severity
from omsportal.platform.metrics import existing
from omsportal.platform.models import Alarm, Heartbeat, Outbox

OLDEST_POSTGRES = 160000
#: The database's clock may differ from this machine's by so much.
DRIFT = timedelta(seconds=2)
LITTLE_BYTES, TOO_LITTLE_BYTES = 5 * 1024**3, probes.DISK_BYTES
#: Who must have given a sign of life within that time, and what to start when it has not.
PROCESSES: dict[str, tuple[timedelta, str]] = {
    "sweep": (timedelta(minutes=1), "escalator"),
    "escalator": (timedelta(minutes=1), "escalator"),
    "beat": (timedelta(minutes=5), "beat, worker, Valkey"),
    "deliver": (timedelta(minutes=5), "worker"),
    "seal": (timedelta(minutes=10), "escalator"),
}
SECONDS = 5


def configuration(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    """Django's checks and our own; those for deployments only where people come by https."""
    found = checks.run_checks(include_deployment_checks=settings.HTTPS, databases=["default"])
    for message in found:
        make = bad if message.level >= checks.ERROR else warning
        yield make(f"{message.id}: {message.msg}", message.hint or _("See docs/operations.md, Variables."))
    if not settings.HTTPS:
        advice = _("Right on a machine for trying things. For patients set SITE_URL to the https address.")
        yield warning(_("People come without https: this is no deployment."), advice)
    elif not found:
        yield good(_("Nothing to mend in the settings."))


def keys(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    """Present, and right for what lies in the database: the oldest and newest row of every sealed field."""
    opened, closed = 0, []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                for row in _first_and_last(model, field):
                    opened += 1
                    if not _opens(row, field):
                        closed.append(f"{model._meta.db_table}.{field.column} {row.pk}")
    if closed:
        advice = _("Put the key that sealed them back into SEALING_KEYS, behind the newest one.")
        yield bad(_("Sealed rows do not open: %(rows)s.") % {"rows": ", ".join(closed)}, advice)
    else:
        yield good(_("The keys open what they were asked to open: %(count)s rows.") % {"count": opened})


def _first_and_last(model: type[models.Model], field: SealedField) -> list[models.Model]:
    rows = model._base_manager.exclude(**{f"{field.name}__isnull": True}).only(
        "pk", field.attname, field.bound_to
    )
    found = [rows.order_by("pk").first(), rows.order_by("-pk").first()]
    return list({row.pk: row for row in found if row is not None}.values())


def _opens(row: models.Model, field: SealedField) -> bool:
    try:
        getattr(row, field.attname)
    except (sealed.Unsealable, sealed.KeysUnusable):
        return False
    return True


def migrations(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    applied = set(MigrationRecorder(connection).applied_migrations())
    pending = sorted(set(MigrationLoader(None).disk_migrations) - applied)
    if pending:
        names = ", ".join(f"{application}.{name}" for application, name in pending)
        yield bad(_("Tables are older than the program: %(names)s.") % {"names": names}, "manage.py migrate")
    else:
        yield good(_("The tables fit the program."))


def versions(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, name = cursor.fetchone()
    if number < OLDEST_POSTGRES:
        yield bad(_("PostgreSQL %(version)s is too old.") % {"version": name}, _("It needs 16 or newer."))
        return
    told = {
        "Python": machine.python_version(),
        "Django": django.get_version(),
        "Celery": celery.__version__,
        "PostgreSQL": name.split()[0],
    }
    yield good(", ".join(f"{program} {version}" for program, version in told.items()))


def clock(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    """All dates come from the database; certificates, sessions of mail and logs from this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(datetime.now(UTC) - cursor.fetchone()[0])
    if drift > DRIFT:
        text = _("The clocks of this machine and of the database differ by %(seconds)s seconds.")
        advice = _("Let both take their time from the same server (chrony, systemd-timesyncd).")
        make = bad if drift > timedelta(minutes=1) else warning
        yield make(text % {"seconds": round(drift.total_seconds())}, advice)
    yield from _jumped()
    if drift <= DRIFT:
        yield good(_("The clocks of this machine and of the database agree."))


def _jumped() -> Iterator[Finding]:
    """The living escalator keeps how far the wall clock is from the time since the machine was started."""
    row = Heartbeat.objects.filter(name="escalator").first()
    detail: dict[str, Any] = row.detail if row is not None else {}
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123  a kernel's answer
        same_machine = detail.get("boot_id") == file.read().strip()
    if not same_machine or detail.get("offset") is None:
        return
    jump = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) - float(detail["offset"])
    if abs(jump) > 60:
        text = _("This machine's clock jumped by %(seconds)s seconds since the timer looked at it.")
        yield bad(text % {"seconds": round(jump)}, _("See docs/runbooks.md, clock_jumped."))


def processes(visit: Visit) -> Iterator[Finding]:
    """Signs of life in the database: also of processes in other containers."""
    ages = heartbeats.ages(visit.now)
    for name, (patience, process) in PROCESSES.items():
        age = ages.get(name)
        values = {"name": name, "process": process, "seconds": round(age.total_seconds()) if age else 0}
        advice = _("Is this running? %(process)s. Start it and read its log.") % values
        if age is None:
            yield bad(_("No sign of life of “%(name)s” has ever come.") % values, advice)
        elif age > patience:
            yield bad(_("“%(name)s” has been silent for %(seconds)s seconds.") % values, advice)
    if all(name in ages and ages[name] <= patience for name, (patience, _process) in PROCESSES.items()):
        yield good(_("Timer, bell, worker and sealer have just given signs of life."))


def broker(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    try:
        Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS).ping()
    except (RedisError, OSError, ValueError) as error:
        text = _("Valkey does not answer (%(error)s).") % {"error": type(error).__name__}
        advice = _("Nothing is lost; pages refresh slower and notices may wait. Start it, compare REDIS_URL.")
        yield warning(text, advice)
    else:
        yield good(_("Valkey answers."))


def mail(visit: Visit) -> Iterator[Finding]:
    """Connects and signs in; a message goes out only to an address that was asked for."""
    if not settings.EMAIL_BACKEND.startswith("omsportal."):
        advice = _("For patients set EMAIL_MODE=smtp and EMAIL_HOST.")
        yield warning(_("Mail is written into files, nobody receives it."), advice)
        return
    server = get_connection(timeout=SECONDS)
    try:
        server.open()
        if visit.send_to:
            text = _("This message was sent by manage.py doctor. Nothing needs to be done.")
            EmailMessage(_("Trial message of the portal"), text, to=[visit.send_to], connection=server).send()
        server.close()
    # smtplib and ssl raise many things, and what they say repeats names and addresses.
    except Exception as error:
        values = {"error": type(error).__name__, "code": getattr(error, "smtp_code", "") or ""}
        text = _("The mail server does not take us: %(error)s %(code)s") % values
        yield bad(
            text.strip(), _("Compare EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD and EMAIL_TLS.")
        )
    else:
        yield good(
            _("The mail server takes a trial message.") if visit.send_to else _("The mail server answers.")
        )


def short_messages(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    """Whether the gateway's address is usable; no message is sent."""
    advice = _("Duty people are then called by e-mail only. See docs/operations.md, SMS.")
    if not sms.is_on():
        yield warning(_("SMS are switched off."), advice)
    elif settings.SMS_MODE == "file":
        yield warning(_("SMS are written into files, nobody receives them."), advice)
    else:
        yield from _gateway()


def _gateway() -> Iterator[Finding]:
    try:
        url = sms.checked_url(settings.SMS_GATEWAY_URL)
    except sms.GatewayUnusable as unusable:
        yield bad(str(unusable), _("See docs/operations.md, SMS."))
        return
    try:
        _knock(url)
    except OSError as error:
        text = _("The SMS gateway does not answer (%(error)s).") % {"error": type(error).__name__}
        yield bad(text, _("Compare SMS_GATEWAY_URL; may this machine reach it?"))
    else:
        yield good(_("The SMS gateway answers."))


def _knock(url: SplitResult) -> None:
    """Connect, as the port would, and say nothing. Raises OSError."""
    port = url.port or (443 if url.scheme == "https" else 80)
    with socket.create_connection((url.hostname or "", port), timeout=SECONDS) as plain:
        if url.scheme == "https":
            ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname).close()


def storage(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    for name, folder in (("FILES_DIR", settings.FILES_DIR), ("DATA_DIR", settings.DATA_DIR)):
        values: dict[str, object] = {"name": name}
        try:
            with tempfile.TemporaryFile(dir=existing(folder)) as file:
                file.write(b"\0" * 4096)
        except OSError as error:
            text = _("%(name)s cannot be written (%(error)s).") % {**values, "error": error.strerror}
            yield bad(text, _("Give the portal's account the right to write there, or free room."))
            continue
        free = shutil.disk_usage(existing(folder)).free
        values["gigabytes"] = f"{free / 1024**3:.1f}"
        text = _("%(name)s can be written and has %(gigabytes)s GB free.") % values
        advice = _("Free room or enlarge the disk: at 0 the portal takes appeals without files only.")
        if free >= LITTLE_BYTES:
            yield good(text)
        else:
            yield (bad if free < TOO_LITTLE_BYTES else warning)(text, advice)


def notices(visit: Visit) -> Iterator[Finding]:
    """What did not arrive waits for a person; what waits too long, for a worker."""
    late = Outbox.objects.overdue(visit.now - probes.UNSENT_AFTER).count()
    if late:
        advice = _("Is the worker running? Its log says why sending fails; see also mail and SMS here.")
        yield warning(
            _("%(count)s notices should have left a quarter of an hour ago.") % {"count": late}, advice
        )
    lost = Outbox.objects.for_a_person().order_by().values_list("channel").annotate(Count("id"))
    told = ", ".join(f"{channel} {count}" for channel, count in lost)
    if told:
        advice = _("Decide on the page “Sending” of the workplace: send again, or leave it.")
        yield warning(_("Notices that did not arrive, or perhaps: %(told)s.") % {"told": told}, advice)
    if not late and not told:
        yield good(_("No notice waits or is lost."))


def alarms(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    counted = Alarm.objects.open().filter(severity=Severity.CRITICAL).order_by().values_list("kind")
    told = ", ".join(f"{kind} {count}" for kind, count in counted.annotate(Count("id")))
    if told:
        advice = _("docs/runbooks.md has a chapter for each of them.")
        yield warning(_("Open alarms that need attention at once: %(told)s.") % {"told": told}, advice)
    else:
        yield good(_("No alarm needs attention at once."))


def scanner(visit: Visit) -> Iterator[Finding]:  # noqa: ARG001  examinations have one form
    if not settings.CLAMD_ADDRESS:
        advice = _("Files of strangers are checked without it; set CLAMD_ADDRESS to have viruses named too.")
        yield Finding(Grade.GOOD, _("No virus scanner is configured."), advice)
        return
    try:
        version = clamd.ping(settings.CLAMD_ADDRESS)
    except (clamd.Away, clamd.Broken):
        advice = _("Start clamd, compare CLAMD_ADDRESS. Until then files wait, and staff see that they do.")
        yield bad(_("The virus scanner does not answer."), advice)
    else:
        yield good(_("The virus scanner answers: %(version)s.") % {"version": version})


def banner(visit: Visit) -> Iterator[Finding]:
    shown = outages.current()
    if shown is not None:
        advice = _("manage.py banner clear, when it is over.")
        yield warning(_("A banner is shown on every page: %(text)s") % {"text": shown.text("ru")[0]}, advice)
    elif outages.path().exists() and visit.now:
        yield good(_("A banner is over and shown no more."))
    else:
        yield good(_("No banner is shown."))


for _name, _title, _examination in (
    ("configuration", gettext_lazy("Settings"), configuration),
    ("keys", gettext_lazy("Keys of sealed data"), keys),
    ("migrations", gettext_lazy("Tables"), migrations),
    ("versions", gettext_lazy("Versions"), versions),
    ("clock", gettext_lazy("Clocks"), clock),
    ("processes", gettext_lazy("Processes"), processes),
    ("broker", gettext_lazy("Valkey"), broker),
    ("mail", gettext_lazy("Mail"), mail),
    ("sms", gettext_lazy("SMS"), short_messages),
    ("storage", gettext_lazy("Room for files"), storage),
    ("notices", gettext_lazy("Notices"), notices),
    ("scanner", gettext_lazy("Virus scanner"), scanner),
    ("alarms", gettext_lazy("Alarms"), alarms),
    ("banner", gettext_lazy("Banner"), banner),
):
    register(_name, _title, _examination)
