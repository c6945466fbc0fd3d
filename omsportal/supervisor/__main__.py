"""`python3 -m omsportal.supervisor`: the first stage, read by whatever Python the machine has."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this line must run on an older Python to say so)
    sys.exit("Порталу нужен Python 3.11 или новее (на Debian 12 он уже есть: sudo apt-get install python3).")

from omsportal.supervisor.command import main

sys.exit(main(sys.argv[1:]))
