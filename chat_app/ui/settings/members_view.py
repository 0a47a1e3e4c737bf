"""The members of the workspace, as they are drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.actor import Role
from chat_app.ui.address import MEMBERS
from chat_app.ui.components.avatar import avatar
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import (
    TEXTS,
    aria,
    card,
    confirmed,
    days_field,
    field,
    name_field,
    named,
    option,
    page,
    select,
    submit,
    text,
)
from chat_app.ui.settings.rows import InvitationRow, MemberRow
from chat_app.ui.settings.state import MembersState
from chat_app.ui.sidebar.state import SidebarState

COLOR = "#444"
"""A person's mark; agents have colours of their own."""
ROLES = TEXTS.roles.model_dump()
INVITATION_DAYS = ("7", "1", "30", "90")


def members_page() -> rx.Component:
    """The members of the workspace, and who is invited."""
    rows = rx.foreach(MembersState.members, _member)
    return page(
        MEMBERS,
        card(TEXTS.members, rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "members"})),
        rx.cond(MembersState.manages, rx.fragment(_invitations(), _workspace_name())),
        is_link=True,
    )


def _member(member: rx.Var[MemberRow]) -> rx.Component:
    return rx.el.li(
        avatar(initial=member["initial"], color=COLOR, classes="av"),
        rx.el.span(
            rx.el.b(member["name"], rx.cond(member["me"], f" ({TEXTS.you})", "")),
            rx.el.small(member["email"]),
            class_name="two-lines grow",
        ),
        rx.el.span(
            rx.cond(
                member["managed"],
                select(
                    *(_role_option(role) for role in Role),
                    value=member["role"],
                    on_change=lambda role: MembersState.change_role(member["id"], role),
                    custom_attrs={"aria-label": aria(TEXTS.role_of, name=member["name"])},
                ),
                rx.el.span(named(ROLES, member["role"]), class_name="set-text"),
            ),
            rx.cond(
                member["resettable"],
                rx.el.button(
                    TEXTS.password_link,
                    type="button",
                    class_name="btn",
                    on_click=MembersState.make_reset_link(member["id"]),
                    custom_attrs={"aria-label": aria(TEXTS.password_link_for, name=member["name"])},
                ),
            ),
            rx.cond(
                member["managed"] | member["me"],
                confirmed(
                    member["id"],
                    button=rx.cond(member["me"], TEXTS.leave, TEXTS.remove),
                    name=rx.cond(member["me"], TEXTS.leave_text, aria(TEXTS.remove_member, name=member["name"])),
                    question=rx.cond(member["me"], TEXTS.leave, TEXTS.remove),
                    act=MembersState.remove(member["id"]),
                ),
            ),
            class_name="set-acts",
        ),
        custom_attrs={"data-testid": "member"},
    )


def _role_option(role: Role) -> rx.Component:
    entry = option(ROLES[role.value], value=role.value)
    return rx.cond(MembersState.owns, entry) if role == Role.OWNER else entry


def _invitations() -> rx.Component:
    rows = rx.foreach(MembersState.invitations, _invitation)
    return card(
        TEXTS.invitations,
        text(TEXTS.invitations_text),
        rx.el.form(
            field(
                TEXTS.role,
                select,
                *(_role_option(role) for role in Role),
                name="role",
                default_value=Role.MEMBER.value,
            ),
            days_field(INVITATION_DAYS),
            submit(TEXTS.invite),
            on_submit=MembersState.invite,
            class_name="set-form",
        ),
        rx.cond(
            MembersState.invitations,
            rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "invitations"}),
            rx.cond(MembersState.loaded, text(TEXTS.no_invitations)),
        ),
    )


def _invitation(invitation: rx.Var[InvitationRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(named(ROLES, invitation["role"])),
            rx.el.small(TEXTS.until, " ", When.create(at=invitation["expires"])),
            class_name="two-lines grow",
        ),
        confirmed(
            invitation["id"],
            button=TEXTS.revoke,
            name=TEXTS.revoke,
            question=TEXTS.revoke,
            act=MembersState.revoke(invitation["id"]),
        ),
        custom_attrs={"data-testid": "invitation"},
    )


def _workspace_name() -> rx.Component:
    return card(
        TEXTS.workspace_name,
        rx.el.form(
            name_field(SidebarState.workspace["name"]),
            submit(TEXTS.save),
            key=SidebarState.workspace["name"],
            on_submit=MembersState.rename_workspace,
            class_name="set-form",
        ),
    )
