"""Builds the panel as one file that a double click starts, for the kind of Linux it runs on: ``make panel``.

The file is a small program and, behind it, an archive: this Python without what the panel never uses, the
libraries that it and the compiled dependencies need (the C library excepted), the dependencies of the virtual
environment, and the panel. The same tree, environment and Python give the same bytes (docs/decisions/0012).
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import marshal
import platform
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FRONT_SIZE = 64 * 1024
# Of a compiled module: hashed, not dated (PEP 552), and not compared at every start.
UNCHECKED = (1).to_bytes(4, "little")
SERVER_ONLY = {"gunicorn"}
LIBRARY = Path(sysconfig.get_path("stdlib"))
# Never imported by the panel; readline and gdbm also have licences that ask more than we give.
UNUSED = set(
    """__pycache__ site-packages dist-packages test tests idlelib tkinter turtledemo turtle.py ensurepip
    lib2to3 distutils pydoc_data curses dbm venv config""".split()
)
UNUSED_MODULES = re.compile(
    r"(readline|_tkinter|_curses.*|_dbm|_gdbm|nis|spwd|ossaudiodev|_?xx.*|_test.*|_ctypes_test)\."
)
SPOKEN = re.compile(r"(root|(sv|en|fi)(_\w+)?)\.dat")
# Of the C library: always the computer's own.
SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|nsl|crypt|gcc_s|stdc\+\+)\.so.*)")


def installed(name: str) -> Distribution:
    """As the virtual environment has it, whatever lies in the folder from which this is run."""
    return next(iter(Distribution.discover(name=name, path=[sysconfig.get_path("purelib")])))


def dependencies(name: str, known: dict[str, Distribution], extra: str = "") -> dict[str, Distribution]:
    """What ``name`` with ``extra`` needs on this system, besides itself, by name."""
    for text in installed(name).requires or []:
        wanted = Requirement(text)
        found = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if (
            found in known
            or found in SERVER_ONLY
            or (wanted.marker and not wanted.marker.evaluate({"extra": extra}))
        ):
            continue
        known[found] = installed(found)
        dependencies(found, known)
    return known


def dependency_files() -> Iterator[tuple[str, Path]]:
    for found in dependencies("reporting-app", {}, "panel").values():
        for file in found.files or []:
            parts = file.parts
            noise = (
                file.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json") or "__pycache__" in parts
            )
            unspoken = "locale-data" in parts and not SPOKEN.fullmatch(file.name)
            if parts[0] != ".." and not noise and not unspoken:
                yield f"app/{file}", Path(str(found.locate_file(file)))


def own_files() -> Iterator[tuple[str, Path]]:
    for folder, name in (
        (ROOT / "reporting_app", "reporting_app"),
        (ROOT / "templates", "reporting_app_templates"),
    ):
        for file in folder.rglob("*"):
            if (
                file.is_file()
                and "__pycache__" not in file.parts
                and file.suffix not in (".po", ".br", ".gz")
            ):
                yield f"app/{name}/{file.relative_to(folder)}", file
    info = installed("reporting-app")
    folder = f"reporting_app-{info.version}.dist-info"
    metadata = next(file for file in info.files or [] if file.name == "METADATA")
    yield f"app/{folder}/METADATA", Path(str(info.locate_file(metadata)))
    yield "licences/reporting-app", ROOT / "LICENSE"
    yield "start.py", HERE / "start.py"


def python_files() -> Iterator[tuple[str, Path]]:
    yield "bin/python3", Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for file in LIBRARY.rglob("*"):
        inside = file.relative_to(LIBRARY)
        unused = any(part in UNUSED or part.startswith("config-") for part in inside.parts)
        if file.is_file() and not unused and not UNUSED_MODULES.match(file.name):
            yield f"lib/{LIBRARY.name}/{inside}", file
    licence = LIBRARY / "LICENSE.txt"
    if licence.exists():
        yield "licences/python", licence


def libraries(binaries: Iterable[Path]) -> dict[str, Path]:
    """The shared libraries that ``binaries`` load, by the name they load them under."""
    found: dict[str, Path] = {}
    for binary in binaries:
        said = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
        for name, path in re.findall(r"^\s*(\S+) => (/\S+)", said, re.MULTILINE):
            if not SYSTEM.fullmatch(name):
                found[name] = Path(path).resolve()
    return found


def licence_of(library: Path) -> tuple[str, Path] | None:
    """Where Debian keeps the terms of a library's package."""
    for path in (library, Path("/usr") / library.relative_to("/"), Path("/", *library.parts[2:])):
        said = subprocess.run(
            ["dpkg-query", "-S", str(path)], capture_output=True, text=True, check=False
        ).stdout
        package = said.partition(":")[0]
        terms = Path("/usr/share/doc") / package / "copyright"
        if package and terms.exists():
            return f"licences/{package}", terms
    return None


