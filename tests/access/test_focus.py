"""Whoever works by keys sees where they are on every kind of page of the workplace: WCAG 2.4.7 and 2.4.11."""

import pytest
from playwright.sync_api import Browser, Page

from tests.access.pages import ROUTES, Seen, shown
from tests.access.walk import ask
from tests.access.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: A list with rows, a long page in columns, a long form, figures, a table with links, a form with mistakes.
KINDS = (
    ("staff:all", "GET", "head"), ("staff:case", "GET", "specialist"), ("staff:intake", "GET", "specialist"),
    ("staff:dashboard", "GET", "head"), ("staff:people", "GET", "head"),
    ("staff:resolve", "POST", "specialist"),
)  # fmt: skip
MOST = 90
#: The element with the focus, if it cannot be seen; "" if it can; nothing at the end of the page.
HIDDEN = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const drawn = here.closest('.radio-card') ?? here;
  const box = here.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + Math.min(box.width / 2, 20), 1), innerWidth - 2);
  const y = box.y + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const own = top && (drawn.contains(top) || top.contains(here));
  const inside = y > 0 && y < innerHeight && own;
  const ring = [here, drawn].some((one) => getComputedStyle(one).outlineStyle !== 'none');
  return inside && ring ? '' : `${ring ? 'covered' : 'no ring'}: ${here.outerHTML.slice(0, 140)}`;
}"""


def walked(page: Page) -> tuple[int, list[str]]:
    """How far Tab leads, and what on the way cannot be seen."""
    found: list[str] = []
    for step in range(MOST):
        page.keyboard.press("Tab")
        fault = page.evaluate(HIDDEN)
        if fault is None:
            return step, found
        found += [fault] if fault else []
    return MOST, found


@pytest.mark.parametrize("width", [360, 1280])
def test_the_place_of_the_focus_is_seen_everywhere(width: int, browser: Browser, here: World) -> None:
    faults: list[str] = []
    with shown(browser, viewport={"width": width, "height": 800}) as screen:
        for name, method, role in KINDS:
            answer = ask(here, ROUTES[name], method, role, typed={} if method == "POST" else None)
            steps, found = walked(screen.open(Seen(name, answer.content.decode())))
            assert steps > 15, name
            faults += [f"{name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
