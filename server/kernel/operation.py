"""An operation: a command of the contract, the method that does it, who may ask, and which refusals to expect."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from fastshop.contract.accounts import Role
from fastshop.contract.acl import GRANTABLE
from fastshop.contract.base import (
    BadInput,
    Command,
    NotAllowed,
    Refusal,
    ScopeMissing,
    SignInNeeded,
)
from server.kernel.caller import SIGNED_IN, Caller, Permission

# Either a coroutine, or a future where the method has nothing to do but to ask somebody (an actor): that costs no task.
Run = Callable[[Any, Caller], Awaitable[Any]]

Answer = TypeVar("Answer")


class File(NamedTuple):
    """An answer as a file: what it is called, its media type, its content."""

    name: str
    media_type: str
    content: bytes


class AsFile(NamedTuple):
    """How an operation's answer is had as a file of a media type, by the same permission and with the same refusals."""

    media_type: str
    make: Callable[[Any, Caller], Awaitable[File]]


def answered(answer: Answer) -> Awaitable[Answer]:
    """What an operation returns that waits for nobody."""
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


class Operation:
    """What somebody may ask for. The command is read off the method's signature, so it is named in one place only.

    Over HTTP one with ``as_file`` answers the file to browsers, and to whoever names its media type. ``before_file``
    refuses a command whose body is a file before the file is taken; its ``upload_id`` is none yet.
    """

    def __init__(
        self,
        run: Run,
        permission: Permission,
        refusals: Iterable[type[Refusal]] = (),
        as_file: AsFile | None = None,
        before_file: Callable[[Any, Caller], Awaitable[None]] | None = None,
    ) -> None:
        self.as_file = as_file
        self.before_file = before_file
        self.permission = permission
        self.command = _command_of(run)
        self._names = (self.command.scope(), self.command.tag())
        self._resource = GRANTABLE.get(self.tag)
        self.run = run if self._resource is None else self._opened(run, self._resource)
        self.refusals = (*_edge_refusals(permission), *refusals)

    def admit(self, caller: Caller) -> Caller:
        """The caller as they count here. Refused: `SignInNeeded`, `ScopeMissing`, `NotAllowed`.

        Whoever has it granted on something comes in: whether on what they ask for, is seen when that is known.
        """
        granted = self._resource is not None and any(name == self.tag for name, _ in caller.grants)
        return (SIGNED_IN if granted else self.permission).admit(caller, *self._names)

    def includes(self, caller: Caller) -> bool:
        """Whether the caller's roles, or what their key is for, include the operation."""
        try:
            self.permission.admit(caller, *self._names)
        except Refusal:
            return False
        return True

    @property
    def tag(self) -> str:
        """The operation's name: its RPC method."""
        return self.command.tag()

    def __repr__(self) -> str:
        return f"<Operation {self.tag}>"

    def _opened(self, run: Run, resource: str) -> Run:
        """The method, with whom the thing in the command was granted to counting as an admin for this once."""

        def opened(command: Any, caller: Caller) -> Awaitable[Any]:
            if (self.tag, getattr(command, resource)) in caller.grants:
                return run(command, caller.granted(Role.ADMIN))
            self.permission.check(caller)
            return run(command, caller)

        return opened


class Operations:
    """All operations by tag. It refuses to be built when two share a tag or a route."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_tag: dict[str, Operation] = {}
        routes: dict[tuple[str, str], Operation] = {}
        for operation in operations:
            http = operation.command.http
            clash = self._by_tag.get(operation.tag) or routes.get((http.verb, http.path))
            if clash is not None:
                raise ValueError(f"{operation!r} has the tag or the route of {clash!r}")
            self._by_tag[operation.tag] = operation
            routes[http.verb, http.path] = operation

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._by_tag.values())

    def __len__(self) -> int:
        return len(self._by_tag)

    def find(self, tag: str) -> Operation | None:
        """The operation with this tag."""
        return self._by_tag.get(tag)


def _command_of(run: Run) -> type[Command[Any]]:
    hints = get_type_hints(run)
    name = next(iter(inspect.signature(run).parameters))
    command = hints[name]
    if not (isinstance(command, type) and issubclass(command, Command)):
        raise TypeError(f"{run} takes no command first")
    answer = hints.get("return")
    if get_origin(answer) is Awaitable:
        (answer,) = get_args(answer)
    if answer != command.answer():
        raise TypeError(f"{run} answers {answer}, its command promises {command.answer()}")
    return command


def _edge_refusals(permission: Permission) -> Iterable[type[Refusal]]:
    yield BadInput
    if permission.signed_in:
        yield SignInNeeded
        yield ScopeMissing
    if permission.roles:
        yield NotAllowed
