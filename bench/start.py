"""Measures how long the program and its commands take to start, what they load, and the memory of an idle server.

    python -m bench.start [--runs 10]

Prints, as minimum, median and maximum of the runs: from the start of the process to the first answer of the port, to
the announcement that the program is ready, and to a page in Chromium that can be used; from the start of `chat-app
list` and `chat-app send` to their first request, and of `chat-app --help` to its end; the resident memory of an idle
server; and the packages whose import takes longest.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

from playwright.sync_api import Error, Page

from bench._browser import measured_page

COMMAND = (sys.executable, "-m", "chat_app")
IDLE_SECONDS = 10.0
"""Seconds after the page is usable at which the memory is read: what loads in the background has loaded."""
PACKAGES_SHOWN = 20
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +([\w.]+)")
_POLL_SECONDS = 0.01


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        _measure_commands(runs)
        _measure_server(Path(folder), runs)
        _print_imports(Path(folder))


def _measure_commands(runs: int) -> None:
    _print("chat-app --help, to its end", [_time_to_end("--help") for _ in range(runs)])
    for arguments in (("list",), ("send", "Hello")):
        _print(f"chat-app {arguments[0]}, to its first request", [_time_to_request(*arguments) for _ in range(runs)])


def _time_to_end(*arguments: str) -> float:
    began = time.monotonic()
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True)
    return time.monotonic() - began


def _time_to_request(*arguments: str) -> float:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        began = time.monotonic()
        with subprocess.Popen([*COMMAND, *arguments, "--url", url], stderr=subprocess.DEVNULL) as process:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                waited = time.monotonic() - began
            process.kill()
    return waited


def _measure_server(folder: Path, runs: int) -> None:
    answers: list[float] = []
    ready: list[float] = []
    usable: list[float] = []
    memory: list[float] = []
    with measured_page() as measured:
        # The first run creates the data folder, and the page if it is not built yet.
        for number in range(runs + 1):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            log = folder / "log"
            with log.open("wb") as output:
                began = time.monotonic()
                options = ["run", "--port", str(port), "--data-dir", str(folder / "data")]
                process = subprocess.Popen([*COMMAND, *options], stdout=output, stderr=output)
            try:
                _open(measured.page, f"http://127.0.0.1:{port}", process)
                answered = time.monotonic() - began
                measured.page.get_by_test_id("choose-agent").wait_for()
                used = time.monotonic() - began
                _wait_until(lambda: "ready at" in log.read_text())  # noqa: B023 - called at once
                announced = max(log.stat().st_mtime - _wall_clock(began), 0)
                if number:
                    answers.append(answered)
                    ready.append(announced)
                    usable.append(used)
                if number == runs:
                    time.sleep(IDLE_SECONDS)
                    memory.append(_resident_mebibytes(process.pid))
            finally:
                process.terminate()
                process.wait()
    _print("chat-app run, to the page's first answer", answers)
    _print("chat-app run, to the announcement that it is ready", ready)
    _print("chat-app run, to a page that can be used", usable)
    print(f"resident memory with one open page, after {IDLE_SECONDS:.0f} s: {memory[0]:.0f} MiB", flush=True)


def _open(page: Page, url: str, process: subprocess.Popen[bytes]) -> None:
    while True:
        assert process.poll() is None, "chat-app ended"
        try:
            page.goto(url, wait_until="commit")
        except Error:
            time.sleep(_POLL_SECONDS)
        else:
            return


def _wall_clock(monotonic: float) -> float:
    return time.time() - (time.monotonic() - monotonic)


def _wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(_POLL_SECONDS)


def _resident_mebibytes(pid: int) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _print_imports(folder: Path) -> None:
    log = folder / "imports"
    with log.open("wb") as output:
        options = ["run", "--port", "0", "--data-dir", str(folder / "data")]
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", *COMMAND[1:], *options], stdout=output, stderr=output
        )
        _wait_until(lambda: process.poll() is not None or "ready at" in log.read_text())
        before = log.read_text().partition("ready at")[0]
        process.terminate()
        process.wait()
    microseconds = Counter[str]()
    for match in _IMPORT.finditer(before):
        microseconds[match[2].split(".")[0]] += int(match[1])
    print(f"imports before the program is ready: {microseconds.total() / 1_000:.0f} ms", flush=True)
    for package, spent in microseconds.most_common(PACKAGES_SHOWN):
        print(f"  {package:<24} {spent / 1_000:6.0f} ms", flush=True)


def _print(what: str, seconds: list[float]) -> None:
    low, middle, high = (round(value * 1_000) for value in (min(seconds), median(seconds), max(seconds)))
    print(f"{what}: {low} / {middle} / {high} ms, {len(seconds)} runs", flush=True)


if __name__ == "__main__":
    main()
