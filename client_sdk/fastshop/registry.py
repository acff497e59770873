"""Everything the contract says, found by walking its modules: there is no second list to keep in step."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

import fastshop.contract
from fastshop.contract.base import Channel, Command, Event, Refusal

T = TypeVar("T")


class Contract(NamedTuple):
    """All commands and events by tag, channels by the part of their name before the id, refusals by code."""

    commands: dict[str, type[Command[Any]]]
    events: dict[str, type[Event]]
    channels: dict[str, Channel]
    refusals: dict[str, type[Refusal]]


@cache
def contract() -> Contract:
    """The contract. Two things of one kind with the same name are an error: `ValueError`."""
    modules = tuple(_modules())
    return Contract(
        commands=_by_name((command.tag(), command) for command in _classes(modules, Command) if command.tag()),
        events=_by_name((event.tag(), event) for event in _classes(modules, Event) if event.tag()),
        channels=_by_name((channel.prefix, channel) for channel in _channels(modules)),
        refusals=_by_name((kind.code, kind) for kind in _classes(modules, Refusal) if hasattr(kind, "code")),
    )


def scopes() -> frozenset[str]:
    """Every scope that there is: of the commands, and of the channels."""
    told = contract()
    return frozenset(
        {*(command.scope() for command in told.commands.values()), *(one.scope for one in told.channels.values())}
    )


def channel_of(name: str) -> Channel | None:
    """The channel that this name belongs to: ``sale:0193...`` is one of `SALE`."""
    noun, colon, _key = name.partition(":")
    return contract().channels.get(noun + colon)


def _modules() -> Iterator[ModuleType]:
    for found in sorted(pkgutil.iter_modules(fastshop.contract.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{fastshop.contract.__name__}.{found.name}")


def _classes(modules: Iterable[ModuleType], base: type[T]) -> Iterator[type[T]]:
    for module in modules:
        for value in vars(module).values():
            # A class is listed where it is defined, not where it is imported.
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__:
                yield value


def _channels(modules: Iterable[ModuleType]) -> Iterator[Channel]:
    seen: dict[int, Channel] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Channel) and id(value) not in seen:
                seen[id(value)] = value
    yield from seen.values()


def _by_name(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    named: dict[str, T] = {}
    for name, value in pairs:
        if name in named:
            raise ValueError(f"the contract says {name} twice: {named[name]} and {value}")
        named[name] = value
    return dict(sorted(named.items()))
