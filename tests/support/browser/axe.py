"""Checks the accessibility of a page with axe."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # pyright: ignore[reportMissingTypeStubs]
from playwright.sync_api import Page

_RUN = """async (runOnly) => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], ...(runOnly && {runOnly})});
  return violations.flatMap(({id, help, nodes}) => nodes.map(({target, html, failureSummary}) =>
    ({id, help, target: target.join(" "), html, why: failureSummary})));
}"""


def find_violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return the violations that axe finds on the page, one text for each element.

    Args:
        page: The page.
        rules: Ids of the rules to check; all when None.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(_RUN, rules)
    return [f"{one['id']}: {one['target']}: {one['html'][:160]}: {one['why']}" for one in violations]
