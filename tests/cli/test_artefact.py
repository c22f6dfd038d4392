"""The panel as one file: what is in it, that a damaged one never starts; at length, that it starts."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import stat
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTEFACT = ROOT / "tools" / "artefact"
OFFSET = 100
linux = pytest.mark.skipif(sys.platform != "linux", reason="the file is built for Linux")


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("artefact_build", ARTEFACT / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Handed:
    """What an investigator gets, with a panel inside that only says that it was started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "panel"
        packed = BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, text in (("bin/python3", '#!/bin/sh\nexec sh "$4"\n'), ("start.py", "echo started\n")):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(text), 0o755
                tar.addfile(entry, BytesIO(text.encode()))
        self.payload = packed.getvalue()
        self.file.write_bytes(b"x" * (OFFSET - 1) + self.payload)

    @property
    def unpacked(self) -> Path:
        return self.folder / "cache" / "reporting-app" / hashlib.sha256(self.payload).hexdigest()

    def start(self) -> subprocess.CompletedProcess[str]:
        script = (ARTEFACT / "front.sh").read_text("utf-8")
        wanted = hashlib.sha256(self.payload).hexdigest()
        script = script.replace("@OFFSET@", str(OFFSET)).replace("@SHA256@", wanted)
        (self.folder / "bin").mkdir(exist_ok=True)
        dialog = self.folder / "bin" / "zenity"
        dialog.write_text('#!/bin/sh\necho "dialog: $4"\n')
        dialog.chmod(0o755)
        environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        command = ["/bin/sh", "-c", script, "panel", str(self.file)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def handed(tmp_path: Path) -> Handed:
    return Handed(tmp_path)


@linux
def test_it_unpacks_once_for_this_user_only_and_starts(handed: Handed) -> None:
    for _ in range(2):
        done = handed.start()
        assert (done.stdout, done.returncode) == ("started\n", 0)
    assert [one.name for one in handed.unpacked.parent.iterdir()] == [handed.unpacked.name]
    assert stat.S_IMODE(handed.unpacked.parent.stat().st_mode) == 0o700


@linux
@pytest.mark.parametrize("place", [OFFSET, OFFSET + 60, -1])
def test_one_changed_byte_is_told_and_nothing_of_it_runs(handed: Handed, place: int) -> None:
    data = bytearray(handed.file.read_bytes())
    data[place] ^= 1
    handed.file.write_bytes(data)
    done = handed.start()
    assert done.returncode == 1
    assert "dialog: Filen är skadad" in done.stdout
    assert "started" not in done.stdout.splitlines()
    assert not handed.unpacked.exists()


@linux
def test_what_was_damaged_after_unpacking_is_unpacked_again(handed: Handed) -> None:
    handed.start()
    (handed.unpacked / "start.py").write_text("exit 70\n")
    done = handed.start()
    assert (done.stdout, done.returncode) == ("started\n", 0)
    (handed.unpacked / "bin" / "python3").unlink()
    assert handed.start().returncode == 0


@linux
def test_a_place_that_cannot_be_written_is_told(handed: Handed) -> None:
    (handed.folder / "cache").write_text("a file")
    done = handed.start()
    assert done.returncode == 1
    assert "dialog: Panelen kunde inte packas upp" in done.stdout


@pytest.mark.long
@linux
def test_it_holds_all_that_the_panel_loads_and_no_trace_of_who_built_it() -> None:
    build = builder()
    files = dict([*build.dependency_files(), *build.own_files()])
    loaded = "import sys, reporting_app.cli.panel; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    packages = {re.split(r"[/.]", name)[1] for name in files}
    missing = {name for name in done.stdout.split() if name not in packages | set(sys.stdlib_module_names)}
    by_name_only = {
        "cython_runtime",
        "htmlparser",
        "pygments",
    }  # made while loading, or used where there is one
    assert {name for name in missing - by_name_only if not name.startswith("_")} == set()
    own = [path for name, path in files.items() if name.startswith(("app/reporting_app", "start.py"))]
    assert len(own) > 100
    for path in own:
        assert str(ROOT).encode() not in path.read_bytes(), path
    assert not [name for name in files if "gunicorn" in name or "direct_url" in name or "RECORD" in name]


@pytest.mark.long
@linux
def test_the_built_file_is_the_same_twice_and_opens_a_panel_in_a_browser(tmp_path: Path) -> None:
    said = []
    for folder in ("one", "two"):
        command = [sys.executable, str(ARTEFACT / "build.py"), str(tmp_path / folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        said.append(done.stdout.split()[0])
    (file,) = (tmp_path / "two").iterdir()
    data = file.read_bytes()
    assert said == [hashlib.sha256(data).hexdigest()] * 2
    place = str(Path(sys.base_prefix).parent).encode()
    with tarfile.open(fileobj=BytesIO(data[64 * 1024 :])) as tar:
        for entry in tar:
            inside = tar.extractfile(entry)
            assert inside is not None
            text = inside.read()
            assert str(ROOT).encode() not in text, entry.name
            assert place in (b"/", b"/usr") or place not in text, entry.name
    _walk(file, tmp_path / "user")


def _walk(file: Path, user: Path) -> None:
    """With nothing of ours in the environment; a browser that only notes the address."""
    user.mkdir()
    asked, browser = user / "asked", user / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {asked}\n')
    browser.chmod(0o755)
    environment = {"HOME": str(user), "PATH": "/usr/bin:/bin", "BROWSER": str(browser)}
    running = subprocess.Popen([str(file)], env=environment, start_new_session=True)
    try:
        end = time.monotonic() + 60
        while not asked.exists() and time.monotonic() < end:
            time.sleep(0.2)
        subprocess.run([str(file)], env=environment, check=True, timeout=60)
        first, second = asked.read_text().split()
        assert first.partition("?")[0] == second.partition("?")[0]
        jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with jar.open(second, timeout=10) as page:
            assert "Vem är du?" in page.read().decode()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(second, timeout=10)  # noqa: S310
        assert (user / ".local" / "share" / "reporting-app" / "panel.door").exists()
    finally:
        os.killpg(running.pid, 15)
        running.wait(20)
