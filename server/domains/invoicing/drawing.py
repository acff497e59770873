"""Sheets as PDF. The font has Latin, Greek and Cyrillic letters, and is part of the file: it looks the same everywhere.

Loaded when the first paper is drawn: it takes half a second, and a server that draws none need not wait.
"""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pymupdf_fonts
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from server.domains.invoicing.sheets import Cell, Sheet

_MARGIN = 20 * mm
# Inside of the page's frame, on each side, in points.
_PADDING = 6
_WIDTH = A4[0] - 2 * _MARGIN
_INK, _SOFT, _LINE = colors.HexColor("#1c1f24"), colors.HexColor("#5b6470"), colors.HexColor("#d5dae0")
_FONTS = {"Sheet": "notos", "Sheet-Bold": "notosbo"}
_SIZE = 9

for _name, _file in _FONTS.items():
    pdfmetrics.registerFont(TTFont(_name, io.BytesIO(pymupdf_fonts.myfont(_file))))


def pdf(sheet: Sheet) -> bytes:
    """A sheet on as many pages as it needs. The same sheet is the same file. Blocks for some 50 ms."""
    file = io.BytesIO()
    name = " ".join((sheet.title, sheet.facts[0][1]))
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=name,
        author=sheet.sender[0],
        invariant=1,
    )

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont("Sheet", 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(_MARGIN, 10 * mm, name)
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Page {canvas.getPageNumber()}")

    document.build(_flow(sheet), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def joined(files: Sequence[bytes]) -> bytes:
    """Several papers as one file."""
    if len(files) == 1:
        return files[0]
    writer = PdfWriter()
    for each in files:
        writer.append(PdfReader(io.BytesIO(each)))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _flow(sheet: Sheet) -> list[Flowable]:
    flow: list[Flowable] = [_head(sheet), Spacer(0, 9 * mm), _parties(sheet), Spacer(0, 9 * mm), _table(sheet)]
    end: list[Flowable] = [Spacer(0, 4 * mm), _sums(sheet)] if sheet.sums else []
    end += [Spacer(0, 6 * mm), *(_text(note, soft=True) for note in sheet.notes)]
    return [*flow, KeepTogether(end)]


def _head(sheet: Sheet) -> Table:
    sender = _text(sheet.sender[0], bold=True, size=13)
    title = _text(sheet.title, bold=True, size=18, right=True)
    return Table([[sender, title]], colWidths=[_WIDTH * 0.6, _WIDTH * 0.4], style=_plain("BOTTOM"))


def _parties(sheet: Sheet) -> Table:
    further = [_text(line, soft=True) for line in sheet.sender[1:]]
    receiver = [*further, *([Spacer(0, 4 * mm)] if further else []), *(_text(line) for line in sheet.receiver)]
    facts = Table(
        [[_text(name, soft=True), _text(value, right=True)] for name, value in sheet.facts],
        colWidths=[_WIDTH * 0.15, _WIDTH * 0.41],
        style=_plain("TOP"),
    )
    return Table([[receiver, facts]], colWidths=[_WIDTH * 0.44, _WIDTH * 0.56], style=_plain("TOP"))


def _table(sheet: Sheet) -> Table:
    figures = [column.figures for column in sheet.columns]
    head = [_text(column.head, soft=True, right=column.figures, size=8) for column in sheet.columns]
    rows = [[_cell(cell, right) for cell, right in zip(row, figures, strict=True)] for row in sheet.rows]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, _LINE),
        ]
    )
    widths = [_WIDTH * column.share for column in sheet.columns]
    return Table([head, *rows], colWidths=widths, repeatRows=1, style=style)


def _sums(sheet: Sheet) -> Table:
    last = len(sheet.sums) - 1
    rows = [
        [_text(name, bold=number == last, right=True), _text(value, bold=number == last, right=True)]
        for number, (name, value) in enumerate(sheet.sums)
    ]
    style = TableStyle([("RIGHTPADDING", (-1, 0), (-1, -1), 0), ("LINEABOVE", (0, last), (-1, last), 0.8, _INK)])
    return Table(rows, colWidths=[_WIDTH * 0.42, _WIDTH * 0.24], hAlign="RIGHT", style=style)


def _cell(cell: Cell, right: bool) -> list[Flowable]:
    small = [_text(cell.detail, soft=True, right=right, size=7.5)] if cell.detail else []
    return [_text(cell.text, right=right), *small]


def _plain(side: str) -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), side),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0.5 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5 * mm),
        ]
    )


def _text(text: str, *, bold: bool = False, soft: bool = False, right: bool = False, size: float = _SIZE) -> Paragraph:
    """A text as it is, whatever signs are in it; too long a word is broken."""
    style = ParagraphStyle(
        "text",
        fontName="Sheet-Bold" if bold else "Sheet",
        fontSize=size,
        leading=size * 1.35,
        textColor=_SOFT if soft else _INK,
        splitLongWords=1,
        alignment=TA_RIGHT if right else TA_LEFT,
    )
    return Paragraph(escape(text), style)
