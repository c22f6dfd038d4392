"""``python -m reporting_app.cli`` is the same as ``reporting-app``."""

from reporting_app.cli.main import main

main()
