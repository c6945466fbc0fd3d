"""The design system keeps its own promises: small, nothing foreign, nothing inline, no missing icon."""

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from omsportal import bundles
from omsportal.platform.templatetags import ui
from tests.factories import make_branch, make_staff

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
LIMIT = 40 * 1024
# Namespaces are names, not addresses; nobody fetches them.
NAMESPACE = "http://www.w3.org/2000/svg"
APPLICATIONS = ("omsportal", "insurers", "representatives", "complaints")
#: Set by htmx while a request is on its way.
BY_OTHERS = {"htmx-request"}
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(", re.IGNORECASE)


def templates() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))


def styles_and_scripts() -> list[Path]:
    return sorted([*STATIC.rglob("*.css"), *STATIC.rglob("*.js")])


def named(paths: Iterator[Path] | list[Path]) -> list[object]:
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def loaded_by(client: Client, address: str) -> dict[str, int]:
    """The styles and scripts of our own that a page names, with their sizes in bytes as they are sent."""
    text = client.get(address).content.decode()
    names = set(re.findall(r"/static/((?:css|js)/[\w/.-]+\.(?:css|js))", text))
    return {name: weight(name) for name in names}


def weight(name: str) -> int:
    """Bytes, unpacked, of what a browser gets under this name."""
    return len(bundles.content(name).encode())


def named_in(paths: Iterable[Path]) -> set[str]:
    """Styles and scripts that these templates load."""
    return {
        name
        for path in paths
        for name in re.findall(r"""{%\s*static\s+"((?:css|js)/[^"]+)\"""", path.read_text(encoding="utf-8"))
    }


def of_patients() -> list[Path]:
    """Templates of pages that patients come to."""
    others = ("staff", "design", "admin", "account", "mfa", "usersessions", "allauth", "api")
    frames = {"staff_base.html", "staff_styles.html", "staff_scripts.html", "core_styles.html", "styles.html",
              "scripts.html"}  # fmt: skip
    inside = (path for path in templates() if path.relative_to(ROOT / "templates").parts[0] not in others)
    return [path for path in inside if path.name not in frames]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/call/", "/complaints/new/", "/status/", "/policy/check/"])
def test_what_a_patient_loads_fits_into_forty_kilobytes(client: Client, address: str) -> None:
    sizes = loaded_by(client, address)
    assert len(sizes) >= 4
    assert sum(sizes.values()) < LIMIT, sizes


@pytest.mark.django_db
def test_what_the_workplace_loads_fits_into_forty_kilobytes(client: Client) -> None:
    client.force_login(make_staff("operator", 1, make_branch()))
    sizes = loaded_by(client, "/staff/")
    assert len(sizes) > 5
    assert sum(sizes.values()) < LIMIT, sizes


def packed(names: Iterable[str]) -> int:
    """Bytes on the wire, each file by itself."""
    return sum(len(gzip.compress(bundles.content(name).encode(), mtime=0)) for name in names)


def test_all_styles_and_scripts_together_travel_in_forty_kilobytes() -> None:
    """Of patients and of staff, as a browser gets them that walks through every page."""
    assert packed(named_in(templates())) < LIMIT


def test_all_that_patients_ever_load_fits_into_forty_kilobytes_unpacked() -> None:
    """On all their pages together, but for what the panel of looks adds once it is used."""
    sizes = {name: weight(name) for name in named_in(of_patients()) - {"css/look.css"}}
    assert len(sizes) > 5
    assert sum(sizes.values()) < LIMIT, sizes


#: Words of rules that patients and staff share, a few bytes each.
SHARED_WITH_STAFF = {
    "staff", "dialog", "figure", "message--note", "qr", "button--danger", "button--wide", "tag--danger",
    "tag--success",
}  # fmt: skip


def test_patients_load_no_rules_of_the_workplace() -> None:
    """A class in their style sheet stands in the markup of one of their pages."""
    markup = "\n".join(_quoted(path) for path in [*of_patients(), *_scripts_of_patients(), *_code_of_pages()])
    named_in_css = re.findall(
        r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", bundles.content("css/patients.css"))
    )
    strange = {
        name
        for name in set(named_in_css) - SHARED_WITH_STAFF
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", markup)
        and not re.search(rf"{re.escape(re.sub(r'--.*', '--', name))}[{{}}%]", markup)
    }
    assert strange == set()


def _scripts_of_patients() -> list[Path]:
    bundled = bundles.BUNDLES["js/patients.js"]
    return [STATIC / name for name in (*bundled, *named_in(of_patients())) if (STATIC / name).suffix == ".js"
            and (STATIC / name).exists()]  # fmt: skip


