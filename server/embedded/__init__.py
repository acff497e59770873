"""PostgreSQL 18 and Valkey 9 as child processes, for whoever gives no DATABASE_URL and no REDIS_URL.

What holds:

- The children live exactly as long as the supervisor. They are stopped by `Supervisor.stop()`, and by the kernel when
  this process is killed (Linux; elsewhere the next start stops what was left behind).
- One supervisor for one data folder. A second one is refused, and no child of an earlier one is still writing when a
  new one starts.
- Nothing listens on the network: both speak over unix sockets in a folder that only their owner may enter.
- What PostgreSQL acknowledged is on disk: fsync and synchronous_commit stay on.
"""

from server.embedded.errors import EmbeddedError, FolderInUse, FolderNotUsable, StartFailed
from server.embedded.running import EmbeddedServices, find_running
from server.embedded.supervisor import Supervisor

__all__ = [
    "EmbeddedError",
    "EmbeddedServices",
    "FolderInUse",
    "FolderNotUsable",
    "StartFailed",
    "Supervisor",
    "find_running",
]
