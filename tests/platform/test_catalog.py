import gettext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from omsportal.platform import catalog
from omsportal.platform.catalog import Found

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
one = _("Call us")
two = pgettext_lazy("month", "May")
three = ngettext("%(count)d day", "%(count)d days", 3) % {"count": 3}
"""
PAGE = """
<h1>{% translate "Your appeal" %}</h1>
      {% if x %}
   <p title="{% translate 'Hint' context 'noun' %}">{{ _("Inline")|upper }}</p>
  {% endif %}
{% blocktranslate trimmed with number=case.number %}
  Appeal {{ number }}
  is registered
{% endblocktranslate %}
{% blocktranslate count days=days %}{{ days }} day left{% plural %}{{ days }} days left{% endblocktranslate %}
"""
PART = r"""
msgid "Call us"
msgstr "Позвоните нам"

msgctxt "month"
msgid "May"
msgstr "май"

msgid "%(count)d day"
msgid_plural "%(count)d days"
msgstr[0] "%(count)d день"
msgstr[1] "%(count)d дня"
msgstr[2] "%(count)d дней"

msgid "Your appeal"
msgstr "Ваше обращение"

msgctxt "noun"
msgid "Hint"
msgstr "Подсказка"

msgid "Inline"
msgstr "В строке"

msgid "Appeal %(number)s is registered"
msgstr "Обращение %(number)s зарегистрировано"

msgid "%(days)s day left"
msgid_plural "%(days)s days left"
msgstr[0] "остался %(days)s день"
msgstr[1] "осталось %(days)s дня"
msgstr[2] "осталось %(days)s дней"
"""
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def project(tmp_path: Path, settings: Settings) -> Path:
    """A small project in a directory of its own."""
    for folder in ("omsportal", "insurers", "representatives", "complaints", "templates", "locale/parts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "complaints/views.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates/case.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "locale/parts/lead.po").write_text(HEADER + PART, encoding="utf-8")
    settings.BASE_DIR = tmp_path
    return tmp_path


def add_part(project: Path, text: str) -> None:
    (project / "locale/parts/other.po").write_text(HEADER + text, encoding="utf-8")


def test_it_finds_texts_of_code_and_templates(project: Path):
    found = catalog.find_messages(project, ["complaints", "templates"])
    assert {(one.context, one.singular, one.plural) for one in found.values()} == {
        ("", "Call us", ""),
        ("month", "May", ""),
        ("", "%(count)d day", "%(count)d days"),
        ("", "Your appeal", ""),
        ("noun", "Hint", ""),
        ("", "Inline", ""),
        ("", "Appeal %(number)s is registered", ""),
        ("", "%(days)s day left", "%(days)s days left"),
    }


def test_it_compiles_a_catalogue_that_gettext_reads(project: Path):
    call_command("messages", "--compile")
    russian = gettext.translation("django", project / "locale", ["ru"])
    assert russian.gettext("Call us") == "Позвоните нам"
    assert russian.pgettext("month", "May") == "май"
    days = [russian.ngettext("%(count)d day", "%(count)d days", n) % {"count": n} for n in (1, 2, 5, 11, 21)]
    assert days == ["1 день", "2 дня", "5 дней", "11 дней", "21 день"]


def test_it_changes_nothing_the_second_time(project: Path):
    call_command("messages")
    target = project / "locale/ru/LC_MESSAGES/django.po"
    first = target.read_text(encoding="utf-8")
    call_command("messages")
    assert target.read_text(encoding="utf-8") == first
    call_command("messages", "--check")


def test_check_writes_nothing_and_fails_when_the_catalogue_is_old(project: Path):
    with pytest.raises(CommandError, match="is not up to date"):
        call_command("messages", "--check")
    assert not (project / "locale/ru").exists()


def test_check_names_a_text_without_russian(project: Path):
    (project / "omsportal/new.py").write_text(
        'from x import _\n_("Nobody translated me")\n', encoding="utf-8"
    )
    call_command("messages")
    with pytest.raises(CommandError, match=r"'Nobody translated me' \(omsportal/new.py\) has no Russian"):
        call_command("messages", "--check")


def test_check_names_two_parts_that_disagree(project: Path):
    add_part(project, '\nmsgid "Call us"\nmsgstr "Звоните"\n')
    call_command("messages")
    with pytest.raises(CommandError, match=r"other\.po: another part translates 'Call us' differently"):
        call_command("messages", "--check")


def test_check_tells_what_is_used_nowhere_but_lets_it_pass(project: Path, capsys: pytest.CaptureFixture[str]):
    add_part(project, '\nmsgid "Old"\nmsgstr "Старое"\n')
    call_command("messages")
    call_command("messages", "--check")
    assert "'Old'" in capsys.readouterr().err


def test_a_fuzzy_translation_does_not_count(project: Path):
    part = project / "locale/parts/lead.po"
    part.write_text(part.read_text(encoding="utf-8").replace('msgid "Inline"', '#, fuzzy\nmsgid "Inline"'))
    call_command("messages")
    with pytest.raises(CommandError, match="'Inline'"):
        call_command("messages", "--check")


@pytest.mark.parametrize(
    ("singular", "plural", "forms"),
    [
        ("Appeal %(number)s", "", ("Обращение",)),
        ("Appeal %(number)s", "", ("Обращение %(nomer)s",)),
        ("Appeal {number}", "", ("Обращение",)),
        ("%s of %d", "", ("%s из",)),
        ("%(n)s day", "%(n)s days", ("%(n)s день", "%(n)s дня", "дней")),
        ("Call", "", ("Звоните %(who)s",)),
    ],
)
def test_it_notices_a_placeholder_that_differs(singular: str, plural: str, forms: tuple[str, ...]):
    assert "same placeholders" in catalog.faults_of(Found("", singular, plural), forms)[0]


@pytest.mark.parametrize(
    ("singular", "plural", "forms"),
    [
        ("100 % of it", "", ("все 100 %",)),
        ("100%% of it", "", ("100 %%",)),
        ("one day", "%(n)s days", ("%(n)s день", "%(n)s дня", "%(n)s дней")),
        ("{a} and {b}", "", ("{b} и {a}",)),
    ],
)
def test_it_accepts_what_fits(singular: str, plural: str, forms: tuple[str, ...]):
    assert catalog.faults_of(Found("", singular, plural), forms) == []


def test_it_notices_missing_forms():
    merged = catalog.merge({("", "day"): Found("", "day", "days")}, {})
    assert "three Russian forms" in merged.faults[0]
