"""Measures for how long hostile messages stop a page in Chromium: texts of 98,000 characters.

    python -m bench.hostile_messages [--only NAME ...] [--length 98000] [--patience 30]

Prints the longest task of the main thread in ms for each text of `tests/support/hostile_shapes.json`: when a session
with it is opened as an answer and as a message of a person, while it streams in, and when it is pasted into the
composer; and the number of elements of the opened page. The last row is a list of sessions with all of them as titles
and previews. A page that does not react within the patience counts as more than that, and is replaced.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Error

from bench._browser import Bench, MeasuredPage, bench_server, measured_page
from chat_app.domain.sessions import TITLE_LIMIT
from tests.support.hostile_shapes import LENGTH, hostile_text, read_shapes

PIECES = 20
"""Pieces in which a text streams in."""
PAUSE = 0.05
"""Seconds between two pieces, so that most are a flush of their own."""
CONTROL = "One short paragraph."

_SHOWN = """(testId) => {
  if (!document.querySelector(`[data-testid="${testId}"]`)) return false;
  window.benchShownAt ??= performance.now();
  return performance.now() - window.benchShownAt > 400;
}"""
"""Whether the page has shown an element for some time: what is drawn with pauses is drawn too."""
_GO = """(address) => {
  delete window.benchShownAt;
  window.benchLongTasks.length = 0;
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}"""
"""Goes to an address as a click on a link does, without loading the page again."""


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], help="names of texts")
    parser.add_argument("--length", type=int, default=LENGTH)
    parser.add_argument("--patience", type=float, default=30, help="seconds")
    given = parser.parse_args()
    names = given.only or list(read_shapes())
    texts = {"(short text)": CONTROL, **{name: hostile_text(name, given.length) for name in names}}
    steps = [
        {"on": {"text": f"number {number};"}, "times": None, "chunks": _pieces(text)}
        for number, text in enumerate(texts.values())
    ]
    conversations = [("An answer", ["Go", text]) for text in texts.values()]
    conversations += [(text[:TITLE_LIMIT], [text]) for text in texts.values()]
    print("text | opened as an answer | elements | opened as a message | streamed | pasted")
    with bench_server({"steps": steps}, conversations=conversations) as bench, _Pages(given.patience) as pages:
        for number, (name, text) in enumerate(texts.items()):
            answered, said = bench.conversations[number], bench.conversations[number + len(texts)]
            answer = pages.measure(lambda page: _open(page, bench, answered, "answer-text"))  # noqa: B023
            elements = pages.elements
            message = pages.measure(lambda page: _open(page, bench, said, "user-text"))  # noqa: B023
            streamed = pages.measure(lambda page: _stream(page, bench, number))  # noqa: B023
            pasted = pages.measure(lambda page: _paste(page, bench, text))  # noqa: B023
            print(f"{name} | {answer} | {elements} | {message} | {streamed} | {pasted}", flush=True)
        print(f"the list of all | {pages.measure(lambda page: _load(page, bench.app.url, 'session-row'))}")


class _Pages:
    """Opens pages, and a new browser after one that does not react.

    Args:
        patience: Seconds for which a page may not react.
    """

    def __init__(self, patience: float) -> None:
        self.elements = 0
        self._patience = patience
        self._open = ExitStack()
        self._page: MeasuredPage | None = None

    def __enter__(self) -> _Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def measure(self, act: Callable[[MeasuredPage], None]) -> str:
        """Return the longest task of what is done in ms, and remember the number of the page's elements."""
        if self._page is None:
            self._page = self._open.enter_context(measured_page())
            self._page.page.set_default_timeout(self._patience * 1_000)
        try:
            act(self._page)
            # The observer is told of a task after it.
            self._page.page.wait_for_timeout(200)
            self.elements = self._page.page.locator("*").count()
            return f"{self._page.longest_task():.0f}"
        except Error:
            self._open.close()
            self._page = None
            self.elements = 0
            return f"> {self._patience * 1_000:.0f}"


def _open(measured: MeasuredPage, bench: Bench, session_id: str, test_id: str) -> None:
    """Go from the short text to a session."""
    _load(measured, bench.address(bench.conversations[0]), "answer-text")
    measured.page.evaluate(_GO, bench.address(session_id))
    measured.page.wait_for_function(f"location.search.includes('{session_id}')")
    measured.page.wait_for_function(_SHOWN, arg=test_id)


def _load(measured: MeasuredPage, address: str, test_id: str) -> None:
    measured.page.goto(address)
    measured.page.wait_for_function(_SHOWN, arg=test_id)


def _stream(measured: MeasuredPage, bench: Bench, number: int) -> None:
    session_id = bench.new_session()
    _load(measured, bench.address(session_id), "composer-field")
    measured.page.evaluate("window.benchLongTasks.length = 0; delete window.benchShownAt")
    sent = bench.http.post(f"/v1/chat/{session_id}/messages", json={"content": f"number {number};"})
    sent.raise_for_status()
    measured.page.wait_for_function(_SHOWN, arg="actions")


def _paste(measured: MeasuredPage, bench: Bench, text: str) -> None:
    measured.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _load(measured, bench.address(bench.new_session()), "composer-field")
    measured.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    measured.page.get_by_test_id("composer-field").focus()
    measured.page.evaluate("window.benchLongTasks.length = 0")
    measured.page.keyboard.press("ControlOrMeta+v")
    measured.page.wait_for_function("document.querySelector('[data-testid=\"composer-field\"]').value !== ''")


def _pieces(text: str) -> list[dict[str, Any]]:
    size = max(1, -(-len(text) // PIECES))
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [chunk for piece in pieces for chunk in ({"text": piece}, {"delay": PAUSE})]


if __name__ == "__main__":
    main()
