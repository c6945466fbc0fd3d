"""Words to the person at the terminal."""

import sys


def prepare_output() -> None:
    """Russian text never breaks on a terminal that cannot show it, and appears at once in a pipe."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)


def step(text: str) -> None:
    """Something begins."""
    print(f"• {text}", flush=True)


def detail(text: str) -> None:
    """Something inside the current step."""
    print(f"    {text}", flush=True)


def warning(text: str) -> None:
    """Something went wrong but is being mended."""
    print(f"! {text}", flush=True)


def trouble(text: str) -> None:
    """The end: what is wrong and what to do."""
    print(f"\n✗ {text}", file=sys.stderr, flush=True)


def plain(text: str) -> None:
    print(text, flush=True)
