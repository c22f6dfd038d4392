"""The command line: one small module a command."""

from __future__ import annotations

import click

from reporting_app.cli.admin import admin_command
from reporting_app.cli.cases import cases_group
from reporting_app.cli.demo import demo_command
from reporting_app.cli.documents import deployment_group, roster_group
from reporting_app.cli.keys import keys_group
from reporting_app.cli.report import receipt_command, report_command
from reporting_app.cli.site import site_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reporting-app")
def main() -> None:
    """Anonymous, end-to-end encrypted reporting. Exit codes: 0 done, 1 refused, 2 usage."""


for command in (
    admin_command,
    cases_group,
    demo_command,
    deployment_group,
    keys_group,
    receipt_command,
    report_command,
    roster_group,
    site_command,
):
    main.add_command(command)
