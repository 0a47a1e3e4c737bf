"""Measures the cost of a streamed answer in Chromium: 2,000 tokens of Markdown at 200 a second.

    python -m bench.stream [--runs 5]

Prints for transcripts of 0 to 5,000 messages: bytes on the event websocket and their bound (twice the text and 200 for
each flush), seconds of the page's main thread, long tasks beyond those of the idle page, and the delay between the
model's word and its appearance in the document: the median of every 20th word, and the last one. The model writes on a
fixed schedule that starts with the first event of its text; page and server read the same clock.
"""

from __future__ import annotations

import argparse
import json
import threading
from datetime import datetime
from statistics import median

import httpx
from httpx_sse import connect_sse

from bench._browser import Bench, MeasuredPage, bench_server, markdown, measured_page, spread

TOKENS = 2_000
RATE = 200
EVERY = 20
LENGTHS = (0, 200, 5_000)
PATIENCE = 60_000
"""Time limit of an answer in milliseconds."""

_WATCH = """
(mark) => {
  window.benchObserver?.disconnect();
  window.benchSeen = {};
  const look = () => {
    const answers = document.querySelectorAll('[data-testid="answer-text"]');
    const tail = answers[answers.length - 1]?.textContent.slice(-2000) ?? "";
    const at = performance.timeOrigin + performance.now();
    for (const [, number] of tail.matchAll(new RegExp(`${mark}([0-9]+)`, "g"))) window.benchSeen[number] ??= at;
  };
  window.benchObserver = new MutationObserver(look);
  window.benchObserver.observe(document.querySelector('[data-testid="transcript"]'),
    { childList: true, subtree: true, characterData: true });
}
"""


_UNTIL_SEEN = """
([number, patience]) => new Promise((resolve, reject) => {
  const timer = setInterval(() => { if (window.benchSeen[number]) { clearInterval(timer); resolve(); } }, 100);
  setTimeout(() => { clearInterval(timer); reject(new Error("the last token did not come")); }, patience);
})
"""


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    # Each run has marks of its own: the answer of the run before may still be in the document.
    marks = [f"r{number}m" for number in range(runs * len(LENGTHS))]
    texts = [markdown(TOKENS, mark_every=EVERY, mark=mark) for mark in marks]
    text = texts[0]
    script = {"tokens_per_second": RATE, "steps": [{"chunks": [{"text": each}]} for each in texts]}
    print(f"{TOKENS} tokens, {len(text.encode())} bytes of text, {TOKENS / RATE:.0f} s at {RATE}/s, {runs} runs")
    print("messages | KiB (bound) | flushes | main thread s | long tasks | lag ms, median | last token ms")
    with bench_server(script, lengths=[length for length in LENGTHS if length]) as bench, measured_page() as measured:
        for length in LENGTHS:
            rows = [_run(bench, measured, length, mark=marks.pop(0)) for _ in range(runs)]
            received, flushes, seconds, long_tasks, lag, last = zip(*rows, strict=True)
            bound = (2 * len(text.encode()) + 200 * median(flushes)) / 1024
            print(
                f"{length:>8} | {spread(received, digits=1)} ({bound:.1f}) | {spread(flushes)} | "
                f"{spread(seconds, digits=2)} | {spread(long_tasks)} | {spread(lag)} | {spread(last)}",
                flush=True,
            )


def _run(
    bench: Bench, measured: MeasuredPage, length: int, *, mark: str
) -> tuple[float, float, float, float, float, float]:
    session_id = bench.seeded[length] if length else bench.new_session()
    page = measured.page
    page.goto(bench.address(session_id))
    page.get_by_test_id("composer-field").wait_for()
    page.wait_for_timeout(1_000)
    page.evaluate(_WATCH, mark)
    began = _Began(bench, session_id)
    received, flushes = measured.received, measured.flushes
    seconds, long_tasks = measured.main_thread_seconds(), measured.long_tasks()
    bench.http.post(f"/v1/chat/{session_id}/messages", json={"content": "go"}).raise_for_status()
    page.evaluate(_UNTIL_SEEN, [TOKENS - 1, PATIENCE])
    page.get_by_test_id("actions").last.wait_for()
    start = began.moment()
    seen: dict[str, float] = page.evaluate("window.benchSeen")
    lags = {int(number): at - (start + int(number) / RATE * 1_000) for number, at in seen.items()}
    return (
        (measured.received - received) / 1024,
        measured.flushes - flushes,
        measured.main_thread_seconds() - seconds,
        measured.long_tasks() - long_tasks,
        median(lags.values()),
        lags[TOKENS - 1],
    )


class _Began:
    """Waits in a thread for the moment at which the model begins to write."""

    def __init__(self, bench: Bench, session_id: str) -> None:
        self._moment = 0.0
        self._address = f"{bench.app.url}/v1/chat/{session_id}/events"
        self._following = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self._following.wait()

    def _listen(self) -> None:
        with httpx.Client(timeout=60) as client, connect_sse(client, "GET", self._address) as source:
            self._following.set()
            for frame in source.iter_sse():
                if frame.event == "part.started":
                    at = datetime.fromisoformat(json.loads(frame.data)["data"]["part"]["started_at"])
                    self._moment = at.timestamp() * 1_000
                    return

    def moment(self) -> float:
        """Return the moment in milliseconds since the epoch."""
        self._thread.join()
        return self._moment


if __name__ == "__main__":
    main()
