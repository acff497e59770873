"""The address of the demo shop's pictures."""

from litestar import Response, get
from litestar.exceptions import NotFoundException

from server.demo.pictures import picture


@get("/demo-images/{shape:str}/{name:str}", include_in_schema=False, sync_to_thread=False)
def demo_images(shape: str, name: str) -> Response[str]:
    """A product's picture."""
    drawn = picture(shape, name)
    if drawn is None:
        raise NotFoundException
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})
