"""Page objects: what a person sees and does on each page. Only these know the locators."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

PHONE_WIDTH = 720
"""Up to this many pixels the sidebar is a drawer."""


class Row:
    """A session in the sidebar.

    Args:
        root: The row.
    """

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.link = root.get_by_role("link")
        self.unread = root.get_by_test_id("unread")
        self.menu_button = root.get_by_test_id("session-more")
        self.title_field = root.get_by_test_id("title-field")

    def open(self) -> None:
        """Show the session."""
        self.link.click()

    def open_menu(self) -> None:
        """Open the session's menu."""
        self.root.hover()
        self.menu_button.click()


class ChatPage:
    """The page with the conversation and the sidebar.

    Args:
        page: The browser's page.
        url: The server's origin.
    """

    def __init__(self, page: Page, *, url: str) -> None:
        self.page = page
        self.url = url
        self.chooser = page.get_by_test_id("choose-agent")
        self.greeting = page.get_by_test_id("greeting")
        self.title = page.get_by_test_id("title")
        self.presence = page.get_by_test_id("presence")
        self.field = page.get_by_test_id("composer-field")
        self.send_button = page.get_by_test_id("send")
        self.stop_button = page.get_by_test_id("stop")
        self.hint = page.get_by_test_id("hint")
        self.keys = page.get_by_test_id("keys")
        self.banner = page.get_by_test_id("connection-banner")
        self.marked = page.locator(".shell[data-marked]")
        self.transcript = page.get_by_test_id("transcript")
        self.messages = page.get_by_test_id("message")
        self.questions = page.locator('[data-testid="message"][data-role="user"]').get_by_test_id("user-text")
        self.answers = page.locator('[data-testid="message"][data-role="assistant"]')
        self.pending = page.get_by_test_id("pending-send")
        self.reasoning = page.get_by_test_id("reasoning")
        self.steps = page.get_by_test_id("steps")
        self.plain_note = page.get_by_test_id("plain-note")
        self.large_diagram = page.get_by_test_id("large-diagram")
        self.draw_anyway = page.get_by_test_id("draw-anyway")
        self.errors = page.get_by_test_id("error")
        self.waiting = page.get_by_test_id("waiting")
        self.stopped = page.get_by_test_id("stopped")
        self.latest = page.get_by_test_id("jump-to-latest")
        self.sidebar = page.get_by_test_id("sidebar")
        self.session_list = page.get_by_test_id("session-list")
        self.rows = page.get_by_test_id("session-row")
        self.no_rows = page.get_by_test_id("sessions-empty")
        self.new_chat_button = page.get_by_test_id("new-chat")
        self.narrow_button = page.get_by_test_id("narrow")
        self.settings_button = page.get_by_test_id("settings")
        self.drawer_button = page.get_by_test_id("drawer-button")
        self.menu = page.get_by_role("menu")
        self.people_badge = page.get_by_test_id("people-badge")
        self.looking = page.get_by_test_id("looking")
        self.share_button = page.get_by_test_id("share")
        self.sharing = page.get_by_test_id("sharing")
        self.sharing_problem = page.get_by_test_id("sharing-problem")
        self.participants = page.get_by_test_id("participant")
        self.add_person_field = page.get_by_test_id("add-person")
        self.everyone = page.get_by_test_id("everyone")
        self.typing = page.get_by_test_id("typing")
        self.mentions = page.get_by_test_id("mention")
        self.delete_dialog = page.get_by_test_id("confirm-delete")
        self.find_field = page.get_by_test_id("find-input")
        self.find_count = page.get_by_test_id("find-count")

    def open(self, address: str = "/") -> None:
        """Open an address and wait until the page can be used."""
        self.page.goto(self.url + address)
        self.wait_until_usable()

    def reload(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.wait_until_usable()

    def wait_until_usable(self) -> None:
        """Wait until the page shows a conversation or the choice of an agent."""
        expect(self.chooser.or_(self.field).first).to_be_visible()
        expect(self.page.get_by_test_id("sessions-loading")).to_have_count(0)

    def choose_agent(self, name: str) -> None:
        """Choose an agent on the first visit."""
        self.chooser.get_by_role("link", name=name).click()
        expect(self.field).to_be_visible()

    def start_chat(self, name: str) -> None:
        """Start a new conversation with an agent."""
        self.new_chat_button.click()
        self.menu.get_by_role("menuitem", name=name).click()
        expect(self.page).to_have_url(re.compile(r"session=new$"))
        expect(self.greeting).to_contain_text(name)

    def write(self, text: str) -> None:
        """Write into the composer without sending."""
        self.field.fill(text)

    def send(self, text: str) -> None:
        """Send a message."""
        self.write(text)
        self.send_button.click()
        expect(self.field).to_have_value("")

    def stop(self) -> None:
        """Stop the running answer."""
        self.stop_button.click()

    def wait_for_question(self, text: str) -> None:
        """Wait until a message of the person is in the transcript and acknowledged by the server."""
        expect(self.questions.filter(has_text=text).last).to_be_visible()
        expect(self.pending).to_have_count(0)

    def wait_for_answer(self, text: str) -> None:
        """Wait until the last message is a finished answer with these words."""
        last = self.messages.last
        expect(last.get_by_test_id("actions")).to_be_visible()
        expect(last).to_contain_text(text)

    def ask(self, text: str, *, answer: str) -> str:
        """Send a message, wait for the finished answer, and return the session's id."""
        self.send(text)
        self.wait_for_question(text)
        self.wait_for_answer(answer)
        return self.session_id()

    def session_id(self) -> str:
        """Wait until the address contains a session id and return it."""
        expect(self.page).to_have_url(re.compile(r"[?&]session=ses_"))
        match = re.search(r"[?&]session=([^&]+)", self.page.url)
        assert match is not None
        return match[1]

    def texts(self) -> list[str]:
        """Return the texts of all rendered messages."""
        words = self.messages.get_by_test_id("user-text").or_(self.messages.get_by_test_id("answer-text"))
        return words.all_inner_texts()

    def row(self, session_id: str) -> Row:
        """Return a session's row in the list."""
        return Row(self.page.locator(f'[data-testid="session-row"][data-session="{session_id}"]'))

    def message(self, message_id: str) -> Locator:
        """Return a message by its id."""
        return self.page.locator(f'[data-message="{message_id}"]')

    def message_ids(self) -> list[str]:
        """Return the ids of all rendered messages."""
        return self.messages.evaluate_all("(all) => all.map((message) => message.dataset.message)")

    def choose(self, entry: str) -> None:
        """Choose an entry of the open menu."""
        roles: Sequence[str] = ("menuitem", "menuitemradio", "menuitemcheckbox")
        names = ", ".join(f'[role="{role}"]' for role in roles)
        self.menu.locator(names).filter(has_text=re.compile(rf"^{re.escape(entry)}")).click()
        expect(self.menu).to_have_count(0)

    def rename(self, title: str) -> None:
        """Rename the open session in its header."""
        self.title.get_by_role("button").click()
        field = self.page.get_by_test_id("title-field")
        field.fill(title)
        field.press("Enter")
        expect(self.title).to_have_text(title)

    def open_header_menu(self) -> None:
        """Open the menu of the open session."""
        self.page.get_by_role("main").get_by_test_id("session-more").click()

    def open_drawer(self) -> None:
        """Show the sidebar on a phone."""
        self.drawer_button.click()
        expect(self.sidebar).to_have_attribute("role", "dialog")

    def find(self, text: str) -> None:
        """Search the conversation."""
        self.page.keyboard.press("ControlOrMeta+f")
        self.find_field.fill(text)

    def mark_page(self) -> None:
        """Mark the rendered page; a page that is rendered again is not marked."""
        self.page.locator(".shell").evaluate("(shell) => { shell.dataset.marked = 'yes'; }")

    def distance_to_end(self) -> float:
        """Return the number of pixels of the transcript below the visible part."""
        return self.transcript.evaluate("(box) => box.scrollHeight - box.clientHeight - box.scrollTop")

    def drawn_elements(self) -> int:
        """Return the number of elements of the page."""
        return self.page.evaluate("document.querySelectorAll('*').length")


class PreferencesPage:
    """The preferences in the settings.

    Args:
        page: The browser's page.
        url: The server's origin.
    """

    def __init__(self, page: Page, *, url: str) -> None:
        self.page = page
        self.url = url
        self.send_key = page.get_by_label("Send with")
        self.density = page.get_by_label("Density")
        self.language = page.get_by_label("Language")
        self.default_model = page.get_by_label("Default model")
        self.saved = page.get_by_test_id("preferences-saved")
        self.problem = page.get_by_test_id("settings-problem")
        self.tabs = page.get_by_role("navigation", name="Settings").get_by_role("link")

    def open(self) -> None:
        """Open the page."""
        self.page.goto(f"{self.url}/settings/preferences")
        self.wait_until_usable()

    def wait_until_usable(self) -> None:
        """Wait until the stored preferences are shown."""
        expect(self.density).to_be_enabled()

    def choose(self, choice: Locator, value: str) -> None:
        """Choose a value and wait until it is saved."""
        choice.select_option(value)
        expect(self.saved).to_have_text("Saved.")
        expect(choice).to_have_value(value)


class KeysPage:
    """The provider keys in the settings.

    Args:
        page: The browser's page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = page.get_by_test_id("key")
        self.name = page.get_by_label("Name")
        self.value = page.get_by_label("Key", exact=True)
        self.submit = page.get_by_test_id("auth-submit")
        self.stored = page.get_by_test_id("key-stored")
        self.error = page.locator("#auth-error")

    def store(self, name: str, value: str) -> None:
        """Submit a key."""
        self.name.fill(name)
        self.value.fill(value)
        self.submit.click()

    def remove(self, name: str) -> None:
        """Remove a key and confirm."""
        self.page.get_by_role("button", name=f"Remove {name}").click()
        self.page.get_by_role("button", name="Remove", exact=True).click()
