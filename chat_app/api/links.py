"""Links of the OpenAPI description: which requests take the id of an object that a response has created or listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link from a response to a request.

    Args:
        method: The method of the request.
        path: Its path.
        parameter: The parameter that takes the value.
        value: Where the response has the value, as a runtime expression of OpenAPI.
    """

    method: str
    path: str
    parameter: str
    value: str = "$response.body#/id"


_SESSION = tuple(
    Link(method=method, path=f"/v1/chat/{{chat_id}}{rest}", parameter="chat_id")
    for method, rest in (
        ("get", ""),
        ("patch", ""),
        ("delete", ""),
        ("put", "/read"),
        ("get", "/messages"),
        ("post", "/messages"),
        ("post", "/stop"),
        ("get", "/participants"),
        ("post", "/participants"),
    )
)
LINKS: Mapping[tuple[str, str, str], tuple[Link, ...]] = MappingProxyType(
    {
        ("post", "/v1/chat", "201"): _SESSION,
        ("post", "/v1/tokens", "201"): (Link(method="delete", path="/v1/tokens/{token_id}", parameter="token_id"),),
        ("post", "/v1/invitations", "201"): (
            Link(method="delete", path="/v1/invitations/{link_id}", parameter="link_id"),
        ),
        ("get", "/v1/invitations", "200"): (
            Link(
                method="delete",
                path="/v1/invitations/{link_id}",
                parameter="link_id",
                value="$response.body#/items/0/id",
            ),
        ),
        ("post", "/v1/workspaces", "201"): (
            Link(method="post", path="/v1/workspaces/{workspace_id}/enter", parameter="workspace_id"),
        ),
    }
)
"""The links by method, path and status of the response."""


def install(api: FastAPI) -> None:
    """Add the links to the OpenAPI description of the app."""
    describe = api.openapi

    def describe_with_links() -> dict[str, Any]:
        """Return the OpenAPI description."""
        is_new = api.openapi_schema is None
        description = describe()
        if is_new:
            _add(description["paths"])
        return description

    api.openapi = describe_with_links  # type: ignore[method-assign]


def _add(paths: dict[str, Any]) -> None:
    for (method, path, status), links in LINKS.items():
        paths[path][method]["responses"][status]["links"] = {
            f"{link.method} {link.path}".translate(_NAMES): {
                "operationId": paths[link.path][link.method]["operationId"],
                "parameters": {link.parameter: link.value},
            }
            for link in links
        }


_NAMES = str.maketrans({" ": "_", "/": "_", "{": None, "}": None, "-": "_"})
"""Names of links consist of letters, digits and underscores."""
