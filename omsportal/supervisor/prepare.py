"""Brings translations, tables and reference data up to date, in one Django process started by the supervisor.

`python -m omsportal.supervisor.prepare [--demo]`
"""

import os
import sys

from omsportal.supervisor import say


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
        call_command("load_demo")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
