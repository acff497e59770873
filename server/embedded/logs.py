"""Keeps the logs of the services short while they run.

The programs write to plain files that we opened for them. PostgreSQL has a rotating collector of its own, but that is a
process which outlives the postmaster for a moment, and where pid 1 reaps nothing it stays a zombie after each stop.
"""

import os
import shutil
import threading
from pathlib import Path

import structlog

LONGEST = 5_000_000
"""Bytes after which a log is moved aside; the last one moved is kept, so two of this length are the most."""

_INTERVAL = 60.0
"""Seconds between two looks."""

_log = structlog.get_logger(__name__)


def trim(path: Path, longest: int = LONGEST) -> None:
    """Move what a long log says into `NAME.1`, and begin it anew under the writer's open, appending descriptor.

    A line written between the copy and the truncation is lost; nothing but people reads these files.
    """
    if path.exists() and path.stat().st_size > longest:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)


class LogTrimmer:
    """Trims every log of a folder now and then, in a thread of its own, from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-logs", daemon=True)

    def start(self) -> None:
        """Begin; does not wait."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a copy that is under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            for path in self._folder.glob("*.log"):
                try:
                    trim(path)
                except OSError as failure:
                    _log.warning("embedded.log_not_trimmed", path=str(path), reason=str(failure))
            if self._stopping.wait(_INTERVAL):
                return
