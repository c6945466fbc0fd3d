"""Requests to addresses that somebody typed into a form: they reach the internet and nothing of ours.

A name is looked up once; every address behind it must be a public one, and the connection goes to exactly the
address that was judged, so that a name that answers differently a moment later leads nowhere else. Server
name and certificate are those of the address as it was written. Redirects are not followed, proxies of the
environment are not used.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from omsportal.platform.sending import cut_off

#: Seconds to connect, and to wait for each part of the answer; and for all of it, as for all attempts to
#: connect: a name may have thousands of addresses at which nobody answers.
PATIENCE = 5.0
WHOLE = 15.0
MOST_ANSWERED = 16 * 1024
LONGEST = 500
#: A receiver listens where web servers do: nobody can use the portal to knock at other doors.
PORTS = frozenset({443, 8443})
#: Public by the registry's word, and yet a way to somewhere else: relays, protocol assignments.
_CARRIERS = tuple(
    ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "2002::/16", "2001:20::/28")
)
_UNICAST = ip_network("2000::/3")


class AddressRefused(Exception):
    """The portal does not send there. `code` says why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAnswer(Exception):
    """Nobody answered, or not in time, or not by HTTP. `code` says what happened, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """One judged address of a host, as the socket takes it."""

    family: int
    place: tuple[object, ...]


def checked_url(text: str) -> SplitResult:
    """An address that may be written down. Raises AddressRefused; names are not looked up here."""
    if len(text) > LONGEST or not text.isascii() or any(character <= " " for character in text):
        raise AddressRefused("malformed")
    try:
        url, port = urlsplit(text), urlsplit(text).port
    except ValueError:
        raise AddressRefused("malformed") from None
    if not url.hostname or url.fragment or "\\" in text:
        raise AddressRefused("malformed")
    if url.username is not None or url.password is not None:
        raise AddressRefused("password")
    if _is_here(url):
        return url
    if url.scheme != "https":
        raise AddressRefused("scheme")
    if (port or 443) not in PORTS:
        raise AddressRefused("port")
    _check_literal(url.hostname)
    return url


def post(text: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body` there and return the status of the answer, whatever it is.

    Raises AddressRefused when the address is not a public one any more, NoAnswer when there was no answer.
    """
    url = checked_url(text)
    connection = _connection(url)
    try:
        connection.sock = _connected(url)
        with cut_off(connection.sock, WHOLE):
            connection.request("POST", _path(url), body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            answer.read(MOST_ANSWERED)
            return answer.status
    except ssl.SSLError as error:
        raise NoAnswer("certificate" if isinstance(error, ssl.SSLCertVerificationError) else "tls") from error
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("connection") from error
    finally:
        connection.close()


def targets(url: SplitResult) -> list[Target]:
    """Where the name leads, each address judged. Raises AddressRefused when one is not public, NoAnswer."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.hostname, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise NoAnswer("name") from error
    judged = [(Target(family, place), str(place[0])) for family, _kind, _proto, _name, place in found]
    if not _is_here(url) and not all(is_public(address) for _target, address in judged):
        raise AddressRefused("private")
    return [target for target, _address in judged]


def is_public(text: str) -> bool:
    """An address of the internet: not ours, not a neighbour's, no relay to one of those."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not _is_closed(address)


def is_network(text: str) -> bool:
    """Can be a network of WEBHOOK_CLOSED_NETWORKS."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_closed(address: IPv4Address | IPv6Address) -> bool:
    own = (ip_network(text, strict=False) for text in settings.WEBHOOK_CLOSED_NETWORKS)
    return any(address in network for network in (*_CARRIERS, *own) if network.version == address.version)


def _check_literal(host: str) -> None:
    """A bare address is judged while the person still looks at the form."""
    try:
        ip_address(host)
    except ValueError:
        if "." not in host.strip("."):
            raise AddressRefused("private") from None
        return
    if not is_public(host):
        raise AddressRefused("private")


def _is_here(url: SplitResult) -> bool:
    """This very machine, where a setting for demonstrations and tests allows it."""
    return bool(settings.WEBHOOK_LOOPBACK) and url.scheme == "http" and url.hostname == "127.0.0.1"


def _connected(url: SplitResult) -> socket.socket:
    """The first of the judged addresses that takes the connection; nothing is looked up again."""
    last: OSError = OSError("no address")
    found, until = targets(url), time.monotonic() + WHOLE
    for target in found:
        if (left := until - time.monotonic()) <= 0:
            break
        plain = socket.socket(target.family, socket.SOCK_STREAM)
        try:
            plain.settimeout(min(PATIENCE, left))
            plain.connect(target.place)
            return _encrypted(plain, url)
        except OSError as error:
            plain.close()
            last = error
    raise last


def _encrypted(plain: socket.socket, url: SplitResult) -> socket.socket:
    if url.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname)


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    """Only writes and reads: the socket is ours, so the name in it is never looked up."""
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=PATIENCE)


def _path(url: SplitResult) -> str:
    return f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
