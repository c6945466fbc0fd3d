"""The process that takes one document apart: bytes in, one line of JSON and the changed bytes out.

It limits itself before it looks at anything, and is imported without Django: it knows no settings.
"""

import json
import resource
import sys
from collections.abc import Callable, Mapping

MEGABYTE = 1024 * 1024
MEMORY, SECONDS = 1024 * MEGABYTE, 20


def limit_myself() -> None:
    """No more memory and time than a document needs, no files, no core dump."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(kind: str) -> None:
    limit_myself()
    from complaints.documents import Cleaned, Reason, Refused, pdf, word

    takers: Mapping[str, Callable[[bytes], Cleaned]] = {"pdf": pdf.clean, "word": word.clean}
    content = sys.stdin.buffer.read()
    try:
        cleaned = takers[kind](content)
    except Refused as refusal:
        _answer({"refused": refusal.reason.value})
    except Exception as error:  # whatever a library says about a stranger's bytes; its words repeat them
        _answer({"refused": Reason.DAMAGED.value, "broke": type(error).__name__})
    else:
        removed = [each.value for each in cleaned.removed]
        _answer({"refused": "", "removed": removed}, cleaned.content if removed else b"")


def _answer(said: Mapping[str, object], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


if __name__ == "__main__":
    main(sys.argv[1])
