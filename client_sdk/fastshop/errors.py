"""What can go wrong between a program and the shop.

    Exception
    ├── Refusal                     the shop said no: a class of the contract for every code, with its facts
    │   ├── Invalid ... Unavailable     the kinds: catch one of them, or a class below it
    │   └── Unlisted                    a code that this version of the SDK does not know; it is of its kind as well
    └── ShopError                   no answer
        ├── OutcomeUnknown              a change was sent, and whether it was made is not known
        ├── NotWatchable                the channel is watched already, there is none of this name, or it ended
        ├── Closed                      this client was closed
        └── TransportError
            ├── ConnectionFailed            the shop cannot be reached; nothing was sent
            │   └── Disconnected                the shop closed the live connection and asks not to come back
            ├── ConnectionLost              the line broke before the answer
            ├── TimedOut                    no answer came in time
            └── ProtocolError               what came is not what the contract says

`ConnectionLost` and `TimedOut` are what a command that only reads ends with. One that changes something ends with
`OutcomeUnknown` instead, whose cause they are.
"""

from typing import Any

from fastshop.contract.base import Command


class ShopError(Exception):
    """There is no answer."""


class OutcomeUnknown(ShopError):
    """A change was sent, and no answer came. Send the same ``command`` again if its id makes that harmless, or look."""

    def __init__(self, command: Command[Any]) -> None:
        super().__init__(f"{command.tag()} was sent and not answered: whether it was done is not known")
        self.command = command


class NotWatchable(ShopError):
    """The channel is watched already through this client, the contract has none of this name, or the shop ended it."""


class Closed(ShopError):
    """The client was closed."""


class TransportError(ShopError):
    """The way to the shop or back is broken."""


class ConnectionFailed(TransportError):
    """The shop cannot be reached. Nothing was sent."""


class Disconnected(ConnectionFailed):
    """The shop closed the live connection for good: ``code`` and ``reason`` say why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the shop closed the connection: {reason} ({code})")
        self.code = code
        self.reason = reason


class ConnectionLost(TransportError):
    """The line broke before the answer."""


class TimedOut(TransportError):
    """No answer came in time."""


class ProtocolError(TransportError):
    """What came is not what the contract says: another version, or no FastShop at all."""
