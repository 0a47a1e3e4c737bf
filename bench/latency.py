"""Measures how long a person waits in Chromium, with a model that answers immediately.

    python -m bench.latency [--runs 20]

Prints: from the click on Send to the first token in the document; from the click on a session in the list to its last
message in the document, for 200 and 5,000 messages; the first load in KiB, and from the start of the program to a page
that can be used; and what scrolling a list of 10,000 sessions costs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page

from bench._browser import Bench, MeasuredPage, bench_server, measured_page, spread
from tests.support.servers import start_app

AT_ONCE = {"steps": [{"times": None, "chunks": [{"text": "Yes, at once."}]}]}
LENGTHS = (200, 5_000)
SESSIONS = 10_000

_UNTIL = """
([action, selector]) => new Promise((resolve, reject) => {
  const before = new Set(document.querySelectorAll(selector));
  const began = performance.now();
  const look = () => {
    if ([...document.querySelectorAll(selector)].every((element) => before.has(element))) return;
    observer.disconnect();
    resolve(performance.now() - began);
  };
  setTimeout(() => reject(new Error(`${selector} did not come`)), 20_000);
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true });
  document.querySelector(action).click();
})
"""


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with bench_server(AT_ONCE, lengths=LENGTHS, sessions_in_list=SESSIONS) as bench, measured_page() as measured:
        _first_load(bench, measured)
        # Before the sends, whose sessions push these down the list.
        for length in LENGTHS:
            _opens(bench, measured, length, runs)
        _sends(bench, measured, runs)
        _scrolls(bench, measured)
    _starts(min(runs, 5))


def _first_load(bench: Bench, measured: MeasuredPage) -> None:
    sizes: list[float] = []
    measured.page.goto(bench.address(bench.new_session()))
    measured.page.get_by_test_id("composer-field").wait_for()
    sizes = measured.page.evaluate(
        "[performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')]"
        ".map((entry) => entry.transferSize)"
    )
    print(f"first load: {sum(sizes) / 1024:.0f} KiB in {len(sizes)} requests", flush=True)


def _sends(bench: Bench, measured: MeasuredPage, runs: int) -> None:
    waits: list[float] = []
    page = measured.page
    for _ in range(runs):
        page.goto(bench.address(bench.new_session()))
        field = page.get_by_test_id("composer-field")
        field.fill("Are you there?")
        page.wait_for_timeout(300)
        waits.append(page.evaluate(_UNTIL, ['[data-testid="send"]', '[data-testid="answer-text"]']))
    _print("click on Send to the first token", waits)


def _opens(bench: Bench, measured: MeasuredPage, length: int, runs: int) -> None:
    waits: list[float] = []
    page = measured.page
    target = f'[data-testid="session-row"] a[href*="{bench.seeded[length]}"], a[href*="{bench.seeded[length]}"]'
    # One that is there already: each new one would push the target further down the list.
    elsewhere = bench.new_session()
    for _ in range(runs):
        page.goto(bench.address(elsewhere))
        page.locator(target).first.wait_for()
        page.wait_for_timeout(300)
        waits.append(page.evaluate(_UNTIL, [target, '[data-testid="answer-text"]']))
    _print(f"open a session of {length} messages", waits)


def _scrolls(bench: Bench, measured: MeasuredPage) -> None:
    page = measured.page
    page.goto(bench.address(bench.new_session()))
    page.get_by_test_id("session-row").first.wait_for()
    page.get_by_test_id("session-list").hover()
    max_rows, began = 0, measured.main_thread_seconds()
    long_tasks = measured.long_tasks()
    for _ in range(200):
        page.mouse.wheel(0, 2_000)
        page.wait_for_timeout(30)
        max_rows = max(max_rows, page.get_by_test_id("session-row").count())
    seconds = measured.main_thread_seconds() - began
    print(
        f"scrolling a list of {SESSIONS:,} sessions for 6 s: at most {max_rows} rows in the document, "
        f"{seconds:.2f} s of main thread, {measured.long_tasks() - long_tasks} long tasks"
    )


def _starts(runs: int) -> None:
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder, measured_page() as measured:
        for _ in range(runs):
            began = time.monotonic()
            with start_app(Path(folder) / "data") as app:
                _usable(measured.page, app.url)
                waits.append((time.monotonic() - began) * 1_000)
    _print("start of the program to a page that can be used", waits)


def _usable(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("choose-agent").wait_for()


def _print(what: str, waits: list[float]) -> None:
    p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]
    print(f"{what}: median {spread(waits)} ms, p95 {p95:.0f} ms, {len(waits)} runs", flush=True)


if __name__ == "__main__":
    main()
