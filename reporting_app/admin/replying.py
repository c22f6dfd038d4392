"""Answering the reporter, also when only the first parts of a long answer get out."""

from __future__ import annotations

import secrets
from contextlib import suppress

from reporting_app.admin.drafts import Drafts
from reporting_app.admin.forms import CaseForm
from reporting_app.admin.i18n import _, ngettext
from reporting_app.admin.workspace import PartlySaid, Workspace
from reporting_app.storage.errors import StorageBusy


def reply(workspace: Workspace, case_id: str, form: CaseForm) -> str:
    """The notice. Raises as ``Workspace.reply``."""
    count = len(workspace.reply(case_id, form.text.data))
    return ngettext("Svaret är skickat.", "Svaret är skickat i %(num)d delar.", count)


def leave_rest(form: CaseForm, case_id: str, partly: PartlySaid, drafts: Drafts | None) -> str:
    """Leaves in form and draft what is not out yet, and says how much is."""
    form.text.data = partly.rest
    # The form as it was posted must not send the first parts again: this is another one.
    form.once.data = secrets.token_hex(8)
    with suppress(StorageBusy):
        if drafts:
            drafts.save(f"reply:{case_id}", {"text": partly.rest})
    return _(
        "%(said)d av svarets %(total)d delar är klara och står i ärendet. I rutan finns bara resten.",
        said=partly.said,
        total=partly.total,
    )
