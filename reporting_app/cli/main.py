"""The command line: one small module a command, loaded when it is called."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "admin": "admin:admin_command",
    "cases": "cases:cases_group",
    "demo": "demo:demo_command",
    "deployment": "documents:deployment_group",
    "keys": "keys:keys_group",
    "leaders": "leaders:leaders_group",
    "panel": "panel:panel_command",
    "poster": "poster:poster_command",
    "receipt": "report:receipt_command",
    "report": "report:report_command",
    "roster": "documents:roster_group",
    "site": "site:site_command",
    "statistics": "statistics:statistics_group",
}


class Commands(click.Group):
    """Knows the names of all commands and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"reporting_app.cli.{module}"), attribute)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reporting-app")
def main() -> None:
    """Anonymous, end-to-end encrypted reporting. Exit codes: 0 done, 1 refused, 2 usage."""
