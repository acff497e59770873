"""The shop itself: its clock."""

from typing import ClassVar

from msgspec import Struct

from fastshop.contract.base import GET, Command, Time


class ServerTime(Struct, frozen=True):
    """The clock that starts and ends sales."""

    time: Time


class TellTime(Command[ServerTime], frozen=True, tag="system.time"):
    """The server's clock. A page that counts down counts to this one."""

    http: ClassVar = GET("/time")
