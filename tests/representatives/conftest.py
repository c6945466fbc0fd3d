"""Sign-ins are what is tried here, dozens of them: passwords are hashed in no time."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from tests import factories


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    quick = make_password(factories.PASSWORD)
    monkeypatch.setattr(factories, "_hashed", lambda: quick)
