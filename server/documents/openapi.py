"""OpenAPI 3.1 of the operations, for whoever speaks HTTP."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastshop.contract.base import (
    BadInput,
    Broken,
    Busy,
    Command,
    CrossSite,
    NotAllowed,
    RateLimited,
    Refusal,
    ScopeMissing,
    SignInNeeded,
)
from fastshop.contract.evidence import AddEvidence
from fastshop.contract.imports import StartImport
from fastshop.contract.media import AddMedia
from server.documents.problems import PROBLEM, problem_schema
from server.documents.schemas import REF, Schema, Schemas, description, joined, schemas, summary
from server.http.problems import status_of
from server.kernel.operation import Operation

PREFIX = "/api/v1"
# What the edge may answer to anything.
EVERYWHERE: tuple[type[Refusal], ...] = (RateLimited, Busy, Broken)
# What it answers to an upload.
_UPLOADING: tuple[type[Refusal], ...] = (BadInput, SignInNeeded, ScopeMissing, NotAllowed, *EVERYWHERE, CrossSite)
# Commands that take a file as the body itself, and the field that the stored file's id fills.
_FILES: Mapping[type[Command[Any]], tuple[str, str]] = {
    StartImport: ("upload_id", "text/csv"),
    AddEvidence: ("upload_id", "image/*"),
    AddMedia: ("upload_id", "image/*"),
}

_ABOUT = """\
Every operation of the shop over HTTP. The same operations are found on the WebSocket, under the same names, with the
same answers and refusals: see the AsyncAPI document.

A refusal is a problem document (RFC 9457) with a stable `code` and its facts. `temporary` says that the very same
request may succeed later. Money is an integer in minor units with its ISO 4217 currency, times are RFC 3339, ids are
UUIDs. Whoever creates something makes its id: sent again with the same id, the request has the same answer.
"""

_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
}

_UNTOLD: Schema = {
    "description": "A request that is none of ours: too large, another method.",
    "content": {"application/problem+json": {"schema": {"$ref": REF + "Problem"}}},
}

_SECURITY: Schema = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that signing in answered, or an API key that was made for the operation's `x-scope`.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "fastshop",
        "description": "Set by signing in; for pages of our own origin.",
    },
}


def openapi(
    operations: Iterable[Operation],
    *,
    version: str = "0.1.0",
    cookie: str = "fastshop",
) -> Schema:
    """The document. ``cookie`` is the name of the session's cookie."""
    listed = sorted(operations, key=lambda operation: operation.tag)
    expected = {kind for operation in listed for kind in _expected(operation)}
    refusals = sorted(expected.union(_UPLOADING), key=lambda kind: kind.code)
    found = schemas([operation.command for operation in listed], [o.command.answer() for o in listed], refusals)
    paths: dict[str, Schema] = {}
    for operation, answer in zip(listed, found.sent, strict=True):
        http = operation.command.http
        paths.setdefault(PREFIX + http.path, {})[http.verb.lower()] = _operation(operation, answer, found)
    problems = {kind.__name__: problem_schema(kind, found.facts[kind.code]) for kind in refusals}
    return {
        "openapi": "3.1.0",
        "info": {"title": "FastShop", "version": version, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": domain} for domain in sorted({_domain(operation) for operation in listed})],
        "paths": dict(sorted((paths | _uploads()).items())),
        "components": {
            "schemas": joined(found.components, _bodies(listed, found), problems, {"Problem": PROBLEM}),
            "securitySchemes": _SECURITY | {"cookie": _SECURITY["cookie"] | {"name": cookie}},
        },
    }


def refusals_of(operation: Operation) -> tuple[type[Refusal], ...]:
    """Every refusal to expect of an operation, over either transport."""
    return tuple(dict.fromkeys([*operation.refusals, *EVERYWHERE]))


def _operation(operation: Operation, answer: Schema, found: Schemas) -> Schema:
    command = operation.command
    taken = found.commands[operation.tag]
    text: Schema = {
        "operationId": operation.tag,
        "summary": summary(command),
        "description": description(command),
        "tags": [_domain(operation)],
        "x-permission": operation.permission.name,
        "x-scope": command.scope(),
        "security": [{"bearer": []}, {"cookie": []}] if operation.permission.signed_in else [],
        "parameters": list(_parameters(command, taken)),
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": answer}} | _file(operation),
            },
            **_problems(_expected(operation)),
        },
    }
    if _body_fields(command, taken):
        text["requestBody"] = {"required": _needs_body(command, taken), "content": _content(command)}
    return text


