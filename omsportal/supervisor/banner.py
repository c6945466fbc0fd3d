"""What a newcomer sees when the portal is up."""

from omsportal.supervisor.data_directory import DataDirectory
from omsportal.supervisor.options import Options

PASSWORD = "demo"  # noqa: S105 (the public password of the demo, refused outside DEMO)
# Login and who it is; complaints' load_demo makes them (a test compares).
ACCOUNTS = (
    ("operator", "оператор контакт-центра, 1-й уровень"),
    ("specialist", "специалист по защите прав, 2-й уровень"),
    ("expert", "эксперт, 3-й уровень"),
    ("head", "руководитель службы в филиале"),
    ("insurer_admin", "администратор страховой компании"),
    ("fund", "руководитель отдела территориального фонда"),
    ("fund_operator", "оператор территориального фонда"),
    ("admin", "администратор портала (раздел /admin/)"),
    ("rival", "оператор другой компании: чужих обращений не видит"),
)


def text(options: Options, directory: DataDirectory, *, demo: bool) -> str:
    """Addresses, accounts, what to try; without the demo, how to make the first account."""
    lines = ["", f"Портал работает: {options.address}/", ""]
    lines += _demo(options.address, directory) if demo else _first_account()
    lines += [
        "",
        f"Журналы: {directory.path / 'logs'}. Остановить: Ctrl-C. Данные сохранятся до следующего запуска.",
    ]
    return "\n".join(lines)


def _demo(address: str, directory: DataDirectory) -> list[str]:
    width = max(len(login) for login, _ in ACCOUNTS)
    return [
        f"Учебные сотрудники (вход — {address}/accounts/login/, пароль у всех: {PASSWORD}):",
        *(f"  {login:<{width}}  {who}" for login, who in ACCOUNTS),
        "",
        "Что попробовать:",
        f"  1. Подайте обращение как пациент: {address}/complaints/new/ — запишите номер и код доступа.",
        "     Полис для пробы — в списке ниже.",
        "  2. Войдите как operator: обращение уже в очереди, рядом — сколько осталось времени на ответ.",
        "  3. Подождите несколько минут: таймер сам передаст его специалисту, затем эксперту.",
        f"  4. Проверьте по номеру и коду, что видит пациент: {address}/status/",
        f"     Коды из СМС и письма никуда не уходят: они лежат в {directory.path / 'sms'} и рядом, в mail.",
        f"  5. Кому звонить прямо сейчас: {address}/call/",
        *_samples(directory),
    ]


def _samples(directory: DataDirectory) -> list[str]:
    if not directory.samples_file.exists():
        return []
    lines = directory.samples_file.read_text().splitlines()
    return ["", "Вымышленные данные для пробы:", *(f"  {line}" for line in lines)]


def _first_account() -> list[str]:
    return [
        "Учебных данных в этой базе нет. Первый администратор создаётся в другом окне командой",
        '  make manage ARGS="createsuperuser"',
    ]
