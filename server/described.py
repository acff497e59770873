"""What the shop offers, known without opening it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import redis.asyncio as redis

from piccolo_conf import DB
from server.documents.files import documents
from server.http.sign_in import cookie_name
from server.kernel.channel import Watches
from server.kernel.clock import SystemClock
from server.kernel.database import Database
from server.kernel.operation import Operations
from server.services import Domains
from server.settings import Settings


class Described(NamedTuple):
    """All that can be asked for and watched, and the documents about it."""

    operations: Operations
    watches: Watches
    documents: Mapping[str, Callable[[], bytes]]


def described(settings: Settings) -> Described:
    """What a shop with these settings offers."""
    domains = Domains(settings, Database(DB), SystemClock(), redis.Redis())
    operations, watches = domains.operations(), domains.watches()
    domains.people.passwords.close()
    return Described(operations, watches, documents(operations, watches, cookie_name(settings)))
