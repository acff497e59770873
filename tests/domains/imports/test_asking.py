"""Who may ask for an import, see it and watch it."""

from pathlib import Path
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, NotAllowed, SignInNeeded
from fastshop.contract.catalog import NoShop, SellerNotFound
from fastshop.contract.imports import (
    Import,
    ImportNotFound,
    ImportProgress,
    ImportRequested,
    ImportState,
    ListImportErrors,
    ListImports,
    ShowImport,
    StartImport,
    UploadNotFound,
)
from fastshop.ids import new_id
from server.adapters.storage.local import LocalFiles
from server.domains.imports.channels import watches
from server.domains.imports.jobs import jobs
from server.domains.imports.operations import operations
from server.domains.imports.uploads import Uploads
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, Watches
from tests.domains.imports.conftest import Stage, product, table
from tests.support import ManualClock


async def test_an_import_waits_for_its_job_and_the_job_does_it(stage: Stage, clock: ManualClock) -> None:
    import_id = await stage.asked(product("a"))
    assert (await _shown(stage, import_id, stage.seller)).state is ImportState.WAITING
    (job,) = jobs(stage.imports)
    assert job.on is ImportRequested
    await job.run(ImportRequested(time=clock.now(), import_id=import_id))
    assert (await _shown(stage, import_id, stage.seller)).created == 1


async def test_asked_again_with_the_same_id_it_is_the_same_import(stage: Stage) -> None:
    command = StartImport(import_id=new_id(), upload_id=await stage.upload(product("a")))
    first = await stage.imports.start(command, stage.seller)
    assert await stage.imports.start(command, stage.seller) == first
    # A file that is the body itself comes again as another upload.
    anew = StartImport(import_id=command.import_id, upload_id=await stage.upload(product("a")))
    assert await stage.imports.start(anew, stage.seller) == first
    assert await stage.count("event_log WHERE data ->> 'import_id' = $1", str(command.import_id)) == 1
    with pytest.raises(IdReused):
        await stage.imports.start(
            StartImport(import_id=command.import_id, upload_id=command.upload_id, dry_run=True), stage.seller
        )


async def test_the_id_of_another_shops_import_tells_nothing(stage: Stage) -> None:
    import_id = await stage.asked(product("a"))
    stolen = StartImport(import_id=import_id, upload_id=await stage.upload(product("a"), stage.other))
    with pytest.raises(IdReused):
        await stage.imports.start(stolen, stage.other)


async def test_a_seller_may_not_name_another_shop_and_an_admin_may(stage: Stage) -> None:
    mine = await stage.upload(product("a"))
    with pytest.raises(NotAllowed):
        await stage.imports.start(_of(stage.other, mine), stage.seller)
    its = await stage.upload(product("a"), stage.admin)
    assert (await stage.imports.start(_of(stage.seller, its), stage.admin)).seller_id == stage.seller.seller_id


async def test_an_admin_must_name_a_shop_that_there_is(stage: Stage) -> None:
    upload_id = await stage.upload(product("a"), stage.admin)
    with pytest.raises(NoShop):
        await stage.imports.start(StartImport(import_id=new_id(), upload_id=upload_id), stage.admin)
    with pytest.raises(SellerNotFound):
        await stage.imports.start(StartImport(import_id=new_id(), upload_id=upload_id, seller_id=new_id()), stage.admin)


async def test_somebody_elses_upload_cannot_be_imported(stage: Stage) -> None:
    for upload_id in (await stage.upload(product("a"), stage.other), new_id()):
        with pytest.raises(UploadNotFound):
            await stage.imports.start(StartImport(import_id=new_id(), upload_id=upload_id), stage.seller)
    assert (await stage.imports.list_own(ListImports(), stage.seller)).items == ()


