"""PDF documents: a template of templates/pdf/ filled with data, in memory only.

Every document is PDF/UA-1: tagged, with title and language, so that a screen reader can read it aloud. Data
reach the template as JSON, never as its source: nothing that somebody typed is a command. Words come in the
data, already in the reader's language; templates hold the layout.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

CONTENT_TYPE = "application/pdf"
STANDARD: Final = "ua-1"


def render(template: str, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """The document of templates/pdf/<template>.typ, dated `now`.

    `data` is a JSON object with at least `title` and `lang`. Nothing is written to disk, and nothing but the
    templates' folder is read. Raises typst.TypstError for a template that cannot be set.
    """
    return typst.compile(
        str(_folder() / f"{template}.typ"),
        root=str(_folder()),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)},
        pdf_standards=STANDARD,
        timestamp=now.replace(microsecond=0),  # documents know seconds
    )


def qr(text: str) -> str:
    """A QR code as SVG for the data of a template. Never of a secret: a camera passes it on to anybody."""
    drawn = BytesIO()
    code = QRCode(border=2, image_factory=SvgPathImage)
    code.add_data(text)
    code.make_image().save(drawn)
    return drawn.getvalue().decode()


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "pdf"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the fonts inside the package: the same document on every machine."""
    return typst.Fonts(include_system_fonts=False)
