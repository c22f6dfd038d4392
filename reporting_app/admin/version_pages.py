"""What to do when the members have signed a newer panel."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from reporting_app.admin.pages import page, panel
from reporting_app.admin.version import own_version, this_system

version_pages = Blueprint("version", __name__, url_prefix="/version")


@version_pages.get("")
def overview() -> Answer:
    if panel().sitting is None:
        return redirect(url_for("door.unlock", next=request.script_root + request.path), code=303)
    return page("version", own=own_version(), system=this_system())
