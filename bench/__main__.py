"""`make bench`: every table, one after the other, or those that are named."""

import sys

import uvloop

from bench import checkouts, claims, echo, listing, prices, restocking

_TABLES = {
    "checkouts": checkouts.main,
    "claims": claims.main,
    "echo": echo.main,
    "listing": listing.main,
    "prices": prices.main,
    "restocking": restocking.main,
}

for name in sys.argv[1:] or _TABLES:
    uvloop.run(_TABLES[name]())
