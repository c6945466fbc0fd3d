"""Brings translations, tables and reference data up to date, in one Django process started by the supervisor.

`python -m omsportal.supervisor.prepare [--demo]`
"""

import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from omsportal.supervisor import say
from omsportal.supervisor.data_directory import DataDirectory


def main(arguments: list[str]) -> int:
    say.prepare_output()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    say.step("Собираю переводы")
    call_command("messages", "--compile")
    say.step("Обновляю таблицы базы")
    call_command("migrate", "--no-input")
    say.step("Загружаю справочники: регионы, страховые компании, телефоны, производственный календарь")
    call_command("load_reference")
    if "--demo" in arguments:
        say.step("Загружаю учебные данные: вымышленные обращения и сотрудники")
        _load_demo(call_command)
    return 0


def _load_demo(call_command: Callable[..., object]) -> None:
    """What a newcomer can type (policies, numbers, codes) is shown and kept for the next start."""
    output = StringIO()
    call_command("load_demo", stdout=output)
    samples = [line for line in output.getvalue().splitlines() if line and not line.startswith("{")]
    for line in samples:
        say.detail(line)
    DataDirectory(Path(os.environ["DATA_DIR"])).samples_file.write_text("\n".join(samples))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
