"""`make bench`: every table, one after the other."""

import uvloop

from bench import claims

uvloop.run(claims.main())
