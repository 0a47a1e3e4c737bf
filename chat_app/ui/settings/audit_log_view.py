"""The audit log of the workspace, as it is drawn for owners and admins."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.audit import SEARCH_LIMIT
from chat_app.ui.address import AUDIT_LOG
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import TEXTS, card, page, submit, text
from chat_app.ui.settings.rows import EntryRow
from chat_app.ui.settings.state import AuditLogState


def audit_log_page() -> rx.Component:
    """What happened in the workspace."""
    rows = rx.foreach(AuditLogState.rows, _entry)
    return page(
        AUDIT_LOG,
        card(
            TEXTS.audit_log,
            text(TEXTS.audit_log_text),
            rx.el.form(
                rx.el.div(
                    rx.el.label(TEXTS.audit_log_search, html_for="set-text"),
                    rx.el.input(id="set-text", name="text", type="search", max_length=SEARCH_LIMIT, class_name="input"),
                    class_name="field",
                ),
                submit(TEXTS.search),
                on_submit=AuditLogState.search,
                class_name="set-form",
            ),
            rx.cond(
                AuditLogState.rows,
                rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "audit-log"}),
                rx.cond(AuditLogState.loaded, text(TEXTS.audit_log_nothing)),
            ),
            rx.cond(
                AuditLogState.more,
                rx.el.button(TEXTS.more, type="button", class_name="btn", on_click=AuditLogState.load_more),
            ),
        ),
        is_link=False,
    )


def _entry(entry: rx.Var[EntryRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(entry["what"]),
            rx.el.small(rx.cond(entry["who"], entry["who"], TEXTS.audit_log_program), " · ", entry["subject"]),
            rx.cond(entry["facts"], rx.el.small(entry["facts"])),
            class_name="two-lines grow",
        ),
        rx.el.span(When.create(at=entry["at"], exact=True), class_name="set-text"),
        custom_attrs={"data-testid": "entry"},
    )
