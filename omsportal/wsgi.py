"""Pages and API."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application


def _application() -> Any:
    """The portal, which adds its counters up between requests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")
    pages = get_wsgi_application()
    # Only now: it looks at the models, which exist once the applications are loaded.
    from omsportal.platform.counters import Counted

    return Counted(pages)


application = _application()
