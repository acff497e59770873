"""Shopify's product CSV: rows that belong together become a product, or problems that name column and reason.

The rows of a product have its handle, usually but not always one after the other. One of them, the first that has a
title, says what the product is, and without it none can be taken. Each of them may add a variant and a picture. What
is wrong with a variant or a picture is left out, and nothing else; of a row all that is wrong is told at once.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain, groupby, takewhile
from typing import BinaryIO, NamedTuple, TypeVar

import nh3

from server.domains.imports.naming import sku_of
from server.domains.imports.sheet import Place, Row, Sheet

_OPTIONS = (1, 2, 3)
_NEEDED = ("Handle", "Title", "Variant Price")
_COLUMNS = (
    *_NEEDED,
    "Body (HTML)",
    "Vendor",
    "Type",
    "Status",
    "Published",
    *(f"Option{number} Name" for number in _OPTIONS),
    *(f"Option{number} Value" for number in _OPTIONS),
    "Variant SKU",
    "Variant Compare At Price",
    "Variant Inventory Qty",
    "Image Src",
    "Image Alt Text",
)
# A row with one of these has a variant; others only add a picture.
_VARIANT = ("Variant Price", "Variant SKU", *(f"Option{number} Value" for number in _OPTIONS))
# The longest cell we would keep is a description; csv's own limit is above it.
_LIMITS = {"Title": 200, "Vendor": 200, "Variant SKU": 100, "Body (HTML)": 20_000, "Image Src": 2_000}
_MAX_HANDLE = 100
_MAX_VARIANTS = 200
_MAX_IMAGES = 50
_MOST = 1_000_000
_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_STOCK = re.compile(r"-?[0-9]{0,9}")

Cells = Mapping[str, str]
Part = TypeVar("Part")


@dataclass(eq=False)
class Wrong(Exception):
    """Something in a row cannot be taken."""

    column: str
    reason: str


class Problem(NamedTuple):
    """Why a row failed, and in which column. Unlike an exception it holds on to nothing."""

    column: str
    reason: str


class _Reader:
    """Reads the parts of a row, and goes on after one that cannot be taken."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, part: Callable[[], Part], otherwise: Part) -> Part:
        """What ``part`` gives; ``otherwise`` where it cannot be taken, which is noted."""
        try:
            return part()
        except Wrong as wrong:
            self.problems.append(Problem(wrong.column, wrong.reason))
            return otherwise


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant as the file has it. ``name`` are its options' values, which tell it from its siblings."""

    name: str
    sku: str
    options: Mapping[str, str]
    price: Decimal
    compare_at_price: Decimal | None
    stock: int


class RowDraft(NamedTuple):
    """A row: what it adds to its product, and what is wrong with the rest of it. ``image`` is address and text."""

    line: int
    variant: VariantDraft | None = None
    image: tuple[str, str] | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class ProductDraft:
    """A product as the file has it. ``line`` is that of the row which says what it is; it failed with ``problems``."""

    handle: str
    line: int
    title: str = ""
    description: str = ""
    vendor: str = ""
    category: str = ""
    status: str = "active"
    options: Mapping[int, str] = field(default_factory=dict)
    rows: list[RowDraft] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    names: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


class Survey(NamedTuple):
    """What must be known of a file before its first product: how many rows, and where products are not in one piece.

    ``later`` are the places at which a product's rows go on, ``titles`` those of first titles in no first row.
    """

    rows: int
    later: Mapping[str, Sequence[Place]]
    titles: Mapping[str, Place]


def sheet(file: BinaryIO) -> Sheet:
    """A product export. Refused when it is none: `FileUnreadable`."""
    return Sheet(file, _COLUMNS, _NEEDED)


def survey(file: Sheet) -> Survey:
    """Read a file through. Of its products only the handles are kept in memory."""
    count, before = 0, ""
    titled: dict[str, bool] = {}
    later: dict[str, list[Place]] = {}
    titles: dict[str, Place] = {}
    for row in file.rows():
        count += 1
        handle, has_title = _handle(row), bool(row.cells["Title"].strip())
        known = titled.get(handle)
        if known is not None and handle != before:
            later.setdefault(handle, []).append(row.place)
        if known is False and has_title:
            titles[handle] = row.place
        if _is_handle(handle):
            titled[handle] = known or has_title
        before = handle
    return Survey(count, later, titles)


