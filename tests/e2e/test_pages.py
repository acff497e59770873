"""Every page by its address, as somebody comes who reloads it or follows a link."""

import re
from pathlib import Path

import aiohttp

_PAGES = Path(__file__).parents[2] / "web/src/app.tsx"


async def test_every_page_is_there_for_who_comes_by_its_address(address: str) -> None:
    paths = [re.sub(r":\w+", "x", path) for path in re.findall(r'<Route path="([^"]+)"', _PAGES.read_text())]
    assert len(paths) > 50
    missing = []
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(f"{address}{path}") as answer:
                if answer.content_type != "text/html":
                    missing.append(path)
    assert missing == []
