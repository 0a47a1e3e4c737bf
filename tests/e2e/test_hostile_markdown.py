"""Text of models, tools, providers and people is shown and cannot run code or load anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import Visitor
from tests.support.rest_client import new_session, send_by_rest
from tests.support.servers import RunningApp

ELSEWHERE = "https://elsewhere.example"
RUN = "window.ran='yes'"

HTML = [
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f'<svg onload="{RUN}"><script>{RUN}</script></svg>',
    f'<iframe src="{ELSEWHERE}/frame"></iframe>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<object data="{ELSEWHERE}/object"></object><embed src="{ELSEWHERE}/embed">',
    f'<form action="{ELSEWHERE}/form"><input name=password><button>Sign in</button></form>',
    f'<link rel=stylesheet href="{ELSEWHERE}/style.css"><style>@import url({ELSEWHERE}/import.css);</style>',
    f'<meta http-equiv=refresh content="0;url={ELSEWHERE}/refresh"><base href="{ELSEWHERE}/">',
    f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{RUN}"></style></mglyph></table></mtext></math>',
    f'<a href="javascript:{RUN}" style="position:fixed;inset:0;background:url({ELSEWHERE}/css)">x</a>',
    f'<video src="{ELSEWHERE}/video" autoplay></video><audio src="{ELSEWHERE}/audio"></audio>',
]
LINKS = [
    f"[plain](javascript:{RUN})",
    f"[case](JaVaScRiPt:{RUN})",
    f"[entity](&#106;avascript:{RUN})",
    f"[tab](java&#9;script:{RUN})",
    f"[data](data:text/html,<script>{RUN}</script>)",
    f"[blob](blob:{ELSEWHERE}/1)",
    "[vb](vbscript:run)",
    "[file](file:///etc/passwd)",
    f"[reference][evil]\n\n[evil]: javascript:{RUN}",
    f"<javascript:{RUN}>",
]
IMAGES = [
    f"![pixel]({ELSEWHERE}/pixel.png)",
    "![relative](//elsewhere.example/relative.png)",
    "![inline](data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=)",
    f"[![nested]({ELSEWHERE}/nested.png)](javascript:{RUN})",
]
MATHS = [
    rf"$$\href{{javascript:{RUN}}}{{x}}$$",
    rf"$$\url{{javascript:{RUN}}}$$",
    rf"$$\includegraphics{{{ELSEWHERE}/formula.png}}$$",
    rf"$$\htmlStyle{{background:url({ELSEWHERE}/formula.css)}}{{x}}$$",
    "$$x^2$$",
]
DIAGRAMS = [
    f'graph TD\n  A-->B\n  click A "javascript:{RUN}"\n  click B call {RUN}',
    f"graph TD\n  A[\"<img src='{ELSEWHERE}/node.png' onerror='{RUN}'>\"]-->B",
    f'%%{{init: {{"themeCSS": "@import url({ELSEWHERE}/theme.css)"}}}}%%\ngraph TD\n  A-->B',
    f"graph TD\n  A-->B\n  style A fill:url({ELSEWHERE}/fill.svg#x)",
    "graph TD\n  Harmless-->Diagram",
]
EVERYTHING = "\n\n".join([*HTML, *LINKS, *IMAGES, *MATHS, *(f"```mermaid\n{each}\n```" for each in DIAGRAMS)])
SHORT = f'<img src=x onerror="{RUN}">'

FORBIDDEN = "script, iframe, object, embed, form, link, style, base, meta, video, audio, svg script, animate, use"
BREACHES = """
(area) => {
  const found = [];
  for (const each of area.querySelectorAll("*")) {
    if (each.matches("FORBIDDEN")) found.push(each.outerHTML);
    for (const {name, value} of each.attributes) {
      if (name.startsWith("on")) found.push(each.outerHTML);
      if (["href", "src", "xlink:href", "action"].includes(name) && !/^(https?:|mailto:|data:image\\/svg)/.test(value))
        found.push(each.outerHTML);
      if (name === "style" && /url\\(/.test(value)) found.push(each.outerHTML);
    }
    if (each.matches("a") && (each.target !== "_blank" || !each.rel.includes("noopener"))) found.push(each.outerHTML);
    if (each.matches("img") && !each.closest("figure.diagram")) found.push(each.outerHTML);
  }
  return found;
}
""".replace("FORBIDDEN", FORBIDDEN)


def assert_inert(chat: ChatPage) -> None:
    assert chat.transcript.evaluate(BREACHES) == []
    assert chat.page.evaluate("window.ran") is None
    assert chat.page.url.startswith(chat.url)


def press_everything(chat: ChatPage) -> None:
    """Click every blocked link of the answer."""
    for label in ("plain", "case", "entity", "tab", "data", "blob", "vb", "file", "reference"):
        chat.answers.last.get_by_text(f"{label} [blocked]", exact=True).first.click()


def test_hostile_markdown_in_an_answer_is_inert(chat: ChatPage, player: ScriptedAgent) -> None:
    call = {"tool": "calculator", "arguments": {"expression": SHORT}}
    player.play(
        {"on": {"call": 1}, "chunks": [{"reasoning": EVERYTHING}, call]},
        {"chunks": [{"text": EVERYTHING}]},
    )
    chat.open("/chat/player?session=new")
    chat.send("Attack me")
    chat.wait_for_answer("<script>")
    answer = chat.answers.last
    # The libraries that load last have rendered, so everything else has been rendered too.
    expect(answer.get_by_test_id("diagram").last).to_be_visible()
    expect(answer.locator(".katex").last).to_be_visible()
    chat.reasoning.get_by_role("button").click()
    chat.steps.get_by_test_id("step").click()
    expect(chat.steps.get_by_test_id("step-detail")).to_contain_text("onerror")
    press_everything(chat)
    assert_inert(chat)
    expect(answer.get_by_test_id("remote-image").first).to_contain_text(f"{ELSEWHERE}/pixel.png")
    chat.reload()
    expect(answer.get_by_test_id("diagram").last).to_be_visible()
    assert_inert(chat)


def test_hostile_markdown_in_a_message_of_a_person_is_inert(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title=SHORT)
    chat.open(f"/chat/echo?session={session_id}")
    chat.ask(EVERYTHING, answer="<script>")
    assert chat.questions.last.inner_text() == EVERYTHING
    expect(chat.questions.last.locator("*")).to_have_count(0)
    expect(chat.title).to_have_text(SHORT)
    expect(chat.row(session_id).link).to_contain_text(SHORT)
    chat.row(session_id).open_menu()
    chat.choose("Delete permanently")
    expect(chat.delete_dialog).to_contain_text(SHORT)
    assert_inert(chat)
    assert chat.page.evaluate("document.querySelectorAll('[data-testid=session-row] img').length") == 0


def test_hostile_markdown_in_an_error_of_a_provider_is_inert(chat: ChatPage, player: ScriptedAgent) -> None:
    player.play({"chunks": [{"error": {"status": 400, "message": SHORT}}]})
    chat.open("/chat/player?session=new")
    chat.send("Fail")
    expect(chat.errors).to_be_visible()
    chat.errors.get_by_role("button", name="Details").click()
    expect(chat.errors.get_by_role("paragraph").first).to_contain_text("onerror")
    assert_inert(chat)


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u2067"])
def test_bidirectional_control_characters_are_made_visible(chat: ChatPage, control: str) -> None:
    chat.open("/chat/echo?session=new")
    chat.send(f"Open {control}fdp.exe`{control}code`")
    expect(chat.page.get_by_test_id("actions")).to_have_count(1)
    for said in chat.texts():
        assert control not in said
        assert said.count(f"[U+{ord(control):X}]") == 2


def test_a_link_shows_its_address_and_opens_in_a_new_tab(chat: ChatPage, visitor: Visitor, server: RunningApp) -> None:
    session_id = new_session(server.url, title="With a link")
    send_by_rest(server.url, session_id, f"[your bank]({ELSEWHERE}/login)")
    chat.open(f"/chat/echo?session={session_id}")
    link = chat.answers.last.get_by_role("link")
    expect(link).to_have_attribute("href", f"{ELSEWHERE}/login")
    expect(link).to_have_attribute("title", f"{ELSEWHERE}/login")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert not any(ELSEWHERE in request for request in visitor.monitor.requests)
