"""A bad row is named and hurts nothing else, in whatever order the rows are, and however often the file comes."""

import random
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from fastshop.contract.catalog import ProductChanged
from fastshop.contract.imports import ImportState
from fastshop.ids import new_id
from server.domains.imports import shopify
from tests.domains.imports.conftest import Stage, table

SAMPLE = Path(__file__).parent / "shopify-apparel.csv"
HEADER = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src"
# What a file of 100,000 rows may take; these tests read a part of it.
_MEMORY = 64 * 1024 * 1024
_ODD = 10_000

FIRST = "shirt,Shirt,Size,S,s,5,10.00,https://x.example/1.jpg"
MIDDLE = "shirt,,,M,m,5,11.00,https://x.example/2.jpg"
LAST = "shirt,,,L,l,5,12.00,"
PICTURE = "shirt,,,,,,,https://x.example/3.jpg"
WHOLE = (FIRST, MIDDLE, LAST, PICTURE)
OTHER = "other,Other,,,o,5,10.00,"

GOOD = [("S", "s", 5, "10.00"), ("M", "m", 5, "11.00"), ("L", "l", 5, "12.00")]
PICTURES = ["1", "2", "3"]


@pytest.mark.parametrize(
    ("number", "row", "column", "skus", "pictures"),
    [
        (0, FIRST.replace("10.00", "ten"), "Variant Price", "ml", "123"),
        (1, MIDDLE.replace("11.00", "-11"), "Variant Price", "sl", "123"),
        (1, MIDDLE.replace("11.00", ""), "Variant Price", "sl", "123"),
        (1, MIDDLE.replace(",M,", ",,"), "Option1 Value", "sl", "123"),
        (2, LAST.replace(",L,", ",S,"), "Option1 Value", "sm", "123"),
        (2, LAST.replace(",l,", ",s,"), "Variant SKU", "sm", "123"),
        (2, LAST.replace(",5,", ",1e3,"), "Variant Inventory Qty", "sm", "123"),
        (2, LAST.replace("L", "L\0"), "Option1 Value", "sm", "123"),
        (1, MIDDLE.replace("https", "ftp"), "Image Src", "sml", "13"),
        (3, PICTURE.replace("https://", ""), "Image Src", "sml", "12"),
    ],
)
async def test_what_is_wrong_with_a_row_is_left_out_and_nothing_else(
    stage: Stage, number: int, row: str, column: str, skus: str, pictures: str
) -> None:
    rows = [*WHOLE[:number], row, *WHOLE[number + 1 :]]
    done = await stage.done(_file(OTHER, *rows))
    assert (done.state, done.created, done.failed) == (ImportState.DONE, 4, 1)
    (error,) = await stage.errors(done.id)
    assert (error.line, error.handle, error.column) == (3 + number, "shirt", column)
    assert "left out" in error.reason
    assert [variant[1] for variant in await _variants(stage)] == list(skus)
    assert await _pictures(stage) == list(pictures)


async def test_the_same_file_again_changes_nothing_and_repaired_it_adds_just_what_was_bad(stage: Stage) -> None:
    bad = _file(OTHER, FIRST, MIDDLE.replace("11.00", "x"), LAST, PICTURE)
    await stage.done(bad)
    goods, events = await stage.goods(), await _events(stage)
    again = await stage.done(bad)
    assert (again.created, again.updated, again.unchanged, again.failed) == (0, 0, 4, 1)
    assert (await stage.goods(), await _events(stage)) == (goods, events)
    repaired = await stage.done(_file(OTHER, *WHOLE))
    # The picture of the bad row was good and came in at once; its variant is what is new.
    assert (repaired.created, repaired.updated, repaired.unchanged, repaired.failed) == (0, 1, 4, 0)
    assert (await _variants(stage), await _pictures(stage)) == (GOOD, PICTURES)
    assert await _events(stage) == events + 1
    assert (await stage.done(_file(OTHER, *WHOLE))).unchanged == 5


