"""Where everything lies inside the data folder, and the private folder for the sockets."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from server.embedded.errors import FolderNotUsable

_LONGEST_SOCKET_PATH = 103
"""Bytes. Linux takes 107 and macOS 103; the same on both, so that a folder that works here works there."""

_LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")

_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
"""Paths that need no quoting in a DSN, in a list of PostgreSQL's folders, and in Valkey's command line."""


class Layout:
    """The paths inside one data folder. Making one creates nothing; `create` does."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.supervisor_lock = self.data / "supervisor.lock"
        self.logs = self.data / "log"
        self.sockets = _socket_folder(self.data)

    def create(self) -> None:
        """Make the folders that are missing, readable by their owner only.

        Refuses (`FolderNotUsable`) a place where they cannot be made, and a socket folder that is somebody else's.
        """
        try:
            # Whoever may enter the socket folder is PostgreSQL's superuser, and the logs may name customers.
            for folder in (self.data, self.logs, self.sockets):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failure:
            raise FolderNotUsable(
                f"{failure.filename} cannot be made: {failure.strerror}. Set FASTSHOP_DATA to a folder of yours."
            ) from failure
        if not os.access(self.data, os.R_OK | os.W_OK | os.X_OK):
            raise FolderNotUsable(
                f"{self.data} belongs to user {self.data.stat().st_uid}. Set FASTSHOP_DATA to a folder of yours."
            )
        _insist_on_private(self.sockets, owners=(os.geteuid(), self.data.stat().st_uid))

    def tidy(self) -> None:
        """Remove a socket folder that lies elsewhere; the services have ended. The data folder keeps its own."""
        if not self.sockets.is_relative_to(self.data):
            shutil.rmtree(self.sockets, ignore_errors=True)


def _socket_folder(data: Path) -> Path:
    """`run` inside the data folder, or a short one of the same owner where that path is too long or needs quoting."""
    inside = data / "run"
    length = len(os.fsencode(inside)) + _LONGEST_SOCKET_NAME
    if length <= _LONGEST_SOCKET_PATH and _PLAIN.fullmatch(str(inside)):
        return inside
    # The name is computed, not random, so that another command finds the running services by the data folder alone.
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return _short_base() / f"fastshop-{os.geteuid()}-{digest}"


def _short_base() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    longest = _LONGEST_SOCKET_PATH - len("/fastshop-4294967295-0123456789abcdef") - _LONGEST_SOCKET_NAME
    for base in (runtime, tempfile.gettempdir()):
        if _PLAIN.fullmatch(base) and len(base) <= longest and os.access(base, os.W_OK | os.X_OK):
            return Path(base)
    return Path("/tmp")  # noqa: S108 - the folder inside is private, and checked to be


def _insist_on_private(folder: Path, owners: tuple[int, ...]) -> None:
    """In /tmp anybody may have made the folder first: it must be a real one, of an owner we trust, and closed."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise FolderNotUsable(
            f"{folder} should hold our sockets but belongs to somebody else. Set a shorter FASTSHOP_DATA."
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
