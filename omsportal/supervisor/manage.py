"""`make manage ARGS="…"`: a manage.py command with the settings of the portal that `make run` has running."""

import os
import subprocess
import sys

from omsportal.supervisor import options, say
from omsportal.supervisor.data_directory import DataDirectory, read_variables
from omsportal.supervisor.processes import ROOT


def main(arguments: list[str]) -> int:
    """The exit code of manage.py, 1 when nothing is running."""
    say.prepare_output()
    environment_file = DataDirectory(options.read(os.environ).data_dir).environment_file
    if not environment_file.exists():
        say.trouble("Портал не запущен: сначала make run, затем эта команда в другом окне.")
        return 1
    variables = {**os.environ, **read_variables(environment_file)}
    return subprocess.run([sys.executable, "manage.py", *arguments], env=variables, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
