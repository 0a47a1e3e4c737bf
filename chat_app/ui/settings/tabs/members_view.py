"""The tab for members, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.actor import Role
from chat_app.ui.components.avatar import PersonAvatar
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import (
    card,
    confirmed,
    days_field,
    field,
    filled,
    listing,
    name_field,
    name_for,
    option,
    select,
    submit,
    text,
    two_lines,
)
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.members_state import InvitationRow, MemberRow, MembersState
from chat_app.ui.settings.texts import TEXTS
from chat_app.ui.viewer.state import ViewerState

ROLES = TEXTS.roles.model_dump()
INVITATION_DAYS = ("7", "1", "30", "90")


def members_view() -> rx.Component:
    """The members, the invitations and the name of the workspace."""
    return rx.fragment(
        card(TEXTS.members, listing(MembersState.members, _member, test_id="members")),
        rx.cond(MembersState.manages, rx.fragment(_invitations(), _workspace_name())),
    )


def _member(member: rx.Var[MemberRow]) -> rx.Component:
    return rx.el.li(
        PersonAvatar.create(id=member["id"], name=member["name"], class_name="av"),
        two_lines(rx.el.b(member["name"], rx.cond(member["me"], f" ({TEXTS.you})", "")), rx.el.small(member["email"])),
        rx.el.span(
            rx.cond(
                member["managed"],
                select(
                    *(_role_option(role) for role in Role),
                    value=member["role"],
                    on_change=lambda role: MembersState.change_role(member["id"], role),
                    custom_attrs={"aria-label": filled(TEXTS.role_of, name=member["name"])},
                ),
                rx.el.span(name_for(ROLES, member["role"]), class_name="set-text"),
            ),
            rx.cond(
                member["resettable"],
                rx.el.button(
                    TEXTS.password_link,
                    type="button",
                    class_name="btn",
                    on_click=MembersState.make_reset_link(member["id"]),
                    custom_attrs={"aria-label": filled(TEXTS.password_link_for, name=member["name"])},
                ),
            ),
            rx.cond(
                member["managed"] | member["me"],
                confirmed(
                    member["id"],
                    button=rx.cond(member["me"], TEXTS.leave, TEXTS.remove),
                    name=rx.cond(member["me"], TEXTS.leave_text, filled(TEXTS.remove_member, name=member["name"])),
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
        listing(
            MembersState.invitations,
            _invitation,
            test_id="invitations",
            loaded=MembersState.loaded,
            empty=TEXTS.no_invitations,
        ),
    )


def _invitation(invitation: rx.Var[InvitationRow]) -> rx.Component:
    return rx.el.li(
        two_lines(
            rx.el.b(name_for(ROLES, invitation["role"])),
            rx.el.small(TEXTS.until, " ", When.create(at=invitation["expires"])),
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
            name_field(ViewerState.workspace["name"]),
            submit(TEXTS.save),
            key=ViewerState.workspace["name"],
            on_submit=MembersState.rename_workspace,
            class_name="set-form",
        ),
    )


MEMBERS_TAB = SettingsTab(
    route="/settings/members",
    title=TEXTS.members,
    about="workspace",
    audience="signed in",
    view=members_view,
    load=MembersState.load,
    makes_links=True,
)
