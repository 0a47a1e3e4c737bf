"""`chat-app doctor`: checks the installation and prints the results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def doctor(
    *,
    data_dir: Annotated[Path | None, typer.Option(help="The data folder to check.")] = None,
    agents: Annotated[Path | None, typer.Option(help="The agents file to check.")] = None,
) -> None:
    """Check the installation. Exits with 1 if there is a problem."""
    # Loaded here, because it takes a second that no other command should wait for.
    import asyncio  # noqa: PLC0415

    from chat_app.services.installation import examine  # noqa: PLC0415
    from chat_app.settings.application import Settings  # noqa: PLC0415

    options = {"data_dir": data_dir, "agents_file": agents}
    settings = Settings().model_copy(update={name: value for name, value in options.items() if value is not None})
    findings = asyncio.run(examine(settings))
    for finding in findings:
        typer.echo(f"{'ok     ' if finding.good else 'problem'}  {finding.name}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
