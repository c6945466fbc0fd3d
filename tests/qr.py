"""QR codes as the camera of a phone reads them: from the drawn page, by a decoder that is not ours."""

import pypdfium2
import zxingcpp


def texts_on(document: bytes) -> list[str]:
    """What each code on the pages of a PDF says, in their order."""
    pages = pypdfium2.PdfDocument(document)
    drawn = [page.render(scale=2).to_pil() for page in pages]
    return [code.text for image in drawn for code in zxingcpp.read_barcodes(image)]
