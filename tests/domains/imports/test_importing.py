"""Files become goods: once, whole or named row by row, whoever dies or runs beside."""

import asyncio
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from fastshop.contract.catalog import ProductChanged
from fastshop.contract.imports import FileUnreadable, ImportProgress, ImportState
from server.domains.imports import shopify
from server.kernel.log import Publication
from tests.domains.imports.conftest import Stage, product, table

SAMPLE = Path(__file__).parent / "shopify-apparel.csv"
_ROWS = 20_000
_MEMORY = 16 * 1024 * 1024


async def test_the_sample_comes_in_and_a_second_time_changes_nothing_and_tells_nobody(stage: Stage) -> None:
    first = await stage.done(SAMPLE.read_bytes())
    assert (first.state, first.total_rows, first.created, first.failed) == (ImportState.DONE, 22, 22, 0)
    mine = "products WHERE seller_id = $1 AND status = 'active'"
    assert await stage.count(mine, stage.seller.seller_id) == 20
    goods, events = await stage.goods(), await _events(stage)
    second = await stage.done(SAMPLE.read_bytes())
    assert (second.unchanged, second.created, second.updated, second.failed) == (22, 0, 0, 0)
    assert (await stage.goods(), await _events(stage)) == (goods, events)


async def test_a_change_in_the_file_changes_that_product_and_tells_of_it_once(stage: Stage) -> None:
    await stage.done(table("a,A,Maker,a,5,10.00", "b,B,Maker,b,5,10.00"))
    events = await _events(stage)
    done = await stage.done(table("a,A,Maker,a,5,10.00", "b,B,Maker,b,4,12.50"))
    assert (done.unchanged, done.updated) == (1, 1)
    assert await _events(stage) == events + 1
    query = "SELECT price, on_hand FROM product_variants JOIN inventory_levels ON variant_id = id WHERE sku = 'b'"
    row = await stage.database.fetch_one(query)
    assert row is not None
    assert (str(row["price"]), row["on_hand"]) == ("12.50", 4)