def _file(operation: Operation) -> Schema:
    """What the answer is where JSON is not asked for."""
    return {operation.as_file.media_type: {}} if operation.as_file else {}


def _content(command: type[Command[Any]]) -> Schema:
    content: Schema = {"application/json": {"schema": {"$ref": REF + command.__name__}}}
    if command in _FILES:
        content[_FILES[command][1]] = {"schema": {"type": "string", "description": "The file itself."}}
    return content


def _parameters(command: type[Command[Any]], taken: Schema) -> Iterator[Schema]:
    for name, schema in taken["properties"].items():
        if name in command.http.path_fields:
            yield {"name": name, "in": "path", "required": True, "schema": schema}
        elif not command.http.has_body:
            required = name in taken["required"]
            yield {"name": name, "in": "query", "required": required, "schema": _without_null(schema)}
        elif command in _FILES and name != _FILES[command][0]:
            text = "Where the body is the file itself; otherwise a member of the body."
            yield {"name": name, "in": "query", "description": text, "schema": _without_null(schema)}
    field = command.id_field()
    if field is not None:
        yield _KEY | {"description": f"Fills `{field}` where the body leaves it out. Sent again, it answers the same."}


def _without_null(schema: Schema) -> Schema:
    """A query says nothing by leaving the parameter out."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    return rest | (options[0] if len(options) == 1 else {"anyOf": options})


def _body_fields(command: type[Command[Any]], taken: Schema) -> list[str]:
    if not command.http.has_body:
        return []
    return [name for name in taken["properties"] if name not in command.http.path_fields]


def _needs_body(command: type[Command[Any]], taken: Schema) -> bool:
    return any(name in taken["required"] for name in _body_fields(command, taken))


def _bodies(operations: Iterable[Operation], found: Schemas) -> dict[str, Schema]:
    bodies = {}
    for operation in operations:
        taken = found.commands[operation.tag]
        fields = _body_fields(operation.command, taken)
        if fields:
            bodies[operation.command.__name__] = taken | {
                "properties": {name: taken["properties"][name] for name in fields},
                # The id may come in the header instead.
                "required": [n for n in taken["required"] if n in fields and n != operation.command.id_field()],
            }
    return bodies


def _expected(operation: Operation) -> tuple[type[Refusal], ...]:
    """Over HTTP a cookie may be misused by another site; the WebSocket asks for the origin once, when it opens."""
    refusals = refusals_of(operation)
    return refusals if operation.command.http.verb == "GET" else (*refusals, CrossSite)


def _problems(refusals: Iterable[type[Refusal]]) -> dict[str, Schema]:
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in refusals:
        by_status.setdefault(status_of(kind)[0], []).append(kind)
    told = {str(number): _problem(kinds) for number, kinds in sorted(by_status.items())}
    return told | {"default": _UNTOLD}


def _problem(kinds: list[type[Refusal]]) -> Schema:
    references = [{"$ref": REF + kind.__name__} for kind in kinds]
    schema: Schema = references[0] if len(references) == 1 else {"oneOf": references}
    return {
        "description": "\n".join(f"- `{kind.code}`: {summary(kind)}" for kind in kinds),
        "content": {"application/problem+json": {"schema": schema}},
    }


def _uploads() -> dict[str, Schema]:
    answer = {"type": "object", "properties": {"upload_id": {"type": "string", "format": "uuid"}}}
    post = {
        "operationId": "uploads",
        "summary": "Store a file, to be named in a command by its id.",
        "description": "The body is the file, whatever its type; 200 MB at most.",
        "tags": ["uploads"],
        "x-permission": "admin or seller",
        "x-scope": StartImport.scope(),
        "security": [{"bearer": []}, {"cookie": []}],
        "requestBody": {"required": True, "content": {"*/*": {}}},
        "responses": {
            "201": {
                "description": "The stored file.",
                "content": {"application/json": {"schema": answer | {"required": ["upload_id"]}}},
            },
            **_problems(_UPLOADING),
        },
    }
    return {f"{PREFIX}/uploads": {"post": post}}


def _domain(operation: Operation) -> str:
    return operation.tag.partition(".")[0]
