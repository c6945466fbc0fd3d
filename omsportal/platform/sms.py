"""The SMS port: into a file, or to one HTTP gateway that is described by settings.

The gateway gets the same id with every copy of a message (header Idempotency-Key, and {id} in the body), so
that it can tell a copy from a second message.
"""

import http.client
import json
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, quote_plus, urlsplit

from django.conf import settings

from omsportal.platform.sending import PerhapsSent, Refused, Undeliverable, cut_off

#: Seconds to connect, and to wait for each part of the answer.
PATIENCE = 10.0
MOST_ANSWERED = 64 * 1024
#: The number or the text is wrong; everything else that a gateway refuses may be mended at either end.
_NEVER = frozenset({400, 404, 410, 413, 414, 422})
#: A proxy gave up waiting for the gateway behind it, which may have the message.
_IN_DOUBT = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class Sms:
    """One short message. `phone` is E.164: +79201234567."""

    phone: str
    text: str


class GatewayUnusable(ValueError):
    """The settings of the gateway; the message says what to write."""


def is_on() -> bool:
    """Whether anybody can be reached by SMS."""
    return bool(settings.SMS_MODE != "off")


def send(message: Sms, *, key: str) -> None:
    """Hand the message over. Raises Undeliverable, PerhapsSent, Refused, OSError and GatewayUnusable."""
    if not is_on():
        raise Undeliverable("SMS are switched off")
    _SENDERS[settings.SMS_MODE](message, key)


def _to_file(message: Sms, key: str) -> None:
    """One file for each message; a copy of it replaces the file, as a gateway would drop it."""
    directory = settings.DATA_DIR / "sms"
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f".{key}.{os.getpid()}"
    unfinished.write_text(f"{message.phone}\n{message.text}\n", encoding="utf-8")
    unfinished.replace(directory / f"{key}.txt")


def _by_http(message: Sms, key: str) -> None:
    url = checked_url(settings.SMS_GATEWAY_URL)
    body = _body(message, key)
    connection = _connection(url)
    try:
        connection.connect()  # until here nothing has left
        status, answer = _exchange(connection, url, body, key)
    finally:
        connection.close()
    _judge(status, answer)


def _exchange(
    connection: http.client.HTTPConnection, url: SplitResult, body: bytes, key: str
) -> tuple[int, bytes]:
    path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    try:
        with cut_off(connection.sock):
            connection.request(settings.SMS_GATEWAY_METHOD, path, body, _headers(key))
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_ANSWERED)
    except (OSError, http.client.HTTPException) as error:
        raise PerhapsSent("HTTP") from error


def _judge(status: int, answer: bytes) -> None:
    if status in _IN_DOUBT:
        raise PerhapsSent(f"HTTP {status}")
    if status in _NEVER:
        raise Undeliverable(f"HTTP {status}")
    if not 200 <= status < 300:
        raise Refused(f"HTTP {status}")
    wanted = settings.SMS_GATEWAY_ACCEPTED
    if wanted and wanted.encode() not in answer:
        raise Refused(f"HTTP {status}, SMS_GATEWAY_ACCEPTED")


def _body(message: Sms, key: str) -> bytes:
    """The template with its places filled in, each escaped as the kind of content asks."""
    escaped = _escape()
    filled: str = settings.SMS_GATEWAY_BODY
    values = {"phone": message.phone, "digits": message.phone.lstrip("+"), "id": key, "text": message.text}
    for name, value in values.items():
        filled = filled.replace(f"{{{name}}}", escaped(value))
    return filled.encode()


def _escape() -> Callable[[str], str]:
    if settings.SMS_GATEWAY_CONTENT_TYPE.startswith("application/x-www-form-urlencoded"):
        return quote_plus
    return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]


def _headers(key: str) -> dict[str, str]:
    name, _colon, value = settings.SMS_GATEWAY_HEADER.partition(":")
    own = {name.strip(): value.strip()} if value.strip() else {}
    fixed = {"Content-Type": settings.SMS_GATEWAY_CONTENT_TYPE, "Idempotency-Key": key}
    return {**own, **fixed, "Connection": "close", "User-Agent": "omsportal"}


def checked_url(text: str) -> SplitResult:
    """Phones of people travel encrypted: https only, except on this machine. Raises GatewayUnusable."""
    url = urlsplit(text)
    if not url.hostname:
        raise GatewayUnusable("SMS_GATEWAY_URL is missing: write the address of the SMS gateway.")
    if url.scheme == "https" or (url.scheme == "http" and _is_here(url.hostname)):
        return url
    raise GatewayUnusable("SMS_GATEWAY_URL must begin with https://.")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, url.port, timeout=PATIENCE, context=context)
    return http.client.HTTPConnection(host, url.port, timeout=PATIENCE)


_SENDERS = {"file": _to_file, "http": _by_http}
