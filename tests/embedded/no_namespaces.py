"""Runs a program as root where no user namespace can be made, as in many containers.

    python -m tests.embedded.no_namespaces PROGRAM [ARGUMENT ...]

The limit on namespaces is itself kept per namespace: so one is made in which every account exists as outside, and in it
the limit is zero.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
EVERY_ACCOUNT = "0 0 65536"


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    unshared, mapped = os.pipe(), os.pipe()
    us = os.getpid()
    if os.fork() == 0:
        # Only a process outside may map more than one account. Nothing to read: the other one has failed.
        os.close(unshared[1])
        if not os.read(unshared[0], 1):
            os._exit(1)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{us}/{name}").write_text(EVERY_ACCOUNT)
        os.write(mapped[1], b"1")
        os._exit(0)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    os.write(unshared[1], b"1")
    os.read(mapped[0], 1)
    os.wait()
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
