"""Saying what is wrong to somebody without a terminal: on a page, else in a dialog, and on standard error."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import threading
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer

import click

from reporting_app.headers import NOT_KEPT, for_pages

SHOWN_SECONDS = 60.0
PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Panelen kunde inte starta</title>
<link rel="icon" href="data:,"></head>
<body><main><h1>Panelen kunde inte starta</h1><p>{swedish}</p>
<p>Dina nycklar och ärenden är orörda. Visa sidan för den som hjälper dig, om du behöver hjälp.</p>
<section lang="en"><h2>The panel could not start</h2><p>{english}</p>
<p>Your keys and cases are untouched. Show this page to whoever helps you, if you need help.</p></section>
</main></body></html>
"""
# Whatever of these a desktop has; each takes its text as one argument, so nothing in it is read as a command.
DIALOGS = (
    ("zenity", "--error", "--no-markup", "--text"),
    ("kdialog", "--error"),
    ("xmessage",),
    ("notify-send",),
)


def open_browser(url: str) -> bool:
    """Whether a browser took the address."""
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


def tell(swedish: str, english: str) -> None:
    """Comes back when the page has been read by a browser, or after a minute."""
    click.echo(f"{swedish}\n{english}", err=True)
    page = PAGE.format(swedish=html.escape(swedish), english=html.escape(english)).encode()
    try:
        shown = _show(page)
    except OSError:
        shown = False
    if not shown:
        _dialog(f"{swedish}\n\n{english}")


def _show(page: bytes) -> bool:
    read = threading.Event()

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in {
                **for_pages(images="data:", forms="'none'"),
                "Content-Type": "text/html; charset=utf-8",
                "Cache-Control": NOT_KEPT,
                "Content-Length": str(len(page)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page)
            read.set()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), OnePage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return open_browser(f"http://127.0.0.1:{server.server_port}/") and read.wait(SHOWN_SECONDS)
        finally:
            server.shutdown()


def _dialog(text: str) -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  # has windll on Windows only

        ctypes.windll.user32.MessageBoxW(None, text, "Panelen", 0x10)
        return
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay alert "Panelen" message (item 1 of argv)\nend run'
        subprocess.run(["/usr/bin/osascript", "-e", script, text], check=False)  # noqa: S603
        return
    for name, *options in DIALOGS:
        found = shutil.which(name)
        if found and subprocess.run([found, *options, text], check=False).returncode == 0:  # noqa: S603
            return
