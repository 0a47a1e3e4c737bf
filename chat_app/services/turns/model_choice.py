"""Which model answers: the agent's own, or that of another agent, asked at that agent's server and with its key."""

from __future__ import annotations

from chat_app.db import accounts
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Invalid
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.services import access
from chat_app.services.agents import first_of_each_model, list_agents
from chat_app.services.runtime import current


def askable_models(actor: Actor) -> list[Agent]:
    """Return the first agent with each model that the actor may ask, in the order of the agents file."""
    return first_of_each_model(_askable(actor))


async def resolve_model(tx: Transaction, actor: Actor, session: ChatSession, agent: Agent, model: str | None) -> Agent:
    """Return the agent with the model that answers the actor in a session.

    Args:
        tx: The transaction.
        actor: Who asks.
        session: The session.
        agent: Its agent.
        model: The model that was chosen for this answer; None leaves it to what the actor prefers.

    Raises:
        Invalid: No agent has the model that was chosen.
        Forbidden: The actor may ask no agent that has it.
    """
    if model is not None:
        return _with_chosen(actor, agent, model)
    # What others have said in a session must not go to another provider because one of them prefers it.
    if session.visibility != Visibility.PRIVATE:
        return agent
    preferred = (await accounts.preferences(tx, actor.user_id)).default_model
    return agent if preferred is None else _with_preferred(actor, agent, preferred)


def _with_chosen(actor: Actor, agent: Agent, model: str) -> Agent:
    if model == agent.model:
        return agent
    owners = [each for each in list_agents(actor) if each.model == model]
    if not owners:
        raise Invalid("No agent of this workspace has that model.", code="unknown_model")
    # The model is asked in that agent's name, with its key: who may not ask the agent may not ask its model.
    owner = next((each for each in owners if access.may_write_agent(actor, each)), owners[0])
    access.check_may_ask(actor, owner)
    return _with_model_of(agent, owner)


def _with_preferred(actor: Actor, agent: Agent, model: str) -> Agent:
    """Return the agent with a model that was chosen for no answer in particular, or as it is where that can't be."""
    if model == agent.model:
        return agent
    # Who talks to an agent that keeps everything on this machine counts on it.
    owners = (
        each for each in _askable(actor) if each.model == model and (each.on_this_machine or not agent.on_this_machine)
    )
    owner = next(owners, None)
    return agent if owner is None else _with_model_of(agent, owner)


def _askable(actor: Actor) -> list[Agent]:
    return [agent for agent in current().agents.list() if access.may_write_agent(actor, agent)]


def _with_model_of(agent: Agent, owner: Agent) -> Agent:
    """Return the agent with another agent's model, and with the server, key and window that belong to that."""
    settings = agent.settings.model_copy(update={"context_window": owner.settings.context_window})
    taken = {"model": owner.model, "base_url": owner.base_url, "api_key_env": owner.api_key_env, "settings": settings}
    return agent.model_copy(update=taken)