async def test_a_row_that_only_adds_a_variant_counts_as_created_when_it_is_repaired(stage: Stage) -> None:
    await stage.done(_file(FIRST, MIDDLE, LAST.replace("12.00", "x")))
    repaired = await stage.done(_file(FIRST, MIDDLE, LAST))
    assert (repaired.created, repaired.updated, repaired.unchanged) == (1, 0, 2)


@pytest.mark.parametrize(
    "bad",
    [MIDDLE.replace("11.00", "x"), MIDDLE.replace(",M,", ",,"), MIDDLE.replace("https", "ftp")],
)
async def test_a_bad_row_takes_nothing_away_from_a_product_that_is_there(stage: Stage, bad: str) -> None:
    await stage.done(_file(*WHOLE))
    await stage.database.fetch("UPDATE inventory_levels SET on_hand = 2 WHERE on_hand = 5")
    changed = [LAST.replace("12.00", "15.00"), PICTURE]
    done = await stage.done(_file(FIRST, bad, *changed))
    assert (done.updated, done.unchanged, done.failed) == (2, 1, 1)
    stock = 5 if "ftp" in bad else 2
    assert await _variants(stage) == [GOOD[0], ("M", "m", stock, "11.00"), ("L", "l", 5, "15.00")]
    assert await _pictures(stage) == PICTURES
    assert (await stage.done(_file(FIRST, bad, *changed))).updated == 0


@pytest.mark.parametrize(
    ("first", "column"),
    [
        (FIRST.replace("Shirt", ""), "Title"),
        (FIRST.replace("Shirt", "x" * 201), "Title"),
        (FIRST.replace("Shirt", "B\0d"), "Title"),
    ],
)
async def test_without_its_first_row_nothing_of_a_product_is_taken_and_every_row_says_so(
    stage: Stage, first: str, column: str
) -> None:
    done = await stage.done(_file(first, MIDDLE, LAST, PICTURE, OTHER))
    assert (done.created, done.failed) == (1, 4)
    errors = await stage.errors(done.id)
    assert [error.line for error in errors] == [2, 3, 4, 5]
    assert (errors[0].column, "see line 2" in errors[0].reason) == (column, False)
    assert all("see line 2" in error.reason for error in errors[1:])
    assert await stage.count("products WHERE slug = 'shirt'") == 0


async def test_a_bad_row_tells_all_that_is_wrong_with_it(stage: Stage) -> None:
    bad = "shirt,,,,,many,cheap,ftp://picture"
    done = await stage.done(_file(FIRST, bad, OTHER))
    (error,) = await stage.errors(done.id)
    told = [(error.column, error.reason), *((each.column, each.reason) for each in error.further)]
    assert [column for column, _ in told] == [
        "Option1 Value", "Variant Price", "Variant Inventory Qty", "Image Src",
    ]  # fmt: skip
    assert [reason.partition(" The ")[2] for _, reason in told] == [
        "", "", "variant is left out.", "picture is left out.",
    ]  # fmt: skip


async def test_the_row_that_says_what_a_product_is_tells_all_that_is_wrong_with_it(stage: Stage) -> None:
    titled = FIRST.replace("Shirt", "x" * 201).replace("10.00", "x")
    done = await stage.done(_file(titled, MIDDLE, OTHER))
    first, other = await stage.errors(done.id)
    assert [first.column, *(each.column for each in first.further)] == ["Title", "Variant Price"]
    assert ("see line 2" in other.reason, other.further) == (True, ())


async def test_a_sku_of_what_is_not_taken_is_free(stage: Stage) -> None:
    done = await stage.done(_file("bad,,,,same,5,1.00,", "good,Good,,,same,5,1.00,"))
    assert [(error.line, error.column) for error in await stage.errors(done.id)] == [(2, "Title")]
    assert done.created == 1


async def test_a_product_of_which_no_variant_is_good_is_not_taken(stage: Stage) -> None:
    done = await stage.done(_file(FIRST.replace("10.00", "x"), PICTURE, OTHER))
    first, picture = await stage.errors(done.id)
    assert (done.created, done.failed) == (1, 2)
    assert (first.column, "no variant" in picture.reason) == ("Variant Price", True)