async def test_variants_pictures_brand_category_and_status_are_taken_and_what_acts_on_a_page_is_not(
    stage: Stage,
) -> None:
    query = "INSERT INTO categories (id, name, slug, path) VALUES (gen_random_uuid(), 'T', 't-shirts', '{t-shirts}')"
    await stage.database.fetch(query)
    header = (
        "\ufeffHandle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant Price,"
        "Variant Compare At Price,Variant Inventory Qty,Image Src,Image Alt Text,Gift Card"
    )
    text = '"<p>Two\r\nlines, ""quoted""</p><script>alert(1)</script>"'
    rows = (
        f"shirt,Shirt,{text},Ocean & Co,T-Shirts,false,Size,S,10,12.50,-3,https://x.example/1.jpg,front,false",
        "shirt,,,,,,,M,11,,,,,",
        "shirt,,,,,,,,,,,https://x.example/2.jpg,back,",
    )
    done = await stage.done("\r\n".join((header, *rows, "")).encode())
    assert (done.created, done.failed) == (3, 0)
    row = await stage.database.fetch_one(
        "SELECT product.*, brand.name AS brand, category.slug AS category FROM products product "
        "JOIN brands brand ON brand.id = brand_id JOIN categories category ON category.id = category_id "
        "WHERE product.slug = 'shirt'"
    )
    assert row is not None
    assert (row["brand"], row["category"], row["status"], row["options"]) == (
        "Ocean & Co",
        "t-shirts",
        "draft",
        ["Size"],
    )
    assert "lines, " in row["description"]
    assert "script" not in row["description"]
    variants = await stage.database.fetch(
        "SELECT options ->> 'Size' AS size, price::text, compare_at_price::text, on_hand FROM product_variants "
        "JOIN inventory_levels ON variant_id = id WHERE product_id = $1 ORDER BY position",
        row["id"],
    )
    assert [tuple(variant) for variant in variants] == [("S", "10.00", "12.50", 0), ("M", "11.00", None, 0)]
    images = await stage.database.fetch(
        "SELECT alt FROM product_media WHERE product_id = $1 ORDER BY position", row["id"]
    )
    assert [image["alt"] for image in images] == ["front", "back"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("bad,Bad,Maker,bad,5,-1", "Variant Price"),
        ('bad,Bad,Maker,bad,5,"12,50"', "Variant Price"),
        ("bad,Bad,Maker,bad,5,", "Variant Price"),
        ("bad,Bad,Maker,bad,5,1e3", "Variant Price"),
        ("bad,Bad,Maker,bad,1000000000,5", "Variant Inventory Qty"),
        ("bad,Bad,Maker,bad,many,5", "Variant Inventory Qty"),
        ("bad,Bad,Maker,good-sku,5,5", "Variant SKU"),
        ("bad,,Maker,bad,5,5", "Title"),
        (",Bad,Maker,bad,5,5", "Handle"),
        (f"bad,{'x' * 201},Maker,bad,5,5", "Title"),
        (f"bad,Bad,{'x' * 201},bad,5,5", "Vendor"),
        (f"bad,Bad,Maker,{'x' * 101},5,5", "Variant SKU"),
        ("bad,B\0d,Maker,bad,5,5", "Title"),
        ("b\0d,Bad,Maker,bad,5,5", "Handle"),
    ],
)
async def test_a_bad_row_is_named_and_hurts_no_other_product(stage: Stage, row: str, column: str) -> None:
    before, after = "good,Good,Maker,good-sku,5,10.00", "later,Later,Maker,later-sku,5,10.00"
    done = await stage.done(table(before, row, after))
    assert (done.state, done.created, done.failed) == (ImportState.DONE, 2, 1)
    (error,) = await stage.errors(done.id)
    assert (error.line, error.column) == (3, column)
    assert error.reason
    assert await stage.count("products WHERE seller_id = $1", stage.seller.seller_id) == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (table("a,A,Maker,a,5,10.00") + "ü,Ü,,,1,1\n".encode("latin-1"), 3),
        (table(*(f"h{n},{'t' * 150},Maker,s{n},5,10.00" for n in range(300))) + b"\xff\xfe", 302),
        (table("a,A,Maker,a,5,10.00").decode().encode("utf-16"), 1),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1),
        (table("a,A", header="Handle,Name"), 1),
        (table("a,A", header="Name,Title"), 1),
        (table("a,A,Maker,a,5,10.00", 'b,"B'), 3),
        (b"", 1),
    ],
)
async def test_a_file_that_cannot_be_read_fails_as_a_whole_and_changes_nothing(
    stage: Stage, content: bytes, line: int
) -> None:
    goods = await stage.goods()
    done = await stage.done(content)
    assert done.state is ImportState.FAILED
    assert f"(line {line})" in done.reason
    assert done.finished_at is not None
    assert await stage.goods() == goods


async def test_another_shops_address_is_left_to_it(stage: Stage) -> None:
    done = await stage.done(product("tee"))
    again = await stage.done(product("tee"))
    assert (done.created, again.unchanged) == (1, 1)
    rows = await stage.database.fetch("SELECT slug, seller_id FROM products ORDER BY slug")
    assert (rows[0]["slug"], rows[0]["seller_id"]) == ("tee", stage.other.seller_id)
    assert rows[1]["slug"].startswith("tee-")


async def test_a_dry_run_tells_what_would_happen_and_writes_no_goods(stage: Stage) -> None:
    await stage.done(product("old", "10.00"))
    goods, events = await stage.goods(), await _events(stage)
    content = table(
        "old,Old,Maker,old-sku,5,11.00", "new,New,Unheard,new,5,1.00", "bad,Bad,,bad,5,x", "two,Two,,old-sku,1,1.00"
    )
    dry = await stage.done(content, dry_run=True)
    assert (dry.updated, dry.created, dry.failed, dry.dry_run) == (1, 1, 2, True)
    assert (await stage.goods(), await _events(stage)) == (goods, events)
    assert await stage.count("brands WHERE name = 'Unheard'") == 0
    wet = await stage.done(content)
    assert (wet.updated, wet.created, wet.failed) == (dry.updated, dry.created, dry.failed)


