"""The catalogue of all texts of the page. It is typed, and an import fails when it is incomplete."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

CATALOGUE = Path(__file__).with_name("en.toml")


class Texts(BaseModel):
    """Texts by key: a field per text. A field without a text, and a text without a field, is an error.

    `{word}` in a text is filled in where the text is shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Forms(Texts):
    """The forms of a text that counts something; English has two."""

    one: str
    other: str


class Section(Texts):
    """One table of the catalogue, named by the class argument `name`."""

    table: ClassVar[str]

    def __init_subclass__(cls, *, name: str, **kwargs: Any) -> None:
        """Remember the name of the section's table."""
        super().__init_subclass__(**kwargs)
        cls.table = name

    @classmethod
    def load(cls) -> Self:
        """Read the section.

        Raises:
            pydantic.ValidationError: A text is missing, is not a string, or has no field.
        """
        return cls.model_validate(read_catalogue().get(cls.table, {}))

    def labels(self) -> dict[str, Any]:
        """Return the texts by key, as a client-side component takes them."""
        return self.model_dump()


@cache
def read_catalogue() -> dict[str, dict[str, Any]]:
    """Return the whole catalogue: sections by name, texts by key."""
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