async def test_rows_without_a_handle_fail_one_by_one(stage: Stage) -> None:
    done = await stage.done(_file(",,,,,,1.00,", OTHER, ",,,,,,2.00,", "Not One,T,,,,,3.00,"))
    assert (done.created, done.failed) == (1, 3)
    assert [(error.line, error.column) for error in await stage.errors(done.id)] == [
        (2, "Handle"),
        (4, "Handle"),
        (5, "Handle"),
    ]


@pytest.mark.parametrize("dry_run", [False, True])
async def test_rows_that_come_back_later_belong_to_their_product(stage: Stage, dry_run: bool) -> None:
    content = _file(FIRST, OTHER, MIDDLE, "third,Third,,,t,5,1.00,", LAST, PICTURE)
    done = await stage.done(content, dry_run=dry_run)
    assert (done.total_rows, done.created, done.failed) == (6, 6, 0)
    assert await stage.errors(done.id) == ()
    if not dry_run:
        assert (await _variants(stage), await _pictures(stage)) == (GOOD, PICTURES)
        goods, events = await stage.goods(), await _events(stage)
        assert (await stage.done(content)).unchanged == 6
        assert (await stage.goods(), await _events(stage)) == (goods, events)


async def test_rows_far_apart_find_each_other_over_many_batches(stage: Stage) -> None:
    between = [f"p-{number},P,,,sku-{number},5,1.00," for number in range(500)]
    done = await stage.done(_file(FIRST, *between[:250], MIDDLE, *between[250:], LAST, PICTURE, LAST))
    assert (done.created, done.failed) == (504, 1)
    (error,) = await stage.errors(done.id)
    assert (error.line, error.column) == (506, "Option1 Value")
    assert await _variants(stage) == GOOD


async def test_a_title_may_stand_in_any_row_of_its_product(stage: Stage) -> None:
    done = await stage.done(_file(LAST, OTHER, MIDDLE, PICTURE, FIRST))
    assert (done.created, done.failed) == (5, 0)
    assert await _variants(stage) == [GOOD[2], GOOD[1], GOOD[0]]


@pytest.mark.parametrize("seed", range(3))
async def test_a_shuffled_export_brings_the_same_goods(stage: Stage, seed: int) -> None:
    header, *rows = _records(SAMPLE.read_text())
    random.Random(seed).shuffle(rows)
    done = await stage.done("".join((header, *rows)).encode())
    assert (done.total_rows, done.created, done.failed) == (22, 22, 0)
    ids = await stage.database.fetch("SELECT id FROM product_variants ORDER BY id")
    straight = await stage.done(SAMPLE.read_bytes())
    assert (straight.created, straight.failed) == (0, 0)
    assert await stage.database.fetch("SELECT id FROM product_variants ORDER BY id") == ids


async def test_lines_are_counted_through_quotes_breaks_and_marks(stage: Stage) -> None:
    rows = (
        'shirt,"Shirt, ""the one""\r\nof two lines",Size,S,s,5,10.00,',
        'other,"O\nther",,,o,5,10.00,',
        'shirt,,,"M\n",m,5,x,',
        '"third","=1+1",,,"\'t",5,1.00,',
        "shirt,,,L,l,5,y,",
    )
    done = await stage.done(("\ufeff" + "\r\n".join((HEADER, "", *rows, ""))).encode())
    errors = await stage.errors(done.id)
    assert [(error.line, error.column) for error in errors] == [(7, "Variant Price"), (10, "Variant Price")]
    assert await stage.count("product_variants WHERE sku = ANY('{s,o,t}')") == 3