async def test_another_shops_import_is_not_to_be_seen(stage: Stage) -> None:
    import_id = (await stage.done(table("bad,Bad,,bad,5,x"))).id
    for ask in (stage.imports.show, stage.imports.list_errors):
        command = ListImportErrors if ask == stage.imports.list_errors else ShowImport
        with pytest.raises(ImportNotFound):
            await ask(command(import_id=import_id), stage.other)  # type: ignore[arg-type]
        await ask(command(import_id=import_id), stage.admin)  # type: ignore[arg-type]
    assert import_id not in [item.id for item in (await stage.imports.list_own(ListImports(), stage.other)).items]
    with pytest.raises(ImportNotFound):
        await stage.imports.show(ShowImport(import_id=new_id()), stage.admin)


async def test_imports_are_listed_newest_first_page_by_page(stage: Stage, clock: ManualClock) -> None:
    ids = []
    for _ in range(3):
        clock.turn(minutes=1)
        ids.append(await stage.asked(product("a")))
    first = await stage.imports.list_own(ListImports(limit=2), stage.seller)
    assert [item.id for item in first.items] == [ids[2], ids[1]]
    second = await stage.imports.list_own(ListImports(limit=2, cursor=first.next or ""), stage.seller)
    assert ([item.id for item in second.items], second.next) == ([ids[0]], None)


async def test_errors_are_listed_in_the_order_of_the_file_page_by_page(stage: Stage) -> None:
    import_id = (await stage.done(table(*(f"bad-{number},Bad,,sku-{number},5,x" for number in range(5))))).id
    lines, cursor = [], ""
    while True:
        page = await stage.imports.list_errors(
            ListImportErrors(import_id=import_id, limit=2, cursor=cursor), stage.seller
        )
        lines += [row.line for row in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert lines == [2, 3, 4, 5, 6]


async def test_its_seller_and_admins_may_watch_an_import_and_nobody_else(stage: Stage, clock: ManualClock) -> None:
    import_id = (await stage.done(product("a"))).id
    watch, key = Watches(watches(stage.imports, clock)).find(f"import:{import_id}")
    await watch.permit(key, stage.seller)
    await watch.permit(key, stage.admin)
    for stranger in (stage.other, GUEST):
        with pytest.raises(ChannelNotFound):
            await watch.permit(key, stranger)
    state = await watch.snapshot(key)
    assert isinstance(state, ImportProgress)
    assert state.progress.created == 1


async def test_only_admins_watch_the_requests(stage: Stage, clock: ManualClock) -> None:
    watch, key = Watches(watches(stage.imports, clock)).find("imports")
    await watch.permit(key, stage.admin)
    with pytest.raises(ChannelNotFound):
        await watch.permit(key, stage.seller)


def test_no_operation_is_for_customers_or_guests(stage: Stage) -> None:
    for operation in operations(stage.imports):
        for caller in (GUEST, Caller(user_id=new_id())):
            with pytest.raises((SignInNeeded, NotAllowed)):
                operation.admit(caller)


def _of(shop: Caller, upload_id: UUID) -> StartImport:
    return StartImport(import_id=new_id(), upload_id=upload_id, seller_id=shop.seller_id)


async def _shown(stage: Stage, import_id: UUID, caller: Caller) -> Import:
    return await stage.imports.show(ShowImport(import_id=import_id), caller)


async def test_the_file_of_an_import_goes_a_month_after_it_ended_and_what_came_of_it_stays(
    stage: Stage, clock: ManualClock, tmp_path: Path
) -> None:
    files = LocalFiles(tmp_path / "files")
    uploads = Uploads(stage.database, files, clock)
    clock.turn(hours=24)
    done, waiting = await stage.done(product("tee", "x")), await stage.asked(product("cap"))
    clock.turn(hours=24 * 29)
    await uploads.sweep()
    assert len(list((tmp_path / "files").iterdir())) == 3
    clock.turn(hours=25)
    await uploads.sweep()
    assert len(list((tmp_path / "files").iterdir())) == 1, "what was not done yet is still needed"
    assert len(await stage.errors(done.id)) == 1
    await stage.imports.run(waiting)
    assert (await stage.imports.get(waiting)).created == 1
    (row,) = await stage.database.fetch("SELECT upload_id FROM bulk_jobs WHERE id = $1", done.id)
    again = StartImport(import_id=new_id(), upload_id=row["upload_id"])
    with pytest.raises(UploadNotFound):
        await stage.imports.start(again, stage.seller)
