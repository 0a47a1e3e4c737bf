"""Routes of agents: `/v1/agents`."""

from __future__ import annotations

from fastapi import APIRouter

from chat_app.api.actor import CurrentActor
from chat_app.api.schemas import AgentOut, Page
from chat_app.services import agents

router = APIRouter(prefix="/v1/agents", tags=["agents"])


@router.get("")
async def list_agents(actor: CurrentActor) -> Page[AgentOut]:
    """List the agents that you can use."""
    items = [AgentOut.of(agent, agents.model_status(actor, agent.model)) for agent in agents.list_agents(actor)]
    return Page(items=items, next_cursor=None)