async def test_one_bad_row_of_a_thousand_costs_that_row(stage: Stage) -> None:
    rows = [f"p-{number // 4},P,Size,{number},sku-{number},5,1.00," for number in range(1000)]
    rows[777] = rows[777].replace(",5,", ",many,")
    done = await stage.done(_file(*rows))
    assert (done.created, done.failed) == (999, 1)
    (error,) = await stage.errors(done.id)
    assert (error.line, error.handle, error.column) == (779, "p-194", "Variant Inventory Qty")
    repaired = await stage.done(_file(*(row.replace(",many,", ",5,") for row in rows)))
    assert (repaired.created, repaired.unchanged, repaired.failed) == (1, 999, 0)


async def test_a_file_of_nothing_but_bad_rows_changes_nothing_and_names_each(stage: Stage) -> None:
    goods = await stage.goods()
    done = await stage.done(_file(*(f"p-{number // 2},P,Size,{number},,5,free," for number in range(450))))
    assert (done.state, done.failed, done.created) == (ImportState.DONE, 450, 0)
    assert await stage.count("bulk_job_rows WHERE job_id = $1 AND column_name = 'Variant Price'", done.id) == 450
    assert await stage.goods() == goods


async def test_a_sku_belongs_to_the_first_row_that_has_it(stage: Stage) -> None:
    rows = ("a,A,,,same,5,1.00,", *WHOLE, "b,B,,,same,5,1.00,", "shirt,,,XL,same,5,1.00,", "a-b,AB,,,,5,1.00,")
    done = await stage.done(_file(*rows, "a,,Size,B,,5,1.00,"))
    errors = await stage.errors(done.id)
    assert [(error.line, error.column) for error in errors] == [
        (7, "Variant SKU"),
        (8, "Variant SKU"),
        (10, "Option1 Value"),
    ]
    assert all("line 2" in error.reason for error in errors[:2])
    assert await _variants(stage) == GOOD


async def test_a_sku_that_the_shop_has_already_fails_only_its_row(stage: Stage) -> None:
    await stage.done(_file("old,Old,,,m,5,1.00,"))
    done = await stage.done(_file(*WHOLE, OTHER))
    assert (done.created, done.failed) == (4, 1)
    (error,) = await stage.errors(done.id)
    assert (error.line, error.column, "“m”" in error.reason) == (3, "Variant SKU", True)
    assert await _variants(stage) == [GOOD[0], GOOD[2]]
    # As soon as the other one gives it up it can be had, in the same file too.
    handed_over = await stage.done(_file("old,Old,,,new,5,1.00,", *WHOLE, OTHER))
    assert (handed_over.updated, handed_over.failed) == (1 + 1, 0)
    assert await _variants(stage) == GOOD


async def test_skus_may_change_places_in_a_product_but_not_with_a_row_that_is_bad(stage: Stage) -> None:
    await stage.done(_file(*WHOLE))
    swapped = FIRST.replace(",s,", ",m,"), MIDDLE.replace(",m,", ",s,"), LAST, PICTURE
    assert (await stage.done(_file(*swapped))).updated == 2
    assert [variant[1] for variant in await _variants(stage)] == ["m", "s", "l"]
    back = await stage.done(_file(FIRST, MIDDLE.replace("11.00", "x"), LAST, PICTURE))
    # The first row wants what the variant of the bad one still has.
    assert [(error.line, error.column) for error in await stage.errors(back.id)] == [
        (2, "Variant SKU"),
        (3, "Variant Price"),
    ]
    assert [variant[1] for variant in await _variants(stage)] == ["m", "s", "l"]


async def test_what_is_removed_or_moved_shows_in_the_first_row(stage: Stage) -> None:
    await stage.done(_file(*WHOLE))
    moved = await stage.done(_file(FIRST, LAST, MIDDLE, PICTURE))
    assert (moved.updated, moved.unchanged) == (1, 3)
    removed = await stage.done(_file(FIRST, LAST, PICTURE))
    assert (removed.updated, removed.unchanged) == (1, 2)
    assert ([variant[0] for variant in await _variants(stage)], await _pictures(stage)) == (["S", "L"], ["1", "3"])


