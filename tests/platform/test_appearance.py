"""The look of the portal as a cookie of a few words."""

import pytest

from omsportal.platform.appearance import GROUPS, Look, Shown, current, shown, switch_address


def test_it_reads_back_what_it_wrote() -> None:
    look = Look().with_choice("size", "huge").with_choice("colours", "blue").with_choice("images", "off")
    assert look.code == "huge.blue.off"
    assert Look.read(look.code) == look


@pytest.mark.parametrize("text", ["", "enormous", "<script>", "huge'--", "." * 5000, "size=huge"])
def test_it_takes_nothing_else_from_a_cookie(text: str) -> None:
    assert Look.read(text) == Look()


@pytest.mark.parametrize("text", ["blue.huge", "huge.blue.black", "huge.huge.blue", "huge.blue.<b>"])
def test_it_has_one_text_for_one_look(text: str) -> None:
    assert Look.read(text).code in {"huge.blue", "huge.black"}


def test_it_goes_back_to_the_usual_in_one_group() -> None:
    assert Look.read("huge.blue").with_choice("size", "").code == "blue"


@pytest.mark.parametrize(
    ("group", "word"), [("size", "enormous"), ("weight", "bold"), ("size", "blue"), ("", "")]
)
def test_it_changes_nothing_for_what_it_does_not_know(group: str, word: str) -> None:
    assert Look.read("huge.blue").with_choice(group, word) == Look.read("huge.blue")


def test_it_needs_no_names_in_the_cookie() -> None:
    words = [word for known in GROUPS.values() for word in known]
    assert len(words) == len(set(words))


def test_it_is_known_inside_a_request_only() -> None:
    with shown(Shown(Look(size="huge"), "/terms/")):
        assert (current().look.size, current().here) == ("huge", "/terms/")
    assert current() == Shown()


def test_a_page_sends_its_switches_to_itself() -> None:
    assert switch_address("/call/") == "/call/?switch=1"
    assert switch_address("/call/?region=76") == "/call/?region=76&switch=1"
