"""A message on its way to an actor."""

import asyncio
from typing import Any

from msgspec import Struct


class Letter(Struct, frozen=True):
    """A message and where its answer goes.

    The collector must see it: a refusal's traceback knows the letter that it is the answer to.
    """

    message: Any
    answer: "asyncio.Future[Any]"

    def reply(self, reply: Any) -> None:
        """Answer it. Nobody hears it when whoever asked has gone."""
        if not self.answer.done():
            self.answer.set_result(reply)

    def refuse(self, error: Exception) -> None:
        """Answer that it cannot be."""
        if not self.answer.done():
            self.answer.set_exception(error)
