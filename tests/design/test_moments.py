"""A moment is told by a clock that people live by: of a branch, a region or Moscow; never the server's."""

import re

from omsportal.supervisor.processes import ROOT

MOMENT = re.compile(r"{% moment [^ %]+ %}")


def test_every_moment_of_the_workplace_names_its_zone() -> None:
    pages = sorted((ROOT / "templates" / "staff").rglob("*.html"))
    assert len(pages) > 100
    assert [f"{page.name}: {found}" for page in pages for found in MOMENT.findall(page.read_text())] == []
