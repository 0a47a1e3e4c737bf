"""A real browser: the page works under its content security policy, and other websites cannot attack the app."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support.chromium import find_or_install_chromium, launch_arguments
from tests.support.servers import TAB_TOKEN, RunningApp, start_app

REBOUND = "rebound.example"

ATTACK = """
async ([app, token]) => {
  const settled = (promise) => promise.then(() => "done", () => "failed");
  const read = (mode) => settled(fetch(`${app}/v1/chat`, {mode}).then((answer) => answer.text()).then((text) => {
    if (!text) throw new Error("opaque");
  }));
  const write = (mode) => fetch(`${app}/v1/chat`, {method: "POST", mode, body: '{"agent_key": "x"}'}).catch(() => 0);
  const load = (tag, property, path) => new Promise((resolve) => {
    const element = document.createElement(tag);
    element.onload = () => resolve("done");
    element.onerror = () => resolve("failed");
    element[property] = app + path;
    document.body.append(element);
  });
  const socket = new Promise((resolve) => {
    const opened = new WebSocket(`${app.replace("http", "ws")}/_event/?token=${token}&EIO=4&transport=websocket`);
    opened.onopen = () => resolve("done");
    opened.onerror = () => resolve("failed");
  });
  const results = [await read("cors"), await read("no-cors"), await socket];
  results.push(await load("img", "src", "/favicon.ico"), await load("script", "src", "/v1/chat"));
  await write("no-cors");
  await write("cors");
  return results;
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with start_app(tmp_path_factory.mktemp("browser") / "data") as app:
        yield app


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_or_install_chromium()
    rules = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*launch_arguments(), rules])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the overridden method
        pass


@pytest.fixture(scope="module")
def other_website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of another web server on this machine, with one empty page."""
    folder = tmp_path_factory.mktemp("website")
    (folder / "index.html").write_text("<!doctype html><title>other</title><body></body>", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as website:
        thread = threading.Thread(target=website.serve_forever)
        thread.start()
        yield website.server_port
        website.shutdown()
        thread.join()


def at_host(url: str, host: str) -> str:
    return url.replace("127.0.0.1", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("path", ["/", "/chat/none?session=none"])
def test_the_content_security_policy_permits_the_page_to_connect_to_its_server(
    server: RunningApp, page: Page, host: str, path: str
) -> None:
    violations: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            violations.append(message.text)

    page.on("console", note)
    with page.expect_websocket() as opened:
        assert (answer := page.goto(at_host(server.url, host) + path)) is not None
        assert answer.status == 200
    opened.value.wait_for_event("framereceived", predicate=lambda frame: str(frame).startswith("40/_event"))
    assert violations == []


def test_scripts_injected_into_the_page_do_not_run(server: RunningApp, page: Page, other_website: int) -> None:
    page.goto(server.url)
    outcome = page.evaluate(
        """async (elsewhere) => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          const holder = document.createElement("div");
          holder.innerHTML = '<img src="/none" onerror="window.ran = true">';
          document.body.append(holder);
          await new Promise((resolve) => holder.firstChild.addEventListener("error", resolve));
          let evaluated = true;
          try { new Function("return 1")(); } catch (error) { evaluated = false; }
          const blocked = await new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) => {
              if (event.blockedURI === elsewhere) resolve(event.effectiveDirective);
            });
            new Image().src = elsewhere;
          });
          return [window.ran === true, evaluated, blocked];
        }""",
        f"http://127.0.0.1:{other_website}/pixel.png",
    )
    assert outcome == [False, False, "img-src"]


@pytest.mark.parametrize(("attacker", "victim"), [("127.0.0.1", "localhost"), ("localhost", "localhost")])
def test_another_website_in_the_same_browser_can_neither_read_nor_write(
    server: RunningApp, page: Page, other_website: int, attacker: str, victim: str
) -> None:
    before = httpx.get(f"{server.url}/v1/chat").json()["items"]
    page.goto(f"http://{attacker}:{other_website}/")
    assert page.evaluate(ATTACK, [at_host(server.url, victim), TAB_TOKEN]) == ["failed"] * 5
    assert httpx.get(f"{server.url}/v1/chat").json()["items"] == before


def test_another_website_cannot_frame_the_page(server: RunningApp, page: Page, other_website: int) -> None:
    page.goto(f"http://127.0.0.1:{other_website}/")
    frame = page.evaluate_handle(
        """(url) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.onload = () => resolve(frame);
          frame.src = url;
          document.body.append(frame);
        })""",
        server.url,
    ).as_element()
    assert frame is not None
    content = frame.content_frame()
    assert content is not None
    assert content.url.startswith("chrome-error:"), "Chromium shows its own page in place of a refused one"


def test_a_link_on_another_website_opens_a_session(server: RunningApp, page: Page, other_website: int) -> None:
    page.goto(f"http://127.0.0.1:{other_website}/")
    page.evaluate(
        """(url) => {
          const link = document.createElement("a");
          link.href = url;
          link.textContent = "open";
          document.body.append(link);
        }""",
        at_host(server.url, "localhost") + "/chat/none",
    )
    with page.expect_navigation() as navigation:
        page.click("a")
    assert navigation.value is not None
    assert navigation.value.status == 200


def test_a_rebound_host_name_does_not_show_the_page(server: RunningApp, page: Page) -> None:
    answer = page.goto(at_host(server.url, REBOUND))
    assert answer is not None
    assert answer.status == 403
    assert answer.json()["error"]["code"] == "host_not_allowed"