def products(file: Sheet, aside: Sheet, known: Survey) -> Iterator[ProductDraft]:
    """The products in the order of their first rows, each whole. ``aside`` is the same file, for what stands apart."""
    # Where each SKU was met first: one line has it, whatever product it is of.
    skus: dict[str, int] = {}
    for first, rows in _gathered(file, aside, known):
        draft = ProductDraft(_handle(first), first.line)
        _begin(draft, first.cells)
        # What is not taken has no SKU.
        draft.rows = [_row(draft, row, ChainMap({}, skus) if draft.problems else skus) for row in rows]
        yield draft


def not_taken(line: int) -> Problem:
    """Why the other rows of a product failed when the one at this line, which says what it is, did."""
    return Problem("", f"The product is not taken: see line {line}.")


def _gathered(file: Sheet, aside: Sheet, known: Survey) -> Iterator[tuple[Row, Iterable[Row]]]:
    """The row that says what the product is, and all its rows."""
    done: set[str] = set()
    for handle, group in groupby(file.rows(), key=_handle):
        if not _is_handle(handle):
            yield from ((row, [row]) for row in group)
        elif handle not in done:
            later, title = known.later.get(handle, ()), known.titles.get(handle)
            if later:
                done.add(handle)
            first = next(group)
            rows = chain([first], group, *(_piece(aside, handle, place) for place in later))  # noqa: B031 - what is left
            yield next(aside.rows(title)) if title else first, rows


def _piece(aside: Sheet, handle: str, place: Place) -> Iterator[Row]:
    return takewhile(lambda row: _handle(row) == handle, aside.rows(place))


def _handle(row: Row) -> str:
    return row.cells["Handle"].strip()


def _is_handle(handle: str) -> bool:
    return len(handle) <= _MAX_HANDLE and _HANDLE.fullmatch(handle) is not None


def _begin(draft: ProductDraft, cells: Cells) -> None:
    reader = _Reader()
    if not _is_handle(draft.handle):
        reason = "A handle is up to 100 lower-case letters, digits and single hyphens."
        reader.problems.append(Problem("Handle", reason))
    draft.title = reader.read(partial(_title, cells), "")
    draft.description = nh3.clean(reader.read(partial(_cell, cells, "Body (HTML)"), ""))
    draft.vendor = reader.read(partial(_cell, cells, "Vendor"), "")
    draft.category = reader.read(partial(_cell, cells, "Type"), "")
    draft.status = _status(cells)
    draft.options = reader.read(partial(_options, cells), {})
    draft.problems = tuple(reader.problems)


def _row(draft: ProductDraft, row: Row, skus: MutableMapping[str, int]) -> RowDraft:
    if draft.problems and row.line != draft.line:
        return RowDraft(row.line, problems=(not_taken(draft.line),))
    variant: VariantDraft | None = None
    no_variant: Sequence[Problem] = ()
    if row.line == draft.line or any(row.cells[column].strip() for column in _VARIANT):
        variant, no_variant = _variant(draft, row, skus)
    reader = _Reader()
    image = reader.read(partial(_image, draft, row.cells), None)
    if draft.problems:
        return RowDraft(row.line, problems=(*draft.problems, *no_variant, *reader.problems))
    left_out = _left_out(no_variant, "variant"), _left_out(reader.problems, "picture")
    return RowDraft(row.line, variant, image, (*left_out[0], *left_out[1]))


def _left_out(problems: Sequence[Problem], noun: str) -> Sequence[Problem]:
    """Problems of which the last one says what follows from them."""
    if not problems:
        return ()
    *others, last = problems
    return *others, last._replace(reason=f"{last.reason} The {noun} is left out.")


def _title(cells: Cells) -> str:
    title = _cell(cells, "Title")
    if not title:
        raise Wrong("Title", "One row of a product has its title.")
    return title


def _options(cells: Cells) -> Mapping[int, str]:
    """The names of the options by their numbers."""
    names = {number: _cell(cells, f"Option{number} Name") for number in _OPTIONS}
    if names[1] == "Title" and cells["Option1 Value"].strip() == "Default Title":
        return {}
    named = {number: name[:50] for number, name in names.items() if name}
    if len(set(named.values())) < len(named):
        raise Wrong("Option1 Name", "Two options have the same name.")
    return named


