"""What a person sees of agents: which there are, and how ready their models are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from chat_app.agents.models.embedded import ModelState, ModelStatus
from chat_app.domain.actor import Actor
from chat_app.domain.agents import LOCAL_PROVIDER, Agent
from chat_app.services import access
from chat_app.services.runtime import current


def list_agents(actor: Actor) -> list[Agent]:
    """Return the agents that the actor may see, in the order of the agents file."""
    return [agent for agent in current().agents.list() if access.may_read_agent(actor, agent)]


def list_models(actor: Actor) -> list[Agent]:
    """Return the first agent with each model, in the order of the agents file."""
    return first_of_each_model(list_agents(actor))


def first_of_each_model(agents: Sequence[Agent]) -> list[Agent]:
    """Return those of the agents whose model no agent before them has."""
    return list({agent.model: agent for agent in reversed(agents)}.values())[::-1]


def find_agent(actor: Actor, key: str) -> Agent | None:
    """Return the agent with this key, or None when there is none that the actor may see."""
    agent = current().agents.find(key)
    return agent if agent is not None and access.may_read_agent(actor, agent) else None


def is_available(actor: Actor, key: str) -> bool:
    """Whether an agent can be expected to answer: it is there, and its embedded model has not failed."""
    agent = find_agent(actor, key)
    if agent is None:
        return False
    status = model_status(actor, agent.model)
    return status is None or status.state != ModelState.FAILED


def agents_problem(actor: Actor) -> str | None:
    """Return what is wrong with a changed agents file, or None; the last good one is in use meanwhile."""
    return current().agents.problem


def local_model(model: str) -> str | None:
    """Return the catalogue name of an embedded model's id, or None for every other model."""
    provider, _, name = model.partition(":")
    return name if provider == LOCAL_PROVIDER else None


def model_status(actor: Actor, model: str) -> ModelStatus | None:
    """Return how ready an embedded model is, or None for a model that is not embedded."""
    name = local_model(model)
    return None if name is None else current().models.status(name)


async def follow_model(actor: Actor, model: str) -> AsyncGenerator[ModelStatus | None]:
    """Yield the status of an embedded model on its way and each change of it; None when it is there or has failed."""
    name = local_model(model)
    if name is None:
        return
    async with aclosing(current().models.watch(name)) as statuses:
        async for status in statuses:
            if status.settled:
                yield None
                return
            yield status
