"""The two stages of `make run`: this Python installs, the virtual environment's Python supervises."""

import os
import signal
from collections.abc import Sequence

from omsportal.supervisor import accounts, install, options, readiness, say
from omsportal.supervisor.signals import raise_on_signals
from omsportal.supervisor.trouble import Stopped, Trouble


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 after an ordinary stop, 1 after a sentence about what is wrong."""
    say.prepare_output()
    if "--follow-parent" in arguments:
        # `make` may be killed without passing it on.
        accounts.die_with_parent(signal.SIGTERM)
    raise_on_signals()
    try:
        if "--no-install" not in arguments:
            _install_and_continue(arguments)
        from omsportal.supervisor.portal import run

        run(os.environ)
    except Trouble as trouble:
        say.trouble(str(trouble))
        return 1
    except OSError as refused:
        say.trouble(_about_file(refused))
        return 1
    except Stopped:
        say.plain("Портал остановлен.")
    return 0


def _install_and_continue(arguments: Sequence[str]) -> None:
    """Does not return: the same process goes on as the environment's Python."""
    if not install.is_installed("run"):
        # Said before a minute of installing, not after it.
        readiness.check_port(options.read(os.environ).port)
    python = install.ensure("run")
    os.execv(python, [str(python), "-m", "omsportal.supervisor", "--no-install", *arguments])


def _about_file(refused: OSError) -> str:
    return (
        f"Не удалось прочитать или записать {refused.filename or 'файл'} ({refused.strerror}): проверьте "
        "права и свободное место, затем повторите make run."
    )
