"""`make bench`: every table, one after the other."""

import asyncio

from bench import claims

asyncio.run(claims.main())
