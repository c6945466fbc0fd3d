"""Typed reading of the environment; every variable the portal reads is declared in settings.py."""

import os
from datetime import time
from urllib.parse import unquote, urlsplit


class Unreadable(ValueError):
    """An environment variable has a value the portal cannot use; the message says what to write."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    raw = text(name).lower()
    if raw in {"", "0", "1", "false", "true", "no", "yes"}:
        return raw in {"1", "true", "yes"} if raw else default
    raise Unreadable(f"{name} must be 1 or 0, not {raw!r}.")


def number(name: str, default: int) -> int:
    raw = text(name)
    if not raw:
        return default
    if not raw.isdecimal():
        raise Unreadable(f"{name} must be a whole number, not {raw!r}.")
    return int(raw)


def words(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, options: dict[str, str], default: str) -> str:
    """What stands for the chosen word."""
    word = text(name, default)
    if word not in options:
        raise Unreadable(f"{name} must be one of {', '.join(options)}, not {word!r}.")
    return options[word]


def hours(name: str, default: str) -> tuple[time, time] | None:
    """A span of the day such as 21:00-08:00; None for "none"."""
    raw = text(name, default)
    if raw == "none":
        return None
    try:
        starts, ends = (time.fromisoformat(part.strip()) for part in raw.split("-"))
    except ValueError:
        raise Unreadable(f"{name} must be like 21:00-08:00, or none, not {raw!r}.") from None
    return starts, ends


def database(name: str, *, session_options: str = "") -> dict[str, object]:
    """Django's settings for postgres://user:password@host:port/name; host may be a directory (?host=/dir).

    `session_options` are given to the server at each connect, unless the address brings its own.
    """
    url = urlsplit(text(name, "postgresql://postgres@127.0.0.1:5432/omsportal"))
    if url.scheme not in {"postgres", "postgresql"}:
        raise Unreadable(f"{name} must start with postgresql://, not {url.scheme or 'nothing'}://.")
    query = dict(part.partition("=")[::2] for part in url.query.split("&") if part)
    host = unquote(query.pop("host", "")) or unquote(url.hostname or "")
    # A server that is frozen or cut off must not hold a page for longer than a person waits.
    query = {"connect_timeout": "5", **query}
    if session_options:
        query = {"options": session_options, **query}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "omsportal",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or query.pop("port", "")),
        "OPTIONS": {key: unquote(value) for key, value in query.items()},
    }
