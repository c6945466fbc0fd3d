"""Gunicorn's own lines in the portal's form: `--logger-class omsportal.server_log.ServerLog`."""

import logging.config
import os
from importlib import import_module
from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):
    """Its lines go where the portal's go. Access lines it writes none: the portal does, without addresses."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)  # type: ignore[no-untyped-call]  # gunicorn has no types
        settings = import_module(os.environ.get("DJANGO_SETTINGS_MODULE", "omsportal.settings"))
        logging.config.dictConfig(settings.LOGGING)
