"""The settings as they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.domain.actor import Role, Scope
from chat_app.domain.people import NAME_LIMIT, PASSWORD_LEAST
from chat_app.ui.address import ACCOUNT, MEMBERS, TOKENS
from chat_app.ui.components.avatar import avatar
from chat_app.ui.components.frame import ConnectionBanner, PageDocument
from chat_app.ui.components.icons import icon
from chat_app.ui.components.menu import RouteLink
from chat_app.ui.components.settings import PasswordForm, Secret, SignOutEverywhere, When
from chat_app.ui.pages.auth import TEXTS as AUTH
from chat_app.ui.pages.chat import CONNECTION
from chat_app.ui.settings.rows import InvitationRow, LoginRow, MemberRow, TokenRow
from chat_app.ui.settings.state import FOR_EVER, AccountState, MembersState, SettingsState, TokensState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Forms, Section, Texts
from chat_app.ui.texts.shared import PAGE, REQUESTS
from chat_app.ui.theme import FRAME

COLOR = "#444"
"""A person's mark; agents have colours of their own."""
INVITATION_DAYS = ("7", "1", "30", "90")
TOKEN_DAYS = ("90", "30", "365", FOR_EVER)


class RoleTexts(Texts):
    """What the roles are called."""

    owner: str
    admin: str
    member: str
    viewer: str


class ScopeTexts(Texts):
    """What the scopes of a token are called."""

    read: str
    write: str
    admin: str


class SettingsTexts(Section, name="settings"):
    """Texts of the settings."""

    back: str
    pages: str
    members: str
    tokens: str
    account: str
    you: str
    role: str
    role_of: str
    roles: RoleTexts
    remove: str
    remove_member: str
    leave: str
    leave_text: str
    keep: str
    password_link: str
    password_link_for: str
    invitations: str
    invitations_text: str
    no_invitations: str
    invite: str
    works_for: str
    days: Forms
    for_ever: str
    until: str
    revoke: str
    revoke_name: str
    link_once: str
    token_once: str
    copy_value: str
    copied: str
    done: str
    workspace_name: str
    save: str
    saved: str
    tokens_text: str
    no_tokens: str
    new_token: str
    name: str
    scope: str
    scopes: ScopeTexts
    make_token: str
    used: str
    never_used: str
    never_expires: str
    password: str
    password_text: str
    old_password: str
    new_password: str
    password_hint: str
    change_password: str
    password_changed: str
    browsers: str
    this_browser: str
    unknown_browser: str
    sign_out_everywhere: str


TEXTS = SettingsTexts.load()
LABELS = {**AUTH.labels(), **REQUESTS.labels(), **TEXTS.labels()}
ROLES = TEXTS.roles.model_dump()
SCOPES = TEXTS.scopes.model_dump()


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """A page of the settings.

    Args:
        route: Its path.
        title: What it is called.
        view: What it shows.
        on_load: What fills it.
    """

    route: str
    title: str
    view: Callable[[], rx.Component]
    on_load: Any


def members_page() -> rx.Component:
    """The members of the workspace, and who is invited."""
    rows = rx.foreach(MembersState.members, _member)
    return _page(
        MEMBERS,
        _card(TEXTS.members, rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "members"})),
        rx.cond(MembersState.manages, rx.fragment(_invitations(), _workspace_name())),
        is_link=True,
    )


def tokens_page() -> rx.Component:
    """The person's tokens."""
    rows = rx.foreach(TokensState.rows, _token)
    return _page(
        TOKENS,
        _card(
            TEXTS.tokens,
            _text(TEXTS.tokens_text),
            rx.cond(
                TokensState.rows,
                rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "tokens"}),
                rx.cond(TokensState.loaded, _text(TEXTS.no_tokens)),
            ),
        ),
        _card(
            TEXTS.new_token,
            rx.el.form(
                _name_field(),
                _field(
                    TEXTS.scope,
                    _select,
                    rx.foreach(TokensState.scopes, lambda scope: _option(_named(SCOPES, scope), value=scope)),
                    name="scope",
                    default_value=Scope.READ.value,
                ),
                _days_field(TOKEN_DAYS),
                _submit(TEXTS.make_token),
                on_submit=TokensState.make,
                reset_on_submit=True,
                class_name="set-form",
            ),
        ),
        is_link=False,
    )


