"""The documents as files."""

from collections.abc import Callable, Mapping

import msgspec

from server.documents.asyncapi import asyncapi
from server.documents.openapi import openapi
from server.kernel.channel import Watches
from server.kernel.operation import Operations


def documents(operations: Operations, watches: Watches, cookie: str) -> Mapping[str, Callable[[], bytes]]:
    """The documents that describe the shop to programs, by file name."""
    return {
        "openapi.json": lambda: msgspec.json.encode(openapi(operations, cookie=cookie)),
        "asyncapi.json": lambda: msgspec.json.encode(asyncapi(operations, watches)),
    }
