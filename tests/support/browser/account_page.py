"""Page object for sign-in, set-up, invitations and settings."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.support.browser.pages import ChatPage
from tests.support.servers import RunningApp

PASSWORD = "a few quiet words"
OWNER = "ada@example.org"
_SET_UP = re.compile(r"http://\S+(/set-up#\S+)")


def set_up_path(app: RunningApp) -> str:
    """Return path and fragment of the set-up link in the log of the server."""
    found = _SET_UP.search(app.read_log())
    assert found is not None, app.read_log()
    return found[1]


class AccountPage:
    """A tab on one of the pages for accounts.

    Args:
        page: The browser's page.
        url: The server's origin.
    """

    def __init__(self, page: Page, *, url: str) -> None:
        self.page = page
        self.url = url
        self.submit = page.get_by_test_id("auth-submit")
        self.error = page.get_by_role("alert").filter(has_text=re.compile(r"\S"))
        self.email = page.get_by_test_id("field-email")
        self.password = page.get_by_test_id("field-password")

    def open(self, address: str) -> None:
        """Open an address."""
        self.page.goto(self.url + address)

    def fill(self, **fields: str) -> None:
        """Fill in form fields by their names."""
        for name, text in fields.items():
            self.page.get_by_test_id(f"field-{name}").fill(text)

    def sign_in(self, email: str = OWNER, password: str = PASSWORD) -> None:
        """Submit the sign-in form."""
        self.fill(email=email, password=password)
        self.password.press("Enter")

    def change_password(self, old: str, new: str) -> None:
        """Submit the form for a new password, in the settings."""
        self.fill(old=old, password=new)
        self.submit.click()

    def wait_for_chat(self) -> ChatPage:
        """Wait until the chat page can be used and return its page object."""
        chat = ChatPage(self.page, url=self.url)
        chat.wait_until_usable()
        return chat
