"""One-page PDF files of the reference portal: results and licences, marked as demonstration.

The text is set in the standard Chinese font of PDF readers (ISO 32000-1, 9.7.5.2:
`STSong-Light` with `UniGB-UTF16-H`), so nothing is embedded and the bytes are the same
on every machine.
"""

from collections.abc import Sequence
from typing import Final

_LEFT: Final = 72
_TOP: Final = 740
_LEADING: Final = 26
MARK: Final = "演示数据"
_CATALOG: Final = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES: Final = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE: Final = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F 5 0 R >> >> >>"
)
_FONT: Final = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [6 0 R] >>"
)
_CID_FONT: Final = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    b" /FontDescriptor 7 0 R >>"
)
_DESCRIPTOR: Final = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /Ascent 752"
    b" /Descent -271 /CapHeight 737 /StemV 58 /FontBBox [-25 -254 1000 880] >>"
)


def page(title: str, lines: Sequence[str], watermark: str = "") -> bytes:
    """A PDF with a title, lines of text and a grey line at the foot.

    Args:
        title: the name of the paper.
        lines: what it says, one line each; nothing is wrapped.
        watermark: at the foot, beside the mark of a demonstration.
    """
    drawn = [
        f"BT /F 22 Tf {_LEFT} {_TOP + 40} Td {_text(title)} Tj ET",
        *(
            f"BT /F 13 Tf {_LEFT} {_TOP - _LEADING * place} Td {_text(line)} Tj ET"
            for place, line in enumerate(lines)
        ),
        f"0.55 g BT /F 10 Tf {_LEFT} 90 Td {_text(watermark)} Tj ET",
        f"0.55 g BT /F 10 Tf {_LEFT} 70 Td {_text(MARK)} Tj ET",
    ]
    content = "\n".join(drawn).encode("ascii")
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    return _file([_CATALOG, _PAGES, _PAGE, stream, _FONT, _CID_FONT, _DESCRIPTOR])


def _text(words: str) -> str:
    return f"<{words.encode('utf-16-be').hex().upper()}>"


def _file(objects: list[bytes]) -> bytes:
    whole = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(whole + b"startxref\n%d\n%%%%EOF\n" % table)
