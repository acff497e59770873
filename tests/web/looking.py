"""Looking at a page: a picture of it is kept, nothing overflows, and axe finds nothing serious."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_ROOT = Path(__file__).parents[2]
_SHOTS = _ROOT / "test-results/web"
_AXE = _ROOT / "web/node_modules/axe-core/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passed is neither worked out for every element nor sent here: that takes longer than looking.
_RUN = """([within, tags]) =>
  axe.run(within, { runOnly: tags, resultTypes: ["violations"] }).then((found) => found.violations)"""

WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


async def check(page: Page, name: str) -> None:
    """Keep a picture of a page; it fits, and is open to all."""
    await page.screenshot(path=shot(name), full_page=True)
    wide, seen = await page.evaluate(WIDTHS)
    assert wide <= seen, f"{name} is {wide - seen} px wider than the screen"
    assert await findings(page) == [], name


def shot(name: str) -> Path:
    """Where the picture of this name is kept."""
    _SHOTS.mkdir(parents=True, exist_ok=True)
    return _SHOTS / f"{name}.png"


async def findings(page: Page, within: str = "html") -> list[str]:
    """What axe finds serious."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate(_RUN, [within, _RULES])
    return [_told(it) for it in found if it["impact"] in ("serious", "critical")]


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = [node["target"] for node in nodes][:3]
    return f"{violation['id']}: {violation['help']} at {places}: {nodes[0]['failureSummary'][:200]}"
