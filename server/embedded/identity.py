"""As whom a service runs. Only root has to think about it: PostgreSQL refuses root."""

import os
import pwd
import signal
import subprocess
from pathlib import Path

from server.embedded.errors import FolderNotUsable
from server.embedded.processes import IDENTITY_NAMESPACE, IDENTITY_SAME, launch_command

_FALLBACK_ACCOUNTS = ("postgres", "nobody")
"""Accounts that exist already: we add none to somebody's machine."""

_PROBE_SECONDS = 20.0


def keep_owner(folder: Path) -> str | None:
    """The launcher's word for the owner of a folder that exists; None as root for one that is new, or root's.

    A folder keeps its owner, also when root starts what an ordinary user began. Refuses (`FolderNotUsable`) somebody
    else's folder.
    """
    us = os.geteuid()
    found = folder.stat() if folder.exists() else None
    if us != 0:
        if found is not None and found.st_uid != us:
            raise FolderNotUsable(
                f"{folder} belongs to user {found.st_uid}: start as that user, or set FASTSHOP_DATA elsewhere."
            )
        return IDENTITY_SAME
    if found is not None and found.st_uid != 0:
        return f"{found.st_uid}:{found.st_gid}"
    return None


def other_than_root(folder: Path, probe: Path) -> str:
    """The launcher's word for how root runs a program that refuses root, on a folder that is new or root's.

    A user namespace, in which root has another number and the files stay root's; where the kernel refuses that (many
    containers), an existing account, which is then given the folder. `probe` is a program that runs anywhere, to try
    the namespace with.
    """
    if _namespaces_work(probe):
        return IDENTITY_NAMESPACE
    account = _fallback_account()
    _give(folder, account)
    return f"{account.pw_uid}:{account.pw_gid}"


def _namespaces_work(probe: Path) -> bool:
    command = launch_command((str(probe), "--version"), IDENTITY_NAMESPACE, signal.SIGKILL)
    tried = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)  # noqa: S603 - our own binary
    return tried.returncode == 0


def _fallback_account() -> pwd.struct_passwd:
    for name in _FALLBACK_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise FolderNotUsable(
        "PostgreSQL refuses to run as root, this machine allows no user namespace, and it has no account "
        f"{' or '.join(_FALLBACK_ACCOUNTS)}: start as an ordinary user, or set DATABASE_URL."
    )


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    if not folder.exists():
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
