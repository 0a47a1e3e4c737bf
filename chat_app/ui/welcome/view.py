"""The first visit, and a conversation without a word in it, as they are drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.avatar import avatar
from chat_app.ui.components.menu import RouteLink
from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.sidebar.state import AgentCard, SidebarState
from chat_app.ui.texts import Section
from chat_app.ui.texts.shared import PAGE
from chat_app.ui.welcome.state import WelcomeState


class WelcomeTexts(Section, name="welcome"):
    """Texts of the first visit."""

    heading: str
    no_agents: str
    missing: str
    missing_hint: str


TEXTS = WelcomeTexts.load()


def welcome() -> rx.Component:
    """What stands over an empty transcript; nothing once there is a message."""
    return rx.match(
        WelcomeState.stage,
        ("choose", _choose()),
        ("greet", _greet()),
        ("missing", _missing()),
        rx.fragment(),
    )


def _choose() -> rx.Component:
    return rx.el.section(
        rx.el.span(PAGE.brand_letter, class_name="glyph large", custom_attrs={"aria-hidden": "true"}),
        rx.el.h2(TEXTS.heading),
        rx.cond(
            SidebarState.agents,
            rx.el.div(rx.foreach(SidebarState.agents, _pick), class_name="picks"),
            rx.el.p(TEXTS.no_agents),
        ),
        class_name="hero",
        custom_attrs={"data-testid": "choose-agent"},
    )


def _pick(agent: rx.Var[AgentCard]) -> rx.Component:
    return RouteLink.create(
        avatar(initial=agent["initial"], color=agent["color"]),
        rx.el.span(agent["name"], rx.el.small(agent["description"]), class_name="two-lines"),
        to=agent["href"],
        class_name="pick",
    )


def _greet() -> rx.Component:
    session = HeaderState.session
    return rx.el.section(
        avatar(initial=session["initial"], color=session["color"], classes="av large"),
        rx.el.h2(session["agent_name"]),
        rx.cond(WelcomeState.greeting, rx.el.p(WelcomeState.greeting, class_name="greeting")),
        class_name="hero",
        custom_attrs={"data-testid": "greeting"},
    )


def _missing() -> rx.Component:
    return rx.el.section(
        rx.el.h2(TEXTS.missing),
        rx.el.p(TEXTS.missing_hint),
        class_name="hero",
        custom_attrs={"data-testid": "missing"},
    )
