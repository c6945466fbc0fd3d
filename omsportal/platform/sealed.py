"""Sealing: AES-256-GCM over bytes or a JSON object, bound to a context.

A sealed value is: version (1 byte), length of the key id (1), key id, nonce (12), ciphertext with its tag.
The context and that whole prefix are authenticated: a value moved to another row, or a relabelled one, does
not open. `settings.SEALING_KEYS` lists "id:base64 of 32 bytes", newest first: the first seals, each opens.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
_HOW_TO = (
    "Write SEALING_KEYS as id:base64,… with 32 random bytes each, newest first (docs/operations.md, Keys)."
)


class KeysUnusable(Exception):
    """The configured keys cannot be used; the message says what to write."""


class Unsealable(Exception):
    """The value does not open: damaged, sealed for another context, or its key is not configured."""


def _key(pair: str, place: int) -> tuple[str, AESGCM]:
    """Of a malformed pair only its place is told: without an id, or the other way round, it begins with the
    secret."""
    key_id, separator, encoded = pair.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if not separator or not 0 < len(key_id.encode()) < 256 or len(secret) != KEY_BYTES:
        raise KeysUnusable(f"SEALING_KEYS: key {place} of the list is malformed. {_HOW_TO}")
    return key_id, AESGCM(secret)


@lru_cache(maxsize=8)
def _parsed(pairs: tuple[str, ...]) -> dict[str, AESGCM]:
    if not pairs:
        raise KeysUnusable(f"SEALING_KEYS is empty. {_HOW_TO}")
    ring = dict(_key(pair, place) for place, pair in enumerate(pairs, 1))
    if len(ring) != len(pairs):
        raise KeysUnusable(f"SEALING_KEYS names one key id twice. {_HOW_TO}")
    return ring


def keyring() -> dict[str, AESGCM]:
    """The configured keys by id, the sealing one first. Raises KeysUnusable."""
    return _parsed(tuple(settings.SEALING_KEYS))


def seal(value: Mapping[str, Any] | bytes, context: bytes) -> bytes:
    """Seal bytes or a JSON object; only the same context opens it again."""
    key_id, key = next(iter(keyring().items()))
    nonce = os.urandom(NONCE_BYTES)
    prefix = bytes([VERSION, len(key_id.encode())]) + key_id.encode() + nonce
    plain = value if isinstance(value, bytes) else _encode(value)
    return prefix + key.encrypt(nonce, plain, prefix + context)


def open_(blob: bytes, context: bytes) -> bytes:
    """The bytes that were sealed. Raises Unsealable."""
    key_id, start = _read_prefix(blob)
    key = keyring().get(key_id)
    if key is None:
        raise Unsealable(f"The key {key_id!r} is not among SEALING_KEYS.")
    prefix = blob[: start + NONCE_BYTES]
    try:
        return key.decrypt(prefix[start:], blob[start + NONCE_BYTES :], prefix + context)
    except (InvalidTag, ValueError) as error:
        raise Unsealable("The sealed value is damaged or belongs to another place.") from error


def open_json(blob: bytes, context: bytes) -> dict[str, Any]:
    """The JSON object that was sealed. Raises Unsealable."""
    value: dict[str, Any] = json.loads(open_(blob, context))
    return value


def _encode(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return text.encode()


def _read_prefix(blob: bytes) -> tuple[str, int]:
    if len(blob) < 2 or blob[0] != VERSION or len(blob) < 2 + blob[1] + NONCE_BYTES:
        raise Unsealable("This is not a sealed value.")
    start = 2 + blob[1]
    try:
        return blob[2:start].decode(), start
    except UnicodeDecodeError as error:
        raise Unsealable("This is not a sealed value.") from error


def key_id_of(blob: bytes) -> str:
    """By which key the value was sealed; the key itself is not needed. Raises Unsealable."""
    return _read_prefix(blob)[0]


def newest_key_id() -> str:
    """The key that seals. Raises KeysUnusable."""
    return next(iter(keyring()))


def fingerprints() -> dict[str, str]:
    """By key id, what tells a key from another of the same id and nothing about it. Raises KeysUnusable."""
    keyring()
    pairs = (pair.partition(":") for pair in settings.SEALING_KEYS)
    return {key_id: _fingerprint(base64.b64decode(encoded)) for key_id, _colon, encoded in pairs}


def _fingerprint(secret: bytes) -> str:
    return hmac.digest(secret, b"omsportal key fingerprint", hashlib.sha256)[:8].hex()


def prefix_of(key_id: str) -> bytes:
    """With these bytes every value begins that this key sealed."""
    return bytes([VERSION, len(key_id.encode())]) + key_id.encode()


def resealed(blob: bytes, context: bytes) -> bytes:
    """The same content under the newest key. Raises Unsealable."""
    return seal(open_(blob, context), context)
