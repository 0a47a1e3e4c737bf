"""Sections of the catalogue that more than one region of the page shows."""

from __future__ import annotations

from chat_app.ui.texts import Forms, Section


class PageTexts(Section, name="page"):
    """Texts of the page as a whole."""

    product: str
    page_title: str
    page_title_unread: str
    description: str
    brand: str
    brand_letter: str


class ConnectionTexts(Section, name="connection"):
    """Texts of the connection banner."""

    reconnecting: str
    signed_out: str
    sign_in: str
    waiting: Forms


class RequestTexts(Section, name="requests"):
    """Texts of the page's requests over REST."""

    sending: str
    unreachable: str
    failed: str
    again: str
    try_again: Forms


class SessionMenuTexts(Section, name="session_menu"):
    """Texts of a session's menu."""

    actions: str
    rename: str
    copy_link: str
    find: str
    mark_read: str
    archive: str
    unarchive: str
    delete: str
    delete_title: str
    delete_text: str
    delete_confirm: str
    cancel: str


PAGE = PageTexts.load()
CONNECTION = ConnectionTexts.load()
REQUESTS = RequestTexts.load()
SESSION_MENU = SessionMenuTexts.load()
