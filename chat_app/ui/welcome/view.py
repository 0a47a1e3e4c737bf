"""What stands in place of an empty transcript, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.agents.state import AgentCard, AgentsState
from chat_app.ui.components.avatar import avatar
from chat_app.ui.components.menu import RouteLink
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.texts import Section
from chat_app.ui.texts.shared import PAGE


class WelcomeTexts(Section, name="welcome"):
    """Texts in place of an empty transcript."""

    heading: str
    no_agents: str
    missing: str
    missing_hint: str


TEXTS = WelcomeTexts.load()


def welcome() -> rx.Component:
    """Agents to choose from, a greeting, or that there is no such session; nothing once there are messages."""
    return rx.match(
        ConversationState.stage,
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
            AgentsState.cards,
            rx.el.div(rx.foreach(AgentsState.cards, _pick), class_name="picks"),
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
    session = ConversationState.session
    return rx.el.section(
        avatar(initial=session["initial"], color=session["color"], classes="av large"),
        rx.el.h2(session["agent_name"]),
        rx.cond(ConversationState.greeting, rx.el.p(ConversationState.greeting, class_name="greeting")),
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