def account_page() -> rx.Component:
    """The person's own account."""
    rows = rx.foreach(AccountState.browsers, _browser)
    return _page(
        ACCOUNT,
        _card(
            TEXTS.account,
            _text(SidebarState.person["email"]),
            rx.el.form(
                _name_field(SidebarState.person["name"]),
                _submit(TEXTS.save),
                key=SidebarState.person["name"],
                on_submit=AccountState.rename,
                class_name="set-form",
            ),
            rx.el.p(
                rx.cond(AccountState.saved, TEXTS.saved, ""), class_name="set-text", custom_attrs={"role": "status"}
            ),
        ),
        PasswordForm.create(email=SidebarState.person["email"], password_least=PASSWORD_LEAST, labels=LABELS),
        _card(
            TEXTS.browsers,
            rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "browsers"}),
            SignOutEverywhere.create(labels=LABELS),
        ),
        is_link=False,
    )


SETTINGS_PAGES = (
    SettingsPage(route=MEMBERS, title=TEXTS.members, view=members_page, on_load=MembersState.load),
    SettingsPage(route=TOKENS, title=TEXTS.tokens, view=tokens_page, on_load=TokensState.load),
    SettingsPage(route=ACCOUNT, title=TEXTS.account, view=account_page, on_load=AccountState.load),
)


def _page(route: str, *children: rx.Component, is_link: bool) -> rx.Component:
    pages = ((MEMBERS, TEXTS.members), (TOKENS, TEXTS.tokens), (ACCOUNT, TEXTS.account))
    titles = dict(pages)
    return rx.fragment(
        PageDocument.create(title=titles[route], address="", unread=0, frame=FRAME, labels=PAGE.labels()),
        rx.el.div(
            rx.el.header(
                RouteLink.create(
                    icon("back"),
                    to="/",
                    class_name="icon",
                    custom_attrs={"aria-label": TEXTS.back, "title": TEXTS.back},
                ),
                rx.el.h1(titles[route]),
                rx.el.nav(
                    *(
                        RouteLink.create(
                            title, to=to, class_name="tab", custom_attrs={"aria-current": "page"} if to == route else {}
                        )
                        for to, title in pages
                    ),
                    class_name="set-tabs",
                    custom_attrs={"aria-label": TEXTS.pages},
                ),
                class_name="set-head",
            ),
            ConnectionBanner.create(labels=CONNECTION.labels()),
            rx.el.main(
                rx.el.p(
                    SettingsState.problem,
                    class_name=rx.cond(SettingsState.problem, "auth-error", "sr"),
                    custom_attrs={"role": "alert", "data-testid": "settings-problem"},
                ),
                rx.cond(
                    SettingsState.made,
                    Secret.create(
                        value=SettingsState.made, is_link=is_link, on_done=SettingsState.forget, labels=LABELS
                    ),
                ),
                *children,
                class_name="set-column",
            ),
            class_name="set",
        ),
    )


def _card(title: str, *children: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *children, class_name="set-card")


def _text(text: Any) -> rx.Component:
    return rx.el.p(text, class_name="set-text")


def _field(label: str, control: Callable[..., rx.Component], *options: rx.Component, name: str, **props: Any) -> Any:
    """A control with its label; a page has one of each name."""
    ident = f"set-{name}"
    return rx.el.div(
        rx.el.label(label, html_for=ident), control(*options, id=ident, name=name, **props), class_name="field"
    )


def _name_field(value: Any = "") -> rx.Component:
    return _field(
        TEXTS.name,
        rx.el.input,
        name="name",
        default_value=value,
        max_length=NAME_LIMIT,
        required=True,
        auto_complete="off",
        class_name="input",
    )


def _submit(text: str) -> rx.Component:
    return rx.el.button(text, type="submit", class_name="btn pri")


def _select(*options: rx.Component, **props: Any) -> rx.Component:
    return rx.el.select(*options, class_name="input select", **props)


def _option(text: Any, *, value: Any) -> rx.Component:
    return rx.el.option(text, value=value)


def _days_field(choices: tuple[str, ...]) -> rx.Component:
    options = [_option(_days(days), value=days) for days in choices]
    return _field(TEXTS.works_for, _select, *options, name="days")


def _days(days: str) -> str:
    if days == FOR_EVER:
        return TEXTS.for_ever
    return (TEXTS.days.one if days == "1" else TEXTS.days.other).format(count=days)


def _named(names: dict[str, str], value: rx.Var[str]) -> rx.Component:
    return rx.match(value, *names.items(), value)


def _aria(text: str, **values: Any) -> Any:
    """Fill vars into a text; what stands before and after them is the catalogue's."""
    ((name, value),) = values.items()
    before, _, after = text.partition(f"{{{name}}}")
    return rx.Var.create(before) + value + rx.Var.create(after)


