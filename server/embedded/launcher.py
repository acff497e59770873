"""A small program that becomes another one, after tying its life to its parent's.

    python -I -S launcher.py PARENT SIGNAL IDENTITY PROGRAM [ARGUMENT ...]

PARENT    pid of the process that must stay alive
SIGNAL    number of the signal to receive when the thread that forked us ends, killed or not (Linux only: elsewhere
ignored) IDENTITY  same        as we are
          namespace   root only: a user namespace of its own, in which root is called 1000
          UID:GID     root only: that account, which keeps the right to enter folders that are closed to it

It is a program of its own, not a `preexec_fn`, because the supervisor starts a dead child again while the server's
other threads run, and Python code between fork and exec is not safe there. It costs 20 ms. It imports nothing of the
server.
"""

import ctypes
import os
import signal
import sys

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522

_INSIDE_ID = 1000
"""Any number but 0 will do: PostgreSQL refuses to run as 0."""


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def _enter_namespace() -> None:
    """Be uid 1000 inside while every file we write still belongs to root outside: no account and no chmod is needed."""
    uid, gid = os.geteuid(), os.getegid()
    _checked(_libc().unshare(_CLONE_NEWUSER), "unshare")
    # The kernel lets a process map its group only after it has given up setgroups.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_INSIDE_ID} {uid} 1"),
        ("gid_map", f"{_INSIDE_ID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib would double the start
            file.write(text)


def _become_account(uid: int, gid: int) -> None:
    """Be that account, and keep root's right to pass folders such as /root that are closed to others.

    Without that right a checkout under /root could only be used by opening /root to everybody. Where the right is not
    ours to pass on (a container without it) we go on without it, and the program reports which file it could not open.
    """
    linux = sys.platform == "linux"
    if linux:
        _libc().prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if linux:
        _keep_entering_folders()


def _keep_entering_folders() -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    _libc().capset(header, effective_permitted_inheritable)
    _libc().prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _take(identity: str) -> None:
    if identity == "same":
        return
    if identity == "namespace":
        _enter_namespace()
        return
    uid, gid = identity.split(":")
    _become_account(int(uid), int(gid))


def _die_with(parent: int, number: int) -> None:
    """Ask for the signal, then look once: a parent that died before we asked would never be reported."""
    if sys.platform == "linux":
        _checked(_libc().prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        sys.exit(f"the parent {parent} is gone")


def main(arguments: list[str]) -> None:
    """Become the program; ends with an OSError on stderr when that is not possible."""
    parent, number, identity, *program = arguments
    # A change of identity clears the request for the signal, so the request comes last.
    _take(identity)
    _die_with(int(parent), int(number))
    # Python ignores this one; a program that is not Python expects the default.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(program[0], program)  # noqa: S606 - that is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
