"""The complaint-side reference rows: what is missing is added, what is there stays as people left it."""

from omsportal.platform import reference


def register() -> None:
    """Called when the app is ready."""
    reference.register("complaints", "complaints.reference.loading.load_reference")
