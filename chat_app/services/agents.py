"""What people see of agents: the ones they may use, and the state of their models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from chat_app.agents.models.embedded import ModelState, ModelStatus
from chat_app.domain.access import may_read_agent
from chat_app.domain.actor import Actor
from chat_app.domain.agents import LOCAL_PROVIDER, Agent
from chat_app.services.runtime import current


def list_agents(actor: Actor) -> list[Agent]:
    """Return the agents that the actor may see, in the order of the agents file."""
    return [agent for agent in current().agents.list() if may_read_agent(actor, agent)]


def list_models(actor: Actor) -> list[Agent]:
    """Return the first agent with each model that the actor may see, in the order of the agents file."""
    return first_of_each_model(list_agents(actor))


def first_of_each_model(agents: Sequence[Agent]) -> list[Agent]:
    """Return the agents without those whose model an earlier one has."""
    return list({agent.model: agent for agent in reversed(agents)}.values())[::-1]


def find_agent(actor: Actor, key: str) -> Agent | None:
    """Return the agent with this key, or None when it does not exist or the actor may not see it."""
    agent = current().agents.find(key)
    return agent if agent is not None and may_read_agent(actor, agent) else None


def is_available(actor: Actor, key: str) -> bool:
    """Whether an agent can answer: it exists, and its embedded model, if it has one, has not failed."""
    agent = find_agent(actor, key)
    if agent is None:
        return False
    status = model_status(actor, agent.model)
    return status is None or status.state != ModelState.FAILED


def local_model(model: str) -> str | None:
    """Return the catalogue name of an embedded model, or None for every other model."""
    provider, _, name = model.partition(":")
    return name if provider == LOCAL_PROVIDER else None


def model_status(actor: Actor, model: str) -> ModelStatus | None:
    """Return the state of an embedded model, or None for every other model."""
    name = local_model(model)
    return None if name is None else current().models.status(name)


async def follow_model(actor: Actor, model: str) -> AsyncGenerator[ModelStatus | None]:
    """Yield the state of an embedded model and each change, until it is ready or has failed, which yields None."""
    name = local_model(model)
    if name is None:
        return
    async with aclosing(current().models.watch(name)) as statuses:
        async for status in statuses:
            if status.settled:
                yield None
                return
            yield status
