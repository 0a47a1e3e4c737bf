"""The catalogue of embedded models is complete and consistent."""

from __future__ import annotations

import re

import pytest

from chat_app.agents.models.embedded import CATALOGUE, DEFAULT_MODEL, FALLBACK_MODEL, CatalogueModel
from chat_app.agents.models.embedded.catalogue import HubFile, PackageFiles

MODELS = list(CATALOGUE.values())


@pytest.mark.parametrize("model", MODELS, ids=list(CATALOGUE))
def test_every_model_has_a_digest_a_file_name_sources_and_a_licence(model: CatalogueModel) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
    assert re.fullmatch(r"[\w.-]+\.gguf", model.file), "the name becomes a path"
    assert model.sources
    assert model.licence


@pytest.mark.parametrize("model", MODELS, ids=list(CATALOGUE))
def test_the_parts_of_a_model_add_up_to_its_size(model: CatalogueModel) -> None:
    for source in model.sources:
        if isinstance(source, PackageFiles):
            assert sum(part.size for part in source.parts) == model.size


@pytest.mark.parametrize("key", [DEFAULT_MODEL, FALLBACK_MODEL])
def test_default_models_are_available_from_a_package_index(key: str) -> None:
    assert any(isinstance(source, PackageFiles) for source in CATALOGUE[key].sources)


def test_no_two_models_share_a_file() -> None:
    assert len({model.file for model in MODELS}) == len({model.sha256 for model in MODELS}) == len(MODELS)


def test_a_mirror_of_the_hub_can_be_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.test/")
    assert HubFile(repo="a/b", path="c.gguf").url() == "https://mirror.test/a/b/resolve/main/c.gguf"
