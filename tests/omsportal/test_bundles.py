"""Static files as browsers get them mean what their sources mean, and weigh less."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page

from omsportal import bundles

SHEETS = [name for name in bundles.names() if name.endswith(".css")]
SCRIPTS = [name for name in bundles.names() if name.endswith(".js")]
#: What the browser has understood of a style sheet; blanks in values with variables and in conditions stay.
UNDERSTOOD = r"""(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const bare = (text) => text.replace(/\s*([,/])\s*/g, "$1").replace(/:\s+/g, ":").replace(/\s+/g, " ");
  return [...sheet.cssRules].map((rule) => bare(rule.cssText));
}"""
#: A module without imports and exports and a function have the same grammar.
COMPILES = r"""(text) => {
  const bare = text.replace(/\bimport\{[^}]*\}from"[^"]*";/g, "");
  new Function(`'use strict';${bare.replace(/\bexport (?=async |function|const )/g, "")}`);
  return true;
}"""


def source(name: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in bundles.parts(name))


def test_a_browser_understands_every_style_sheet_as_its_source(page: Page) -> None:
    for name in SHEETS:
        understood = page.evaluate(UNDERSTOOD, bundles.content(name))
        assert understood == page.evaluate(UNDERSTOOD, source(name)), name
        assert understood, name


def test_a_browser_compiles_every_script(page: Page) -> None:
    for name in SCRIPTS:
        assert page.evaluate(COMPILES, bundles.content(name)), name


def test_it_keeps_what_looks_like_a_comment_or_a_blank_inside_words(page: Page) -> None:
    kept = bundles._CONDENSE[".js"]
    text = 'return [`a  // ${1 + 1} b`, "c  /* d */", /x  y/.source, 2 - -1]; // gone'
    assert page.evaluate(f"() => {{ {kept(text)} }}") == ["a  // 2 b", "c  /* d */", "x  y", 3]
    assert "gone" not in kept(text)


def test_scripts_of_a_bundle_keep_their_names_to_themselves(
    page: Page, tmp_path: Path, monkeypatch: Any
) -> None:
    for place, name in enumerate(("one.js", "two.js")):
        (tmp_path / name).write_text(
            f"const same = {place}; function told() {{ return same }} heard.push(told());"
        )
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)
    monkeypatch.setitem(bundles.BUNDLES, "both.js", ("one.js", "two.js"))
    run = f"() => {{ 'use strict'; const heard = []; {bundles.content('both.js')} return heard; }}"
    assert page.evaluate(run) == [0, 1]


def test_a_changed_source_is_found_anew(tmp_path: Path, monkeypatch: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)
    (tmp_path / "some.css").write_text("a { color: red }\n/* why */")
    assert Path(finders.find("some.css")).read_text() == "a{color:red}"
    (tmp_path / "some.css").write_text("a { color: green; margin: 0 }")
    assert Path(finders.find("some.css")).read_text() == "a{color:green;margin:0}"


@pytest.mark.parametrize("path", ["css/none.css", "css/none", f"css/{'a' * 300}.css", "css/a\0.css"])
def test_it_finds_nothing_where_nothing_is(path: str) -> None:
    assert finders.find(path) is None
    assert bundles.Finder().find(path, find_all=True) == []


def test_it_finds_drawings_as_they_are() -> None:
    assert finders.find("img/favicon.svg") == str(bundles.SOURCES / "img/favicon.svg")


def test_what_is_collected_is_what_is_served(tmp_path: Path, settings: Any, capsys: Any) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    call_command("collectstatic", "--no-input", verbosity=0)
    for name in bundles.names():
        assert (tmp_path / name).read_text(encoding="utf-8") == bundles.content(name), name
    assert (tmp_path / "img/favicon.svg").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/call/", "/insurers/", "/complaints/new/", "/status/"])
def test_a_patient_asks_for_few_files(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    sheets = [name for name in SHEETS if f"/static/{name}" in text]
    assert sheets == ["css/components/forced-colors.css", "css/components/print.css", "css/patients.css"]
    assert len([name for name in SCRIPTS if f"/static/{name}" in text]) <= 3
