"""Themes as cards."""

from omsportal.platform.templatetags.ui import icons


def icon_or_question(name: str) -> str:
    """The icon of a theme; an administrator may have typed one that does not exist."""
    return name if name in icons() else "question"
