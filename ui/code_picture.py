"""The number's QR code as a picture for the last page."""

import io

_BORDER_MODULES = 2
_MODULE_PX = 8


def code_png(text: str) -> bytes:
    """Draw a QR code (level M) as a PNG; about ten milliseconds for a number."""
    import qrcode  # noqa: PLC0415 - not before the first frame
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415 - not before the first frame

    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=_MODULE_PX, border=_BORDER_MODULES
    )
    code.add_data(text)
    code.make(fit=True)
    data = io.BytesIO()
    code.make_image().save(data, "PNG")
    return data.getvalue()
