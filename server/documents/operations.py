"""The operations as a table: ``fastshop operations`` prints it."""

from collections.abc import Iterable
from typing import NamedTuple

from server.documents.openapi import PREFIX
from server.kernel.operation import Operation


class Row(NamedTuple):
    """One operation, in words."""

    tag: str
    route: str
    permission: str
    refusals: str


def rows(operations: Iterable[Operation]) -> list[Row]:
    """All operations by tag, with the refusals of their own; those of the edges are the same everywhere."""
    return [_row(operation) for operation in sorted(operations, key=lambda operation: operation.tag)]


def _row(operation: Operation) -> Row:
    http = operation.command.http
    codes = ", ".join(refusal.code for refusal in operation.refusals)
    return Row(operation.tag, f"{http.verb} {PREFIX}{http.path}", operation.permission.name, codes)
