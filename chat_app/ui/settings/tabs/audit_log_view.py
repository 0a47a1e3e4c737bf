"""The tab for the audit log, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.audit import SEARCH_LIMIT
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import card, field, listing, submit, text, two_lines
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.audit_log_state import AuditLogState, EntryRow
from chat_app.ui.settings.texts import TEXTS


def audit_log_view() -> rx.Component:
    """A search, and the entries that it finds."""
    return rx.fragment(
        card(
            TEXTS.audit_log,
            text(TEXTS.audit_log_text),
            rx.el.form(
                field(
                    TEXTS.audit_log_search,
                    rx.el.input,
                    name="text",
                    type="search",
                    max_length=SEARCH_LIMIT,
                    class_name="input",
                ),
                submit(TEXTS.search),
                on_submit=AuditLogState.search,
                class_name="set-form",
            ),
            listing(
                AuditLogState.rows,
                _entry,
                test_id="audit-log",
                loaded=AuditLogState.loaded,
                empty=TEXTS.audit_log_nothing,
            ),
            rx.cond(
                AuditLogState.more,
                rx.el.button(TEXTS.more, type="button", class_name="btn", on_click=AuditLogState.load_more),
            ),
        ),
    )


def _entry(entry: rx.Var[EntryRow]) -> rx.Component:
    return rx.el.li(
        two_lines(
            rx.el.b(entry["what"]),
            rx.el.small(rx.cond(entry["who"], entry["who"], TEXTS.audit_log_program), " · ", entry["subject"]),
            rx.cond(entry["facts"], rx.el.small(entry["facts"])),
        ),
        rx.el.span(When.create(at=entry["at"], exact=True), class_name="set-text"),
        custom_attrs={"data-testid": "entry"},
    )


AUDIT_LOG_TAB = SettingsTab(
    route="/settings/audit",
    title=TEXTS.audit_log,
    about="workspace",
    audience="managers",
    view=audit_log_view,
    load=AuditLogState.load,
)
