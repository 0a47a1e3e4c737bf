"""Serializes what DBOS stores of a turn's steps as JSON: readable, and unlike pickle it can't run code when it is read.

A model's response and an error become tagged objects; every other value must be JSON already. The tags and the format's
name are stored with every turn, so they must not change while turns of an older version may have to be resumed.
"""

from __future__ import annotations

import json
from typing import Any, cast

from dbos import Serializer
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse

from chat_app.domain.errors import TurnError

_TAG = "$chat_app"


class DurableJson(Serializer):
    """DBOS's serializer for this application."""

    def serialize(self, data: Any) -> str:
        """Return the value as JSON text."""
        return json.dumps(data, default=_tagged, ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:
        """Return the value that `serialize` made the text from; tuples come back as lists."""
        return json.loads(serialized_data, object_hook=_untagged)

    def name(self) -> str:
        """Return the name under which DBOS records the format."""
        return "chat_app_json_1"


def _tagged(value: object) -> dict[str, Any]:
    match value:
        case ModelResponse():
            return {_TAG: "model_response", "value": ModelMessagesTypeAdapter.dump_python([value], mode="json")}
        case TurnError():
            return {
                _TAG: "turn_error",
                "message": value.message,
                "code": value.code,
                "details": value.details,
            }
        case BaseException():
            return {_TAG: "turn_error", "message": type(value).__name__, "code": "internal", "details": {}}
        case _:
            raise TypeError(f"{type(value).__name__} can't be stored as JSON")


def _untagged(value: dict[str, Any]) -> Any:
    match value.get(_TAG):
        case "model_response":
            return cast("ModelResponse", ModelMessagesTypeAdapter.validate_python(value["value"])[0])
        case "turn_error":
            return TurnError(value["message"], code=value["code"], details=value["details"])
        case _:
            return value