async def test_an_import_killed_in_the_middle_goes_on_where_it_was(stage: Stage) -> None:
    import_id = await stage.asked(_many(900))
    first_batch = asyncio.Event()

    def look(publications: Sequence[Publication]) -> None:
        if any(b'"created":500' in publication.data for publication in publications):
            first_batch.set()

    stage.database.on_commit(look)
    running = asyncio.create_task(stage.imports.run(import_id))
    await first_batch.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    halfway = await stage.imports.get(import_id)
    assert (halfway.state, 500 <= halfway.created < 900) == (ImportState.RUNNING, True)
    await stage.imports.run(import_id)
    done = await stage.imports.get(import_id)
    assert (done.state, done.created, done.updated, done.unchanged) == (ImportState.DONE, 900, 0, 0)
    assert await _events(stage) == 901


async def test_two_workers_at_once_do_an_import_once(stage: Stage) -> None:
    import_id = await stage.asked(_many(900))
    await asyncio.gather(*(stage.imports.run(import_id) for _ in range(3)))
    await stage.imports.run(import_id)
    done = await stage.imports.get(import_id)
    assert (done.state, done.created, done.updated, done.unchanged) == (ImportState.DONE, 900, 0, 0)
    assert await _events(stage) == 901


async def test_two_imports_of_the_same_file_at_once_make_its_goods_once(stage: Stage) -> None:
    both = [await stage.asked(_many(600)) for _ in range(2)]
    await asyncio.gather(*map(stage.imports.run, both))
    done = [await stage.imports.get(import_id) for import_id in both]
    assert [each.state for each in done] == [ImportState.DONE, ImportState.DONE]
    assert sum(each.failed for each in done) == 0
    assert await stage.count("products WHERE seller_id = $1", stage.seller.seller_id) == 600


async def test_watchers_see_each_batch_and_the_end(stage: Stage) -> None:
    import_id = await stage.asked(_many(600))
    shown: list[Publication] = []
    stage.database.on_commit(shown.extend)
    await stage.imports.run(import_id)
    seen = [publication for publication in shown if publication.channel == f"import:{import_id}"]
    assert len(seen) >= 3
    assert ImportProgress.tag().encode() in seen[-1].data
    assert b'"state":"done"' in seen[-1].data


@pytest.mark.slow
async def test_p6_many_rows_take_bounded_memory(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.writelines(_large())
    tracemalloc.start()
    try:
        done, failed = await stage.imports.run_file(
            path, stage.seller.seller_id or stage.seller.person, stage.seller.person, False, lambda _progress: None
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (done.created, done.failed, failed) == (_ROWS, 0, [])
    assert peak < _MEMORY


def test_reading_keeps_nothing_of_a_file_without_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    path.write_bytes(b"Handle,Title,Variant Price\n" + b"x" * _MEMORY)
    tracemalloc.start()
    try:
        with path.open("rb") as file, pytest.raises(FileUnreadable):
            shopify.survey(shopify.sheet(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < _MEMORY / 4


async def _events(stage: Stage) -> int:
    return await stage.count("event_log WHERE type = $1", ProductChanged.tag())


def _many(count: int) -> bytes:
    return table(*(f"p-{number},Product {number},Maker,sku-{number},5,10.00" for number in range(count)))


def _large() -> Iterator[str]:
    yield "Handle,Title,Option1 Name,Option1 Value,Variant Price\n"
    for number in range(_ROWS):
        handle, size = divmod(number, 50)
        yield f"p-{handle},{'' if size else 'Product'},{'' if size else 'Size'},{size},10.00\n"
