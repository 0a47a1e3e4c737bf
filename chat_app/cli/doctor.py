"""`chat-app doctor`: looks at the installation and explains what it finds."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def doctor(
    *,
    data_dir: Annotated[Path | None, typer.Option(help="The data folder to look at.")] = None,
    agents: Annotated[Path | None, typer.Option(help="The agents file to look at.")] = None,
) -> None:
    """Check the installation and explain what is found; exit code 1 when something needs you."""
    # Loading what is looked at takes a second that no other command should wait for.
    from chat_app.services.installation import examine  # noqa: PLC0415
    from chat_app.settings.application import Settings  # noqa: PLC0415

    given = {"data_dir": data_dir, "agents_file": agents}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value is not None})
    findings = asyncio.run(examine(settings))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.good else 'LOOK'}  {finding.name}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
