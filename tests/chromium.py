"""Debian's Chromium, as tests and pictures start it."""

from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
PORTAL = "portal"
FAULTS = Path(__file__).parent / "faults"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
