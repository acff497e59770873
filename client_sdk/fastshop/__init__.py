"""FastShop for Python: the contract, and a client for it.

Importing the package imports nothing else: the contract alone needs neither a network library nor an event loop.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastshop.ids import new_id
    from fastshop.retrying import Retries
    from fastshop.shop import Shop
    from fastshop.sync import SyncShop
    from fastshop.watching import Happened, Snapshot

__all__ = ["Happened", "Retries", "Shop", "Snapshot", "SyncShop", "new_id"]

_HOMES = {
    "Happened": "watching",
    "Retries": "retrying",
    "Shop": "shop",
    "Snapshot": "watching",
    "SyncShop": "sync",
    "new_id": "ids",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"fastshop has no {name}")
    return getattr(importlib.import_module(f"fastshop.{_HOMES[name]}"), name)