def _code_of_pages() -> Iterator[Path]:
    """What writes markup in Python, for everybody or for patients."""
    yield from sorted((ROOT / "omsportal/platform").rglob("*.py"))
    yield from sorted((ROOT / "complaints/forms/public").rglob("*.py"))
    yield from sorted((ROOT / "complaints/reports/public").rglob("*.py"))


def _quoted(path: Path) -> str:
    """Of a template its classes, and words from which classes are made; the whole of a program."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".html":
        return text
    return " ".join(re.findall(r"""(?:class|style|css)="((?:{[{%].*?[%}]}|[^"])*)\"""", text))


def test_every_class_that_is_styled_is_used() -> None:
    """By a template, a script or the code; of `block--{{ state }}` the block counts."""
    folders = ("templates", "static/js", "static/img", *APPLICATIONS)
    kinds = {".html", ".js", ".svg", ".py"}
    said = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in kinds
    )
    named_in_css = {
        name
        for path in STATIC.rglob("*.css")
        for rule in re.findall(r"([^{}]+)\{", _without_comments(path.read_text(encoding="utf-8")))
        for name in re.findall(r"\.([a-z][\w-]*)", rule)
    }
    unused = {
        name
        for name in named_in_css - BY_OTHERS
        if name not in said and not re.search(rf"{re.escape(re.sub(r'--.*', '--', name))}[{{}}%]", said)
    }
    assert unused == set()


def test_it_has_no_images_but_drawings_and_no_fonts() -> None:
    kinds = {path.suffix for path in STATIC.rglob("*") if path.is_file()}
    assert kinds <= {".css", ".js", ".svg", ".webmanifest"}


@pytest.mark.parametrize("path", named([*styles_and_scripts(), *STATIC.rglob("*.svg")]))
def test_it_names_no_foreign_host_in_static(path: Path) -> None:
    assert "//" not in _without_comments(path.read_text(encoding="utf-8").replace(NAMESPACE, ""))


@pytest.mark.parametrize("path", named(templates()))
def test_it_loads_nothing_from_a_foreign_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|action|srcset|data-[\w-]+)\s*=\s*["']?(?:https?:)?//""", text)
    assert not re.search(r"""<link[^>]+href=["']?(?:https?:)?//""", text)


@pytest.mark.parametrize("path", named(templates()))
def test_it_keeps_templates_free_of_inline_style_and_script(path: Path) -> None:
    text = re.sub(r"{%.*?%}", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text
    for opening in re.findall(r"<script[^>]*>", text):
        assert "src=" in opening or 'type="application/json"' in opening, opening


def used_icons() -> dict[str, str]:
    """Icon name → one place that uses it; names held in variables are checked where they are set."""
    used: dict[str, str] = {}
    for path in templates():
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"""{%\s*icon\s+"([^"]+)"|\bicon="([\w-]+)\"""", text):
            used["".join(name)] = path.name
    return used


def test_it_draws_every_icon_that_a_page_uses() -> None:
    missing = {name: place for name, place in used_icons().items() if name not in ui.icons()}
    assert missing == {}


def test_it_finds_every_stylesheet_and_script_that_a_page_loads() -> None:
    loaded = {*named_in(templates()), "img/favicon.svg"}
    bundled = {part for name in loaded & bundles.BUNDLES.keys() for part in bundles.BUNDLES[name]}
    assert [name for name in sorted(loaded - bundles.BUNDLES.keys()) if not (STATIC / name).exists()] == []
    loaded |= bundled
    ours = {path.relative_to(STATIC).as_posix() for path in styles_and_scripts()}
    assert sorted(ours - loaded) == []


def test_it_takes_colours_of_public_components_from_tokens() -> None:
    for name in (
        "button",
        "card",
        "notice",
        "field",
        "radio-card",
        "table",
        "timeline",
        "thread",
        "tag",
        "queue",
    ):
        text = (
            (STATIC / f"css/components/{name}.css")
            .read_text(encoding="utf-8")
            .replace("rgb(0 0 0 / 18%)", "")
        )
        assert COLOUR.findall(text) == [], name


def test_it_defines_every_token_it_names() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.rglob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", css))
    named_tokens = set(re.findall(r"var\((--[\w-]+)", css))
    assert named_tokens - defined == set()


def test_it_defines_each_dark_colour_that_has_a_light_one() -> None:
    text = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media", 1)
    colours = {
        name for name, value in re.findall(r"(--[\w-]+): ([^;}]+)", light) if COLOUR.match(value.strip())
    }
    assert colours - set(re.findall(r"(--[\w-]+):", dark)) == set()


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
