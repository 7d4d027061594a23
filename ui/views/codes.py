"""The two-dimensional code of a number, as a picture for the screen."""

from PySide6.QtGui import QColor, QImage

_QUIET_MODULES = 2


def qr_picture(text: str) -> QImage:
    """Draw a QR code, one pixel a module with its quiet zone; the screen enlarges it unsmoothed."""
    import qrcode  # noqa: PLC0415 - not needed before the first submission

    code = qrcode.QRCode(border=_QUIET_MODULES, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x, y, QColor("black"))
    return image
