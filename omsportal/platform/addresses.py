"""From which network address a request really comes."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


@lru_cache(maxsize=8)
def _networks(listed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one, strict=False) for one in listed)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def client_address(request: HttpRequest) -> str:
    """The nearest address that is no proxy of ours; X-Forwarded-For counts as TRUSTED_PROXIES vouch."""
    peer = request.META.get("REMOTE_ADDR", "")
    address = _parsed(peer)
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    while address is not None and _trusted(address) and forwarded and forwarded[-1].strip():
        peer = forwarded.pop().strip()
        address = _parsed(peer)
    return str(address) if address is not None else peer


def network_of(address: str) -> str:
    """What limits count: of IPv6 the /64, of which a home or a phone has all addresses to itself."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed or address)


def is_direct_loopback(request: HttpRequest) -> bool:
    """Asked on this machine itself, and not by a proxy on behalf of somebody else."""
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return address is not None and address.is_loopback and not forwarded
