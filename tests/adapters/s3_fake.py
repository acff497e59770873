"""A small store that speaks S3 by path-style addresses, and believes nobody: each request's signature is worked out."""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from aiohttp import web

from server.settings import S3

_BUCKET = "shop"
_KEY, _SECRET = "AKIDEXAMPLE", "a secret key"
_SAID = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d{8})/([\w-]+)/s3/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=(\w+)"
)


class S3Fake:
    """What is in the bucket, by key; how many requests were refused."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.refused = 0
        self.failing = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{bucket}", self._answer)
        app.router.add_route("*", "/{bucket}/{key:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.failing:
            self.failing -= 1
            return _error(503, "SlowDown")
        if request.match_info["bucket"] != _BUCKET or not _is_signed(request, body):
            self.refused += 1
            return _error(403, "SignatureDoesNotMatch")
        if request.method == "GET" and "list-type" in request.query:
            return self._list(request.query["prefix"])
        if request.method == "POST" and "delete" in request.query:
            keys = re.findall("<Key>(.*?)</Key>", body.decode())
            for key in keys:
                self.objects.pop(key, None)
            return _xml("DeleteResult", "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys))
        return self._object(request, request.match_info["key"], body)

    def _object(self, request: web.Request, key: str, body: bytes) -> web.Response:
        match request.method:
            case "PUT" if "partNumber" in request.query:
                self.parts[request.query["uploadId"]][int(request.query["partNumber"])] = body
                return web.Response(headers={"etag": f'"{len(body)}"'})
            case "PUT":
                self.objects[key] = body
                return web.Response(headers={"etag": '"whole"'})
            case "POST" if "uploads" in request.query:
                upload = str(len(self.parts))
                self.parts[upload] = {}
                return _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
            case "POST":
                self.objects[key] = b"".join(part for _, part in sorted(self.parts[request.query["uploadId"]].items()))
                return _xml("CompleteMultipartUploadResult", "<ETag>whole</ETag>")
            case "DELETE":
                del self.parts[request.query["uploadId"]]
                return web.Response(status=204)
            case "GET" if key in self.objects:
                return web.Response(body=self.objects[key], headers=_DATED | {"etag": '"whole"'})
        return _error(404, "NoSuchKey")

    def _list(self, prefix: str) -> web.Response:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>"
            f"<ETag>whole</ETag><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        return _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{found}")


_DATED = {"last-modified": "Sat, 21 Nov 2026 12:00:00 GMT"}


@asynccontextmanager
async def s3_fake() -> AsyncIterator[tuple[S3Fake, S3]]:
    """A running one, and the settings for it."""
    fake = S3Fake()
    runner = web.AppRunner(fake.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address: Any = runner.addresses[0]
    try:
        yield fake, S3(_BUCKET, _KEY, _SECRET, f"http://127.0.0.1:{address[1]}")
    finally:
        await runner.cleanup()


def _is_signed(request: web.Request, body: bytes) -> bool:
    """Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request")."""
    said = _SAID.match(request.headers.get("authorization", ""))
    if said is None or said[1] != _KEY:
        return False
    _, day, region, names, signature = said.groups()
    hashed = request.headers["x-amz-content-sha256"]
    if hashed not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
        return False
    query = "&".join(f"{quote(k, '-_.~')}={quote(v, '-_.~')}" for k, v in sorted(request.query.items()))
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    canonical = "\n".join((request.method, request.raw_path.partition("?")[0], query, headers, names, hashed))
    scope = f"{day}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest))
    key = f"AWS4{_SECRET}".encode()
    for part in (day, region, "s3", "aws4_request", text):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(key.hex(), signature)


def _xml(name: str, inside: str) -> web.Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</{name}>'
    return web.Response(text=text, content_type="application/xml")


def _error(status: int, code: str) -> web.Response:
    return web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>", content_type="application/xml")
