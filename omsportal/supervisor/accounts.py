"""PostgreSQL refuses to run as root, so for root its processes run under an unprivileged account."""

import ctypes
import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from omsportal.supervisor.trouble import Trouble

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The user and group a server process runs under."""

    user_id: int
    group_id: int


def for_directory(directory: Path) -> Account | None:
    """The account for PostgreSQL's files in this directory; None: run as we are, we are not root.

    Root's server runs as the owner of the directory, or as `nobody` when root itself created it.
    """
    if os.geteuid() != 0:
        return None
    owner = directory.stat().st_uid if directory.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError as unknown:
        raise Trouble(
            f"У каталога {directory} нет известного системе владельца, а PostgreSQL не работает "
            "от имени root. Запустите make run обычным пользователем или удалите каталог."
        ) from unknown
    return Account(entry.pw_uid, entry.pw_gid)


def hand_over(directory: Path, account: Account | None) -> None:
    """Makes the directory, for the account only."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account is not None:
        os.chown(directory, account.user_id, account.group_id)
    directory.chmod(0o700)


def before_exec(account: Account | None, death_signal: int) -> Callable[[], None]:
    """What a child does between fork and exec: change account, then ask to be signalled when we die."""
    parent = os.getpid()

    def prepare() -> None:
        if account is not None:
            _become(account)
        # After the change of account: that clears the request.
        _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def die_with_parent(death_signal: int) -> None:
    """This process itself is signalled when its parent dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Words(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _become(account: Account) -> None:
    """Drops root but keeps passage through closed directories: a clone may lie under root's 0700 home.

    Where the capability cannot be kept (a bare container) the server still starts from an open directory.
    """
    _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account.group_id, account.group_id, account.group_id)
    os.setresuid(account.user_id, account.user_id, account.user_id)
    bit = 1 << _CAP_DAC_OVERRIDE
    header = _Header(_CAPABILITY_VERSION_3, 0)
    words = (_Words * 2)(_Words(bit, bit, bit), _Words(0, 0, 0))
    if _libc.capset(ctypes.byref(header), ctypes.byref(words)) == 0:
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
