"""Operations and channels of the whole contract without the services behind them: a document needs only their words."""

from typing import Any

from msgspec import Struct

from fastshop.contract.base import Command, IdReused, Refusal
from fastshop.contract.flash_sales import OverLimit, SoldOut
from fastshop.registry import contract
from server.kernel.caller import ANYONE, SIGNED_IN, Caller
from server.kernel.channel import Watch, anyone
from server.kernel.operation import Operation, Operations

_OWN: dict[str, tuple[type[Refusal], ...]] = {"flash_sales.claim": (SoldOut, OverLimit, IdReused)}


def all_operations() -> Operations:
    return Operations(_operation(command) for command in contract().commands.values())


def all_watches() -> list[Watch]:
    return [Watch(channel, anyone, _nothing) for channel in contract().channels.values()]


def _operation(command: type[Command[Any]]) -> Operation:
    async def run(command: Any, caller: Caller) -> Any:
        raise NotImplementedError

    run.__annotations__ = {"command": command, "caller": Caller, "return": command.answer()}
    permission = ANYONE if command.http.verb == "GET" else SIGNED_IN
    return Operation(run, permission, _OWN.get(command.tag(), ()))


async def _nothing(_key: str) -> Struct:
    raise NotImplementedError
