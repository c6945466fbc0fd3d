"""How somebody wants to see the portal: letters, colours, spacing, images; and what stands typed in the page.

The look is a cookie of a few words and nothing about a person. It is known for as long as a request lasts,
also to pages that are rendered without their request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, Self

from django.conf import settings
from django.http import QueryDict

#: What may be chosen beside the usual; each word stands in one group only, so that the cookie needs no names.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "size": ("large", "huge"),
    "colours": ("white", "black", "blue"),
    "spacing": ("wide",),
    "images": ("off",),
}
#: The parameter of an address to which a switch is sent, and the field that says which.
SWITCH: Final = "switch"


@dataclass(frozen=True, slots=True)
class Look:
    """One word a group; empty is the usual look."""

    size: str = ""
    colours: str = ""
    spacing: str = ""
    images: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """From a cookie; whatever else it may hold is the usual look."""
        words = text.split(".")
        return cls(
            **{group: next((word for word in known if word in words), "") for group, known in GROUPS.items()}
        )

    @property
    def code(self) -> str:
        """The cookie's text: the same for the same look, empty for the usual one."""
        return ".".join(word for word in (self.size, self.colours, self.spacing, self.images) if word)

    def with_choice(self, group: str, word: str) -> "Look":
        """Another choice in one group, an empty word for the usual; nothing changes for what is unknown."""
        known = group in GROUPS and word in {"", *GROUPS[group]}
        return replace(self, **{group: word}) if known else self


@dataclass
class Shown:
    """The page of this moment."""

    look: Look = Look()
    #: Its address, for switches that come back to it.
    here: str = "/"
    #: What stood in its form when a switch was pressed; nothing else is ever in it.
    typed: QueryDict | None = None
    #: The form that switches take along, by its id; empty while the page has none.
    form: str = ""
    #: Files can be chosen in it: no browser keeps them over a switch.
    has_files: bool = False


_current: ContextVar[Shown | None] = ContextVar("appearance", default=None)


def current() -> Shown:
    return _current.get() or Shown()


@contextmanager
def shown(page: Shown) -> Iterator[Shown]:
    """For everything that is rendered inside."""
    before = _current.set(page)
    try:
        yield page
    finally:
        _current.reset(before)


def cookie_name() -> str:
    """Under HTTPS no other host can plant it."""
    return "__Host-look" if settings.HTTPS else "look"


def switch_address(here: str) -> str:
    """Where the page at this address sends its switches: to itself."""
    return f"{here}{'&' if '?' in here else '?'}{SWITCH}=1"
