"""Secrets of code apps and spare codes as a place of sealed values, for a change of keys."""

import binascii
from base64 import b64decode, b64encode
from collections import Counter
from typing import Any

from allauth.mfa.models import Authenticator

from omsportal.platform import rotation, sealed
from omsportal.platform.rotation import Outcome, Report
from representatives.adapters import SECRETS


class SecondFactors:
    """Texts inside the data of second factors, wherever allauth keeps them."""

    name = "mfa_authenticator.data"

    def used_keys(self) -> Counter[str]:
        rows = Authenticator.objects.values_list("data", flat=True).iterator()
        return Counter(key_id for data in rows for text in _texts(data) if (key_id := _key_id(text)))

    def reseal(self, report: Report) -> Outcome:
        outcome = Outcome()
        for pk, data in Authenticator.objects.values_list("pk", "data").iterator():
            fresh = _fresh(data, outcome)
            if fresh != data:
                # Only what is still as it was read: a spare code used meanwhile stays used.
                outcome.resealed += Authenticator.objects.filter(pk=pk, data=data).update(data=fresh)
        report(outcome)
        return outcome


def _texts(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for each in inside for text in _texts(each)]


def _key_id(text: str) -> str:
    try:
        return sealed.key_id_of(b64decode(text, validate=True))
    except (binascii.Error, ValueError, sealed.Unsealable):
        return ""


def _fresh(data: Any, outcome: Outcome) -> Any:
    if isinstance(data, dict):
        return {name: _fresh(each, outcome) for name, each in data.items()}
    if isinstance(data, list):
        return [_fresh(each, outcome) for each in data]
    if not isinstance(data, str) or _key_id(data) in {"", sealed.newest_key_id()}:
        return data
    try:
        return b64encode(sealed.resealed(b64decode(data), SECRETS)).decode()
    except sealed.Unsealable:
        outcome.unopened += 1
        return data


def register() -> None:
    """Called once, when the app is ready."""
    rotation.register(SecondFactors)
