"""Chooses the model that answers: the agent's own, or another agent's with that agent's server and key."""

from __future__ import annotations

from chat_app.db import accounts
from chat_app.db.engine import Transaction
from chat_app.domain.access import may_write_agent
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Invalid
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.services import access
from chat_app.services.agents import first_of_each_model, list_agents
from chat_app.services.runtime import current


def askable_models(actor: Actor) -> list[Agent]:
    """Return the first agent with each model that the actor may use, in the order of the agents file."""
    return first_of_each_model(_askable_agents(actor))


async def resolve_model(tx: Transaction, actor: Actor, session: ChatSession, agent: Agent, model: str | None) -> Agent:
    """Return the agent with the model that answers the actor in a session.

    Args:
        tx: The transaction.
        actor: Who asks.
        session: The session.
        agent: The session's agent.
        model: The model chosen for this answer; None uses the actor's preference or else the agent's own model.

    Raises:
        Invalid: No agent has the chosen model.
        Forbidden: The actor may not write to an agent that has it.
    """
    if model is not None:
        return _with_chosen(actor, agent, model)
    # One person's preference must not send what others wrote to another provider.
    if session.visibility != Visibility.PRIVATE:
        return agent
    preferred = (await accounts.preferences(tx, actor.user_id)).default_model
    return agent if preferred is None else _with_preferred(actor, agent, preferred)


def may_use_snapshot(actor: Actor, snapshot: Agent) -> bool:
    """Whether the actor may use the model, server and key of a turn's agent, as it was when they asked.

    Args:
        actor: Who asked.
        snapshot: The session's agent with the chosen model. When no agent has this model any more, nobody lost access.
    """
    owners = [agent for agent in current().agents.list() if _source_of_model(agent) == _source_of_model(snapshot)]
    return not owners or any(may_write_agent(actor, owner) for owner in owners)


def _source_of_model(agent: Agent) -> tuple[str, str | None, str | None]:
    return agent.model, agent.base_url, agent.api_key_env


def _with_chosen(actor: Actor, agent: Agent, model: str) -> Agent:
    if model == agent.model:
        return agent
    owners = [candidate for candidate in list_agents(actor) if candidate.model == model]
    if not owners:
        raise Invalid("No agent of this workspace uses this model.", code="unknown_model")
    # The model is called with its agent's key, so only a writer of that agent may use it.
    owner = next((candidate for candidate in owners if may_write_agent(actor, candidate)), owners[0])
    access.check_may_ask(actor, owner)
    return _with_model_of(agent, owner)


def _with_preferred(actor: Actor, agent: Agent, model: str) -> Agent:
    """Return the agent with the actor's preferred model, or unchanged when the actor can't use that model here."""
    if model == agent.model:
        return agent
    # An agent that runs on this machine promises that messages stay here, so only a local model may replace its own.
    owners = (
        candidate
        for candidate in _askable_agents(actor)
        if candidate.model == model and (candidate.on_this_machine or not agent.on_this_machine)
    )
    owner = next(owners, None)
    return agent if owner is None else _with_model_of(agent, owner)


def _askable_agents(actor: Actor) -> list[Agent]:
    return [agent for agent in current().agents.list() if may_write_agent(actor, agent)]


def _with_model_of(agent: Agent, owner: Agent) -> Agent:
    """Return an agent with another agent's model, server, key and context window."""
    settings = agent.settings.model_copy(update={"context_window": owner.settings.context_window})
    return agent.model_copy(
        update={
            "model": owner.model,
            "base_url": owner.base_url,
            "api_key_env": owner.api_key_env,
            "settings": settings,
        }
    )