def _confirmed(what: Any, *, button: str, name: Any, question: str, act: Any) -> rx.Component:
    """A button that removes something, once it was said that it is meant."""
    return rx.cond(
        SettingsState.confirming == what,
        rx.el.span(
            rx.el.button(TEXTS.keep, type="button", class_name="btn", on_click=SettingsState.keep),
            rx.el.button(question, type="button", class_name="btn danger", auto_focus=True, on_click=act),
            class_name="set-acts",
        ),
        rx.el.button(
            button,
            type="button",
            class_name="btn",
            on_click=SettingsState.ask(what),
            custom_attrs={"aria-label": name},
        ),
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
                _select(
                    *(_role_option(role) for role in Role),
                    value=member["role"],
                    on_change=lambda role: MembersState.change_role(member["id"], role),
                    custom_attrs={"aria-label": _aria(TEXTS.role_of, name=member["name"])},
                ),
                rx.el.span(_named(ROLES, member["role"]), class_name="set-text"),
            ),
            rx.cond(
                member["resettable"],
                rx.el.button(
                    TEXTS.password_link,
                    type="button",
                    class_name="btn",
                    on_click=MembersState.make_reset_link(member["id"]),
                    custom_attrs={"aria-label": _aria(TEXTS.password_link_for, name=member["name"])},
                ),
            ),
            rx.cond(
                member["managed"] | member["me"],
                _confirmed(
                    member["id"],
                    button=rx.cond(member["me"], TEXTS.leave, TEXTS.remove),
                    name=rx.cond(member["me"], TEXTS.leave_text, _aria(TEXTS.remove_member, name=member["name"])),
                    question=rx.cond(member["me"], TEXTS.leave, TEXTS.remove),
                    act=MembersState.remove(member["id"]),
                ),
            ),
            class_name="set-acts",
        ),
        custom_attrs={"data-testid": "member"},
    )


def _role_option(role: Role) -> rx.Component:
    option = _option(ROLES[role.value], value=role.value)
    return rx.cond(MembersState.owns, option) if role == Role.OWNER else option


def _invitations() -> rx.Component:
    rows = rx.foreach(MembersState.invitations, _invitation)
    return _card(
        TEXTS.invitations,
        _text(TEXTS.invitations_text),
        rx.el.form(
            _field(
                TEXTS.role,
                _select,
                *(_role_option(role) for role in Role),
                name="role",
                default_value=Role.MEMBER.value,
            ),
            _days_field(INVITATION_DAYS),
            _submit(TEXTS.invite),
            on_submit=MembersState.invite,
            class_name="set-form",
        ),
        rx.cond(
            MembersState.invitations,
            rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "invitations"}),
            rx.cond(MembersState.loaded, _text(TEXTS.no_invitations)),
        ),
    )


def _invitation(invitation: rx.Var[InvitationRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(_named(ROLES, invitation["role"])),
            rx.el.small(TEXTS.until, " ", When.create(at=invitation["expires"])),
            class_name="two-lines grow",
        ),
        _confirmed(
            invitation["id"],
            button=TEXTS.revoke,
            name=TEXTS.revoke,
            question=TEXTS.revoke,
            act=MembersState.revoke(invitation["id"]),
        ),
        custom_attrs={"data-testid": "invitation"},
    )


def _workspace_name() -> rx.Component:
    return _card(
        TEXTS.workspace_name,
        rx.el.form(
            _name_field(SidebarState.workspace["name"]),
            _submit(TEXTS.save),
            key=SidebarState.workspace["name"],
            on_submit=MembersState.rename_workspace,
            class_name="set-form",
        ),
    )


def _token(token: rx.Var[TokenRow]) -> rx.Component:
    expires = rx.cond(
        token["expires"],
        rx.fragment(TEXTS.until, " ", When.create(at=token["expires"])),
        TEXTS.never_expires,
    )
    used = rx.cond(token["used"], rx.fragment(TEXTS.used, " ", When.create(at=token["used"])), TEXTS.never_used)
    return rx.el.li(
        rx.el.span(
            rx.el.b(token["name"]),
            rx.el.small(_named(SCOPES, token["scope"]), " · ", expires, " · ", used),
            class_name="two-lines grow",
        ),
        _confirmed(
            token["id"],
            button=TEXTS.revoke,
            name=_aria(TEXTS.revoke_name, name=token["name"]),
            question=TEXTS.revoke,
            act=TokensState.revoke(token["id"]),
        ),
        custom_attrs={"data-testid": "token"},
    )


def _browser(login: rx.Var[LoginRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(
                rx.cond(login["name"], login["name"], TEXTS.unknown_browser),
                rx.cond(login["here"], f" ({TEXTS.this_browser})", ""),
            ),
            rx.el.small(TEXTS.used, " ", When.create(at=login["used"])),
            class_name="two-lines grow",
        ),
        custom_attrs={"data-testid": "browser"},
    )
