"""Shopify's product CSV: rows that belong together become a product, or errors that name line, column and reason.

A product begins with a row that has a title; the rows after it with the same handle add variants and pictures. Whatever
is wrong with one row spoils its product and no other.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

import nh3

from fastshop.contract.imports import FileUnreadable

_NEEDED = ("Handle", "Title", "Variant Price")
# The longest cell we would keep is a description; csv's own limit is above it.
_LIMITS = {"Title": 200, "Handle": 100, "Vendor": 200, "Variant SKU": 100, "Body (HTML)": 20_000, "Image Src": 2_000}
_MAX_VARIANTS = 200
_MAX_IMAGES = 50
_MOST = 1_000_000
# In bytes. A file without line breaks must not come into memory whole.
_LONGEST_LINE = 1024 * 1024
_HANDLE = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_PRICE = re.compile(r"^\d{1,9}(\.\d{1,2})?$")

Row = Mapping[str, str]


@dataclass(eq=False)
class Wrong(Exception):
    """A row that cannot be taken."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant as the file has it."""

    sku: str
    options: Mapping[str, str]
    price: Decimal
    compare_at_price: Decimal | None
    stock: int


@dataclass(slots=True)
class ProductDraft:
    """A product as the file has it. ``lines`` are those of its rows; with ``wrong`` it is not taken."""

    handle: str
    lines: list[int] = field(default_factory=list)
    title: str = ""
    description: str = ""
    vendor: str = ""
    category: str = ""
    status: str = "active"
    options: tuple[str, ...] = ()
    variants: list[VariantDraft] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    wrong: Wrong | None = None


def rows(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    """The rows of a file with the line each begins at; the header is line 1. Refused as a whole: `FileUnreadable`."""
    reader = csv.reader(_text_lines(file), strict=True)
    line = 1
    try:
        header = next(reader, [])
        _check_header(header)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                yield line, dict(zip(reversed(header), reversed(_fitted(cells, len(header))), strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileUnreadable(f"The file is not CSV: {error}.", line) from None


def products(numbered: Iterator[tuple[int, Row]]) -> Iterator[ProductDraft]:
    """The products of a file, one at a time."""
    draft: ProductDraft | None = None
    seen: set[str] = set()
    for line, row in numbered:
        handle = row["Handle"].strip()
        if draft is None or handle != draft.handle:
            if draft is not None:
                yield draft
            draft = ProductDraft(handle)
            if handle in seen:
                draft.wrong = Wrong(line, "Handle", "This handle came earlier: the rows of a product stand together.")
            seen.add(handle)
        draft.lines.append(line)
        if draft.wrong is None:
            _add(draft, line, row)
    if draft is not None:
        yield draft


def _text_lines(file: BinaryIO) -> Iterator[str]:
    """The lines, each decoded by itself, so that the one that cannot be is named exactly."""
    line = 0
    while raw := file.readline(_LONGEST_LINE):
        line += 1
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            raise FileUnreadable("The file is not CSV: this line is too long.", line)
        try:
            yield raw.decode("utf-8-sig" if line == 1 else "utf-8")
        except UnicodeDecodeError:
            raise FileUnreadable("The file is not UTF-8 text.", line) from None


def _check_header(header: list[str]) -> None:
    missing = [column for column in _NEEDED if column not in header]
    if missing:
        raise FileUnreadable(f"The file is no product export: the column “{missing[0]}” is missing.", 1)


def _fitted(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _add(draft: ProductDraft, line: int, row: Row) -> None:
    try:
        _check_text(line, row)
        if len(draft.lines) == 1:
            _begin(draft, line, row)
        if row.get("Image Src") and len(draft.images) < _MAX_IMAGES:
            draft.images.append(_image(line, row))
        if row["Variant Price"] or len(draft.lines) == 1:
            draft.variants.append(_variant(draft, line, row))
    except Wrong as wrong:
        draft.wrong = wrong


def _begin(draft: ProductDraft, line: int, row: Row) -> None:
    if not _HANDLE.match(draft.handle):
        raise Wrong(line, "Handle", "A handle has lower-case letters, digits and single hyphens.")
    if not row["Title"].strip():
        raise Wrong(line, "Title", "The first row of a product has its title.")
    draft.title = row["Title"].strip()
    draft.description = nh3.clean(row.get("Body (HTML)", ""))
    draft.vendor = row.get("Vendor", "").strip()
    draft.category = row.get("Type", "").strip()
    draft.status = _status(row)
    draft.options = _options(row)


def _options(row: Row) -> tuple[str, ...]:
    names = tuple(row.get(f"Option{number} Name", "").strip() for number in (1, 2, 3))
    if names[0] == "Title" and row.get("Option1 Value", "").strip() == "Default Title":
        return ()
    return tuple(name[:50] for name in names if name)


def _status(row: Row) -> str:
    status = row.get("Status", "").strip().lower()
    if status in ("draft", "archived"):
        return status
    return "draft" if row.get("Published", "").strip().lower() == "false" else "active"


def _variant(draft: ProductDraft, line: int, row: Row) -> VariantDraft:
    options = {name: _option(line, row, number) for number, name in enumerate(draft.options, start=1)}
    if any(variant.options == options for variant in draft.variants):
        raise Wrong(line, "Option1 Value", "Another variant of the product has the same options.")
    if len(draft.variants) >= _MAX_VARIANTS:
        raise Wrong(line, "Handle", f"A product has {_MAX_VARIANTS} variants at most.")
    return VariantDraft(
        sku=row.get("Variant SKU", "").strip().lstrip("'"),
        options=options,
        price=_price(line, row, "Variant Price"),
        compare_at_price=_price(line, row, "Variant Compare At Price") if row.get("Variant Compare At Price") else None,
        stock=_stock(line, row),
    )


def _option(line: int, row: Row, number: int) -> str:
    value = row.get(f"Option{number} Value", "").strip()
    if not value or len(value) > 100:
        raise Wrong(line, f"Option{number} Value", "An option has a value of 1 to 100 characters.")
    return value


def _price(line: int, row: Row, column: str) -> Decimal:
    text = row[column].strip()
    if not _PRICE.match(text):
        raise Wrong(line, column, f"“{text[:20]}” is not a price such as 12.50.")
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Wrong(line, column, f"“{text[:20]}” is not a price such as 12.50.") from None


def _stock(line: int, row: Row) -> int:
    text = row.get("Variant Inventory Qty", "").strip()
    if not re.fullmatch(r"-?\d{0,9}", text):
        raise Wrong(line, "Variant Inventory Qty", f"“{text[:20]}” is not a number of units.")
    # Shopify counts below zero where it sells what is not there; we have nothing then.
    stock = max(int(text or 0), 0) if text != "-" else 0
    if stock > _MOST:
        raise Wrong(line, "Variant Inventory Qty", f"At most {_MOST} units can be kept.")
    return stock


def _image(line: int, row: Row) -> tuple[str, str]:
    url = row["Image Src"].strip()
    if not re.fullmatch(r"https://\S+", url):
        raise Wrong(line, "Image Src", "A picture's address begins with https://.")
    return url, row.get("Image Alt Text", "").strip()[:500]


def _check_text(line: int, row: Row) -> None:
    for column, cell in row.items():
        if "\0" in cell:
            raise Wrong(line, column, "The cell holds a NUL, which no text does.")
    for column, limit in _LIMITS.items():
        if len(row.get(column, "")) > limit:
            raise Wrong(line, column, f"At most {limit} characters can be kept.")
