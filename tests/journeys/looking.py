"""What is looked for on a page: axe, widths, focus, HTML, pictures."""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

#: What is in order need not be told.
_FAULTS_ONLY: dict[str, Any] = {"resultTypes": ["violations"]}
RULES = _FAULTS_ONLY | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: Swagger's own page of the API, for programmers, is not ours to mend.
NOT_OURS = ("/api/docs/",)
NARROW, WIDE, WIDEST = 320, 1280, 2560


def axe(page: Page, name: str, _answer: Response | None) -> list[str]:
    """No violation of WCAG 2.2 AA, nor of what is good practice."""
    return _violations(page, name, RULES)


def contrast(page: Page, name: str, _answer: Response | None) -> list[str]:
    """Every word can be told from what is behind it: what differs between schemes of colour."""
    return _violations(page, name, _FAULTS_ONLY | {"runOnly": {"type": "rule", "values": ["color-contrast"]}})


def _violations(page: Page, name: str, options: dict[str, Any]) -> list[str]:
    return [] if name in NOT_OURS else violations(page, **options)


def violations(page: Page, **options: Any) -> list[str]:
    """What axe finds, once the whole page is there: a press ends when the next page begins to come."""
    page.wait_for_load_state()
    found = Axe().run(page, options=_FAULTS_ONLY | options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


def no_barriers(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the window."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def widths(*pixels: int) -> "Widths":
    return Widths(pixels)


class Widths:
    """Nothing is wider than the window; 320 is also a desk at 400 %."""

    def __init__(self, pixels: tuple[int, ...]) -> None:
        self.pixels = pixels

    def __call__(self, page: Page, name: str, _answer: Response | None) -> list[str]:
        if name in NOT_OURS:
            return []
        before = page.viewport_size
        found = []
        for width in self.pixels:
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{width} px wide: {one}" for one in page.evaluate(_TOO_WIDE)]
        if before:
            page.set_viewport_size(before)
        return found


#: Elements that make the page scroll sideways, the innermost first; nothing if it does not. What is folded
#: away has a width too, and what scrolls inside its own box may be as wide as it likes.
_TOO_WIDE = """() => {
  const root = document.documentElement, edge = root.clientWidth;
  if (root.scrollWidth <= edge) return [];
  const kept = (one) => {
    const box = one.offsetParent && one.parentElement.closest('.table-scroll');
    return box && box.contains(one.offsetParent);
  };
  const everything = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility());
  const wide = everything.filter((one) => one.getBoundingClientRect().right > edge + 1 && !kept(one));
  const inner = wide.filter((one) => ![...one.children].some((child) => wide.includes(child)));
  return inner.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).concat(wide.length ? [] : ['the page']);
}"""


def stop_of(page: Page) -> dict[str, Any]:
    """What has the focus: name, class, whether its ring is drawn inside the window, whether it is no part of
    the page any more."""
    stop: dict[str, Any] = page.evaluate(_STOP)
    return stop


#: The ring of a choice is drawn around its card.
_STOP = """() => {
  const one = document.activeElement, shown = one.closest('.radio-card') ?? one;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const ringed = outlined || style.boxShadow !== 'none';
  const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return {
    name: one.innerText?.trim() || one.name || one.tagName, class: one.className,
    is_outside: one === document.body, is_seen: ringed && inside && one !== document.body,
  };
}"""


def still(page: Page, name: str, _answer: Response | None) -> list[str]:
    """Nothing moves, not even the sign of a pressed button; for somebody who asked for less motion."""
    if name in NOT_OURS:
        return []
    moving: list[str] = page.evaluate(_MOVING)
    return moving


_MOVING = """() => {
  const button = document.querySelector('main .button');
  button?.setAttribute('aria-busy', 'true');
  const moves = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
  };
  const found = [...document.querySelectorAll('*')]
    .filter((one) => ['', '::before', '::after'].some((part) => moves(one, part)))
    .map((one) => one.outerHTML.slice(0, 100));
  button?.removeAttribute('aria-busy');
  return found.slice(0, 3);
}"""


class Sources:
    """Keeps the HTML of each page and state as the server sent it, for a validator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.count = 0

    def __call__(self, _page: Page, name: str, answer: Response | None) -> list[str]:
        if answer is None or name in NOT_OURS:
            return [] if name in NOT_OURS else ["no answer"]
        self.keep(name, answer.body())
        return []

    def keep(self, name: str, body: bytes) -> None:
        self.count += 1
        (self.folder / f"{self.count:03d}-{slug(name)}.html").write_bytes(body)


class Pictures:
    """A picture of each page from top to bottom, the first time it is seen."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder, self.prefix = folder, prefix
        folder.mkdir(parents=True, exist_ok=True)
        self.taken: list[str] = []

    def __call__(self, page: Page, name: str, _answer: Response | None) -> list[str]:
        file = self.prefix + slug(name)
        if file not in self.taken and name not in NOT_OURS:
            self.taken.append(file)
            page.screenshot(path=self.folder / f"{file}.png", full_page=True)
        return []


def slug(name: str) -> str:
    """A file's name for a page and state."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "home"
