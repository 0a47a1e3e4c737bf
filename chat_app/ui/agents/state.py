"""The agents that a conversation can begin with, and their models."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from chat_app.services.agents import list_agents, list_models
from chat_app.ui.address import NEW, Address
from chat_app.ui.components.avatar import initial_of
from chat_app.ui.viewer.actor import actor


class AgentCard(TypedDict):
    """An agent where one is chosen."""

    key: str
    name: str
    color: str
    initial: str
    description: str
    href: str
    """The address of a new conversation with the agent."""


class ModelChoice(TypedDict):
    """A model where one is chosen."""

    model: str
    label: str
    agent: str
    """Name of an agent that has it."""


class AgentsState(rx.State):
    """The agents and models that the viewer can choose from."""

    cards: list[AgentCard] = []
    models: list[ModelChoice] = []
    """The models with which a failed turn can be tried again."""


def agent_cards() -> list[AgentCard]:
    """Return the agents as they are now, in the order of the agents file."""
    return [
        AgentCard(
            key=agent.key,
            name=agent.name,
            color=agent.color,
            initial=initial_of(agent.name),
            description=agent.description or agent.model_label,
            href=Address(agent_key=agent.key, session_id=NEW).href,
        )
        for agent in list_agents(actor())
    ]


def model_choices() -> list[ModelChoice]:
    """Return the models of all agents, each once."""
    return [ModelChoice(model=agent.model, label=agent.model_label, agent=agent.name) for agent in list_models(actor())]