def _status(cells: Cells) -> str:
    status = cells["Status"].strip().lower()
    if status in ("draft", "archived"):
        return status
    return "draft" if cells["Published"].strip().lower() == "false" else "active"


def _variant(
    draft: ProductDraft, row: Row, skus: MutableMapping[str, int]
) -> tuple[VariantDraft | None, Sequence[Problem]]:
    """The row's variant, or all that is wrong with it."""
    cells, reader = row.cells, _Reader()
    options = {name: reader.read(partial(_option, cells, number), "") for number, name in draft.options.items()}
    name = "/".join(options.values())
    is_named = all(options.values())
    if is_named:
        reader.read(partial(_check_name, draft, name), None)
    sku = reader.read(partial(_cell, cells, "Variant SKU"), "").lstrip("'")
    variant = VariantDraft(
        name=name,
        sku=sku or sku_of(draft.handle, name),
        options=options,
        price=reader.read(partial(_price, cells, "Variant Price"), Decimal(0)),
        compare_at_price=reader.read(partial(_price_before, cells), None),
        stock=reader.read(partial(_stock, cells), 0),
    )
    if sku or is_named:
        reader.read(partial(_check_sku, skus, variant.sku), None)
    if reader.problems:
        return None, reader.problems
    skus[variant.sku] = row.line
    draft.names.add(name)
    return variant, ()


def _check_name(draft: ProductDraft, name: str) -> None:
    if name in draft.names:
        raise Wrong("Option1 Value", "Another variant of the product has the same options.")
    if len(draft.names) >= _MAX_VARIANTS:
        raise Wrong("Handle", f"A product has {_MAX_VARIANTS} variants at most.")


def _check_sku(skus: Mapping[str, int], sku: str) -> None:
    if sku in skus:
        raise Wrong("Variant SKU", f"The variant of line {skus[sku]} has the SKU “{sku}” too.")


def _option(cells: Cells, number: int) -> str:
    value = _cell(cells, f"Option{number} Value")
    if not value or len(value) > 100:
        raise Wrong(f"Option{number} Value", "An option has a value of 1 to 100 characters.")
    return value


def _price(cells: Cells, column: str) -> Decimal:
    text = _cell(cells, column)
    if not _PRICE.fullmatch(text):
        raise Wrong(column, f"“{text[:20]}” is not a price such as 12.50.")
    return Decimal(text).quantize(Decimal("0.01"))


def _price_before(cells: Cells) -> Decimal | None:
    column = "Variant Compare At Price"
    return _price(cells, column) if cells[column] else None


def _stock(cells: Cells) -> int:
    text = _cell(cells, "Variant Inventory Qty")
    if not _STOCK.fullmatch(text):
        raise Wrong("Variant Inventory Qty", f"“{text[:20]}” is not a number of units.")
    # Shopify counts below zero where it sells what is not there; we have nothing then.
    stock = max(int(text or 0), 0) if text != "-" else 0
    if stock > _MOST:
        raise Wrong("Variant Inventory Qty", f"At most {_MOST} units can be kept.")
    return stock


def _image(draft: ProductDraft, cells: Cells) -> tuple[str, str] | None:
    """The row's picture, unless it has none or the product has it already."""
    url = _cell(cells, "Image Src")
    if not url or url in draft.urls:
        return None
    if not re.fullmatch(r"https://\S+", url):
        raise Wrong("Image Src", "A picture's address begins with https://.")
    if len(draft.urls) >= _MAX_IMAGES:
        raise Wrong("Image Src", f"A product has {_MAX_IMAGES} pictures at most.")
    image = url, _cell(cells, "Image Alt Text")[:500]
    draft.urls.add(url)
    return image


def _cell(cells: Cells, column: str) -> str:
    text = cells[column].strip()
    if "\0" in text:
        raise Wrong(column, "The cell holds a NUL, which no text does.")
    if len(text) > _LIMITS.get(column, len(text)):
        raise Wrong(column, f"At most {_LIMITS[column]} characters can be kept.")
    return text
