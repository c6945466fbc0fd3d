"""Colours that people can read: every scheme, computed from the tokens that the pages use."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"
#: What stands on what. Text has 7:1 everywhere, shapes that mean something 3:1.
TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("soft", "paper"), ("soft", "surface"),
    ("soft", "sunken"), ("link", "paper"), ("link", "surface"), ("link", "accent-tint"),
    ("ink", "accent-tint"), ("accent-deep", "accent-tint"), ("on-accent", "accent"),
    ("on-accent", "accent-deep"), ("danger-text", "paper"), ("danger-text", "surface"),
    ("danger-text", "danger-tint"), ("ink", "danger-tint"), ("amber", "amber-tint"), ("ink", "amber-tint"),
    ("amber", "surface"), ("success", "success-tint"), ("success", "surface"), ("ink", "success-tint"),
]  # fmt: skip
WHITE_ON_RED = [("on-danger", "danger")]
SHAPES = [
    ("edge", "surface"),
    ("edge", "paper"),
    ("focus", "paper"),
    ("focus", "surface"),
    ("accent", "surface"),
]


def tokens(block: str) -> dict[str, str]:
    return {name: value.strip() for name, value in re.findall(r"--([\w-]+): ([^;}]+)", block)}


def block_of(text: str, selector: str) -> str:
    return text[text.index(selector) :].split("{", 1)[1].split("}", 1)[0]


def schemes() -> dict[str, dict[str, str]]:
    usual = (CSS / "tokens.css").read_text(encoding="utf-8")
    chosen = (CSS / "look.css").read_text(encoding="utf-8")
    light, dark = usual.split("@media", 1)
    day = tokens(light)
    two = day | tokens(block_of(chosen, ":root[data-colours] {"))
    named = {
        name: two | tokens(block_of(chosen, f":root[data-colours={name}]"))
        for name in ("white", "black", "blue")
    }
    return {"day": day, "night": day | tokens(dark), **named}


def colour(scheme: dict[str, str], name: str) -> tuple[float, ...]:
    value = scheme[name]
    while value.startswith("var("):
        value = scheme[value.removeprefix("var(--").removesuffix(")")]
    digits = value.removeprefix("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))


def luminance(parts: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(scheme: dict[str, str], one: str, other: str) -> float:
    lighter, darker = sorted((luminance(colour(scheme, one)), luminance(colour(scheme, other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_low(scheme: dict[str, str], pairs: list[tuple[str, str]], least: float) -> list[str]:
    found = ((one, other, contrast(scheme, one, other)) for one, other in pairs)
    return [f"{one} on {other}: {ratio:.2f}" for one, other, ratio in found if ratio < least]


@pytest.mark.parametrize("name", ["day", "night", "white", "black", "blue"])
def test_every_text_can_be_read(name: str) -> None:
    scheme = schemes()[name]
    assert too_low(scheme, TEXT, 7) == []
    # White on the red of alarms must stay red to be seen as one: 4.5 is the least that the law asks for.
    assert too_low(scheme, WHITE_ON_RED, 4.5) == []
    assert too_low(scheme, SHAPES, 3) == []


def test_a_chosen_scheme_leaves_no_usual_colour() -> None:
    """What the usual scheme colours, two colours replace."""
    usual = (CSS / "tokens.css").read_text(encoding="utf-8").split("@media", 1)[0]
    chosen = (CSS / "look.css").read_text(encoding="utf-8")
    replaced = tokens(block_of(chosen, ":root[data-colours] {")) | tokens(
        block_of(chosen, ":root[data-colours=blue]")
    )
    coloured = {name for name, value in tokens(usual).items() if value.startswith(("#", "0 1px"))}
    assert coloured - set(replaced) == set()
