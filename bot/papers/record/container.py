"""One PDF/A-3 that carries a record: a page for people, the record and its verifiers attached, and a seal over it all.

The seal stands on a line of its own before the last three: a comment, to whoever reads the PDF. It is over every other
byte of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.report.pages import Cover, Report
from bot.papers.record.keys import RecordKey

if TYPE_CHECKING:
    from fpdf import FPDF

MIME = "application/pdf"
MARK = b" cellule-record-1"
SEAL = "cellule-seal-1"
_HEADER = re.compile(rb"%PDF-1\.\d\n%[\x80-\xff]{4}")
_ENTRY = re.compile(rb"(\d{10}) 00000 n")
_END = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_KINDS = {
    ".json": ("application/json", "Data"),
    ".py": ("text/x-python", "Supplement"),
    ".html": ("text/html", "Supplement"),
}
"""Of each attachment: what it is, and what it is to the page."""
_FONT = "record"
_BODY, _TITLE, _CODE = 10.5, 18, 9
"""Points."""
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
<xmp:CreatorTool>Cellule</xmp:CreatorTool>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>"""


def made(cover: Cover, files: Mapping[str, bytes], at: datetime, report: Report | None = None) -> bytes:
    """Return the PDF with *files* attached, not sealed yet: the same bytes for the same things.

    Its pages are the *report*; the cover alone where there is none. Slow: not for the event loop.
    """
    from fpdf import FPDF  # noqa: PLC0415 - a fifth of a second, for who exports

    from bot.papers.report.pdf import draw_report  # noqa: PLC0415 - draws with it

    pdf = FPDF(enforce_compliance="PDF/A-3B")
    pdf.set_creation_date(at)
    pdf.set_xmp_metadata(_XMP.format(title=escape(cover.title), at=f"{at:%Y-%m-%dT%H:%M:%SZ}"))
    pdf.set_lang(cover.language)
    if report is None:
        _draw(pdf, cover)
    else:
        draw_report(pdf, report)
    # Readers look for a name among sorted ones.
    for name, data in sorted(files.items()):
        mime, relation = _KINDS[Path(name).suffix]
        pdf.embed_file(
            bytes=data,
            basename=name,
            mime_type=mime,
            desc=cover.files[name],
            associated_file_relationship=relation,
            modification_date=at,
            compress=True,
        )
    return _marked(bytes(pdf.output()))


def sealed(pdf: bytes, key: RecordKey) -> bytes:
    """Return a PDF with its seal. Raises ValueError when it does not end as ours do."""
    end = _ended(pdf).start()
    signature = key.sign(f"{SEAL} {sha256(pdf).hexdigest()}")
    return pdf[:end] + f"%{SEAL} {signature}\n".encode() + pdf[end:]


def _draw(pdf: FPDF, cover: Cover) -> None:
    from fpdf.enums import WrapMode  # noqa: PLC0415 - see above

    from bot.papers.report.sheet import fonts_folder  # noqa: PLC0415 - see above

    fonts = fonts_folder()
    pdf.add_font(_FONT, "", fname=fonts / "DejaVuSans.ttf")
    pdf.add_font(_FONT, "B", fname=fonts / "DejaVuSans-Bold.ttf")
    pdf.set_margin(22)
    pdf.add_page()
    pdf.set_font(_FONT, "B", size=_TITLE)
    pdf.multi_cell(0, 9, cover.title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    for paragraph in cover.paragraphs:
        pdf.set_font(_FONT, size=_BODY)
        pdf.multi_cell(0, 5.5, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(2.5)
    for line in cover.code:
        pdf.set_font(_FONT, size=_CODE)
        pdf.multi_cell(0, 5, line, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)
        pdf.ln(1.5)


def _marked(pdf: bytes) -> bytes:
    """Return a PDF that says in its second line what it is; every place in its table moves by as much."""
    header = _HEADER.match(pdf)
    if header is None:
        raise ValueError("this is no PDF of ours")
    start = int(_ended(pdf)[1])
    body, table = pdf[header.end() : start], pdf[start:]
    table = _ENTRY.sub(lambda place: b"%010d 00000 n" % (int(place[1]) + len(MARK)), table)
    table = _END.sub(b"startxref\n%d\n%%%%EOF\n" % (start + len(MARK)), table)
    return header[0] + MARK + body + table


def _ended(pdf: bytes) -> re.Match[bytes]:
    found = _END.search(pdf)
    if found is None:
        raise ValueError("this is no PDF of ours")
    return found
