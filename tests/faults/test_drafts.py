"""What is typed outlives the process that took it in."""

import re

import pytest

from tests.faults.room import Engine
from tests.faults.web import Web

pytestmark = pytest.mark.slow

START = "/complaints/new/"


def test_it_goes_on_where_it_was_after_a_restart(engine: Engine) -> None:
    with Web(engine) as before:
        form = before.get(START)
        before.post(START, {**form.hidden, "theme": "waiting", "own_device": "on"})
        page = before.get(f"{START}story/")
        before.post(
            f"{START}story/keep/", {**page.hidden, "clinic": "Больница № 2", "story": "Второй месяц жд"}
        )
    with Web(engine) as after:
        after.open = before.open  # the same browser with its cookies
        assert "Второй месяц жд</textarea>" in after.get(f"{START}story/").text
        assert re.search("Больница № 2", after.get(f"{START}story/").text)
