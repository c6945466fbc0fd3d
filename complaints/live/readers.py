"""Which colleagues have a case open now, as one socket knows it from what the others say."""

import time
from dataclasses import dataclass, field

#: Whoever says nothing for so long is gone: three missed signs of life.
SILENCE_SECONDS = 50.0


@dataclass
class Readers:
    """The others of one case. Without a group nothing is said and nobody is known."""

    group: str = ""
    user_id: int = 0
    name: str = ""
    known: dict[str, tuple[int, str, float]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def seen(self, channel: str, user_id: int, name: str) -> None:
        """Other pages of the same person are no colleagues."""
        if user_id != self.user_id:
            self.known[channel] = (user_id, name, time.monotonic() + SILENCE_SECONDS)

    def left(self, channel: str) -> None:
        self.known.pop(channel, None)

    def news(self) -> list[str] | None:
        """The names, each once, in order; None when they are what was shown last."""
        moment = time.monotonic()
        self.known = {channel: one for channel, one in self.known.items() if one[2] > moment}
        names = [name for _user, name in sorted({(user, name) for user, name, _until in self.known.values()})]
        if names == self.shown:
            return None
        self.shown = names
        return names