def collect() -> dict[str, Path]:
    files = dict([*python_files(), *dependency_files(), *own_files()])
    binaries = [path for name, path in files.items() if name == "bin/python3" or ".so" in Path(name).name]
    inside = {path.resolve() for path in files.values()}
    for name, path in libraries(binaries).items():
        if path in inside or "site-packages" in path.parts:
            continue
        files[f"lib/{name}"] = path
        if not path.is_relative_to(sys.base_prefix) or sys.base_prefix == "/usr":
            terms = licence_of(path)
            if terms is None:
                sys.exit(f"the licence of {path} was not found: it may not be handed out without")
            files[terms[0]] = terms[1]
    return files


def without_place(data: bytes) -> bytes:
    """Without the folder in which this Python was built: it tells of the builder, and would be looked into.

    The last name in the path stays: compilers let "3.11.7" be the end of ".../versions/3.11.7".
    """
    place = str(Path(sys.base_prefix).parent).encode()
    if place in (b"/", b"/usr"):
        return data
    return data.replace(place, b"/nonexistent"[: len(place)].ljust(len(place), b"_"))


def archive(files: dict[str, Path]) -> bytes:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, data in contents(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755 if name.startswith("bin/") else 0o644
            tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def contents(files: dict[str, Path]) -> Iterator[tuple[str, bytes]]:
    """In order, and with every module compiled: the first start would take many seconds otherwise."""
    for name, path in sorted(files.items()):
        data = path.read_bytes()
        if name.startswith(("bin/", "lib/")):
            data = without_place(data)
        yield name, data
        if name.endswith(".py") and name != "start.py":
            place = PurePosixPath(name)
            code = compile(data, name, "exec", dont_inherit=True)
            head = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(data)
            compiled = f"{place.stem}.{sys.implementation.cache_tag}.pyc"
            yield str(place.parent / "__pycache__" / compiled), head + marshal.dumps(code)


def front(payload: bytes) -> bytes:
    script = (HERE / "front.sh").read_text("utf-8")
    script = script.replace("@OFFSET@", str(FRONT_SIZE + 1)).replace(
        "@SHA256@", hashlib.sha256(payload).hexdigest()
    )
    quoted = "".join(f"\\{byte:03o}" for byte in script.encode())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "front.h").write_text(f'static const char SCRIPT[] = "{quoted}";\n')
        (Path(folder) / "front.c").write_bytes((HERE / "front.c").read_bytes())
        command = "cc -Os -s -no-pie -Wall -Werror -Wl,--build-id=none -o front front.c".split()
        subprocess.run(command, cwd=folder, check=True)
        made = (Path(folder) / "front").read_bytes()
    if len(made) > FRONT_SIZE:
        sys.exit("the program in front has grown beyond its room")
    return made.ljust(FRONT_SIZE, b"\0")


def main(folder: Path) -> None:
    if sys.platform != "linux":
        sys.exit("this builds for Linux; docs/decisions/0012 says what another system needs")
    payload = archive(collect())
    data = front(payload) + payload
    folder.mkdir(parents=True, exist_ok=True)
    system = f"{platform.system()}-{platform.machine()}".lower()
    file = folder / f"panel-{installed('reporting-app').version}-{system}"
    file.write_bytes(data)
    file.chmod(0o755)
    print(f"{hashlib.sha256(data).hexdigest()}  {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
