"""Language models that run inside this process: catalogue, download, engine, and models for the agent library."""

from chat_app.agents.models.embedded.catalogue import CATALOGUE, DEFAULT_MODEL, FALLBACK_MODEL, CatalogueModel
from chat_app.agents.models.embedded.loader import EngineSettings
from chat_app.agents.models.embedded.manager import EmbeddedModels
from chat_app.agents.models.embedded.status import ModelState, ModelStatus

__all__ = [
    "CATALOGUE",
    "DEFAULT_MODEL",
    "FALLBACK_MODEL",
    "CatalogueModel",
    "EmbeddedModels",
    "EngineSettings",
    "ModelState",
    "ModelStatus",
]
