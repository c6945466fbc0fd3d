"""What somebody typed into a form that could not be taken: to be sent, not typed, once more."""

import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

#: Never written into a page, not even for the one who typed it.
_SECRET = ("password", "csrfmiddlewaretoken")


@dataclass(frozen=True, slots=True)
class Typed:
    """Names and values in the order of the form. Files are not among them: browsers keep none."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    had_files: bool = False


def typed_in(request: HttpRequest) -> Typed:
    """Everything but secrets; nothing if what was sent cannot be read any more."""
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        had_files = bool(request.FILES)
    # Whatever is wrong with the body, the page that asks for this is still the answer.
    except Exception as error:
        logger.warning("what was sent cannot be shown again: %s", type(error).__name__)
        return Typed()
    return Typed([(name, str(value)) for name, value in sent if not _is_secret(name)], had_files)


def is_from_our_page(request: HttpRequest) -> bool:
    """A form sent by a page of ours, by the browser's own word, which no page can change."""
    if request.method != "POST":
        return False
    if "Origin" in request.headers:
        ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
        return request.headers["Origin"] in ours
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def is_from_elsewhere(request: HttpRequest) -> bool:
    """A form of another site: its words are not those of whoever would press a button of ours."""
    return request.method == "POST" and "Origin" in request.headers and not is_from_our_page(request)


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRET)
