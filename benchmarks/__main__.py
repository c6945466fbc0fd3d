"""Start a durable PostgreSQL of our own, fill it, run the benchmarks and print one JSON object a line."""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.servers import django_on

BENCHES = ("escalation", "plans", "seal", "portal", "queue", "load", "import")
#: No module can be called import.
MODULES = {"import": "importing"}
SCALES = ("small", "full")


def main() -> int:
    name, scale = os.environ.get("NAME", ""), os.environ.get("SCALE", "small")
    if scale not in SCALES or (name and name not in BENCHES):
        print(
            f"NAME is one of {', '.join(BENCHES)} or empty; SCALE is {' or '.join(SCALES)}.", file=sys.stderr
        )
        return 2
    for bench in [name] if name else BENCHES:
        with tempfile.TemporaryDirectory(prefix="omsportal-bench-") as directory, django_on(Path(directory)):
            import_module(f"benchmarks.{MODULES.get(bench, bench)}").run(scale)
    return 0


if __name__ == "__main__":
    sys.exit(main())