async def test_a_product_that_cannot_be_written_hurts_none_of_its_batch(stage: Stage) -> None:
    await stage.done(_file(*WHOLE, OTHER))
    await _put_on_sale(stage, "m")
    rows = [f"p-{number},P,,,sku-{number},5,1.00," for number in range(20)]
    done = await stage.done(_file(*rows[:10], FIRST, LAST, *rows[10:], OTHER.replace("10.00", "11.00")))
    assert (done.created, done.updated, done.failed) == (20, 1, 2)
    first, second = await stage.errors(done.id)
    assert ("“m”" in first.reason, "see line 12" in second.reason) == (True, True)
    assert await _variants(stage) == GOOD


async def test_an_import_that_an_earlier_release_began_goes_on_where_it_was(stage: Stage) -> None:
    import_id = await stage.asked(_file(*(f"p-{number},P,,,sku-{number},5,1.00," for number in range(120))))
    query = "UPDATE bulk_jobs SET state = 'running', total_rows = 120, done_rows = 50, created = 50 WHERE id = $1"
    await stage.database.fetch(query, import_id)
    await stage.imports.run(import_id)
    done = await stage.imports.get(import_id)
    assert (done.state, done.created) == (ImportState.DONE, 120)
    assert await stage.count("products WHERE seller_id = $1", stage.seller.seller_id) == 70


@pytest.mark.parametrize("kind", ["scattered", "bad", "single"])
def test_odd_rows_are_read_in_bounded_memory(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "odd.csv"
    with path.open("w") as file:
        file.writelines(_odd(kind))
    tracemalloc.start()
    try:
        with path.open("rb") as file, path.open("rb") as aside:
            survey = shopify.survey(shopify.sheet(file))
            rows = sum(len(draft.rows) for draft in shopify.products(shopify.sheet(file), shopify.sheet(aside), survey))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (survey.rows, rows) == (_ODD, _ODD)
    assert peak < _MEMORY * _ODD / 100_000


def _odd(kind: str) -> Iterator[str]:
    yield HEADER + "\n"
    for number in range(_ODD):
        handle = {"scattered": f"p-{number % 200}", "bad": "untitled", "single": f"p-{number}"}[kind]
        yield f"{handle},{'' if kind == 'bad' else 'T'},Size,{number},sku-{number},1,1.00,\n"


def _file(*rows: str) -> bytes:
    return table(*rows, header=HEADER)


def _records(text: str) -> Sequence[str]:
    """The rows of the sample, one of which has a line break in a cell."""
    records: list[str] = []
    for line in text.splitlines():
        if records and records[-1].count('"') % 2:
            records[-1] += f"{line}\n"
        else:
            records.append(f"{line}\n")
    return records


async def _variants(stage: Stage) -> list[tuple[object, ...]]:
    rows = await stage.database.fetch(
        "SELECT variant.options ->> 'Size', sku, on_hand, price::text FROM product_variants variant "
        "JOIN inventory_levels ON variant_id = variant.id JOIN products ON products.id = product_id "
        "WHERE slug = 'shirt' ORDER BY position, variant.id"
    )
    return [tuple(row) for row in rows]


async def _pictures(stage: Stage) -> list[str]:
    rows = await stage.database.fetch(
        "SELECT substring(url FROM '[0-9]+') AS number FROM product_media JOIN products ON products.id = product_id "
        "WHERE slug = 'shirt' ORDER BY position"
    )
    return [row["number"] for row in rows]


async def _events(stage: Stage) -> int:
    return await stage.count("event_log WHERE type = $1", ProductChanged.tag())


async def _put_on_sale(stage: Stage, sku: str) -> None:
    """Have a flash sale of a variant, which then cannot be removed."""
    await stage.database.fetch(
        "INSERT INTO flash_sales (id, product_id, variant_id, seller_id, title, sale_price, original_price, currency, "
        "start_time, end_time, quantity_limit, per_customer_limit, hold_seconds, created_at) "
        "SELECT $1, product_id, id, seller_id, '', 1, 2, 'EUR', now(), now(), 1, 1, 60, now() "
        "FROM product_variants WHERE sku = $2",
        new_id(),
        sku,
    )
