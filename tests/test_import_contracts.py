"""The linter's contracts catch what they are there for: each is broken on purpose in a copy of the package.

The adversary is the project's own future: a change that lets the site open letters, or lets a framework or a
primitive leak to where it does not belong. Imports by name at run time (``import_module``) are beyond what a
linter sees; for the site a test looks at what is really loaded.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINTER = Path(sys.executable).with_name("lint-imports")
LAYERS = "Imports point one way"
OPENING = "Nothing that the site imports can open a letter"
CORE = "The core knows no framework"
PRIMITIVES = "Primitives are used in crypto only"
NOSCRIPT = "Without scripts a receipt opens its own cells, never a letter"
NOISE = "The site draws no noise, and one module does"
BARE = "What the site imports does without OpenDP"
CONTRACTS = {LAYERS, OPENING, NOSCRIPT, CORE, PRIMITIVES, NOISE, BARE}

PLAIN = "import {0}\n"
LAZY = "def late() -> None:\n    import {0}\n"
TYPES = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import {0}\n"
TRIED = "try:\n    import {0}\nexcept ImportError:\n    pass\n"
NACL = "from nacl.bindings import crypto_sign"
CRYPTOGRAPHY = "from cryptography.hazmat.primitives import hashes"
FRAMEWORKS = "flask werkzeug.exceptions sqlalchemy.orm flask_wtf wtforms alembic.op".split()
WAYS = {"lazy": LAZY, "for types only": TYPES, "tried": TRIED}

# The functions that turn sealed bytes into readable ones. The site does load the KEM (it needs sizes), so
# what it must not do is to call it.
OPENERS = set(
    "decapsulate unseal unseal_again unseal_slot open_cell open_draft open_letter open_parcel".split()
)
BUILDING_BLOCKS = {"reporting_app.crypto.kem", "reporting_app.crypto.aead"}
# Notes about tries to sign in, under a key that only this process's memory has.
OWN_NOTES = {"reporting_app.site.leaders": {"unseal_again"}}


NEVER_ON_THE_SITE = set(
    "crypto.slots_open crypto.cell crypto.letter_open crypto.keyfile crypto.draft "
    "cases.majority cases.proposals admin cli.cases statistics.noise statistics.drawing".split()
)
LOAD_THE_SITE = """
import pkgutil, sys
from importlib import import_module
for package in ("reporting_app.site", "reporting_app.storage"):
    for found in pkgutil.walk_packages(import_module(package).__path__, package + "."):
        if "migrations." not in found.name:
            import_module(found.name)
print(sys.modules["reporting_app.site.api"].__file__, *sorted(sys.modules), sep="\\n")
"""


def some(values: Iterable[Any], count: int) -> list[Any]:
    """The first ones in every run; the others, which show the same of other modules, in the long run."""
    listed = [one if isinstance(one, tuple) else (one,) for one in values]
    return [pytest.param(*one, marks=[pytest.mark.long] * (at >= count)) for at, one in enumerate(listed)]


class Copy:
    """A copy of the package that may be broken, one breach at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.package = directory / "reporting_app"
        shutil.copytree(
            ROOT / "reporting_app", self.package, ignore=lambda _, names: _neither_code_nor_package(names)
        )
        shutil.copy(ROOT / "pyproject.toml", directory)

    def broken(self) -> set[str]:
        """The names of the contracts that do not hold, by the linter with the project's own configuration."""
        command = [str(LINTER), "--no-logo", "--cache-dir", str(self.directory / "cache")]
        environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        ran = subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False
        )
        verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", ran.stdout, re.MULTILINE))
        assert set(verdicts) == CONTRACTS, ran.stdout + ran.stderr
        broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
        assert bool(broken) == bool(ran.returncode)
        return broken

    def breach(self, **added: str) -> set[str]:
        with self.with_lines(**added):
            return self.broken()

    @contextmanager
    def with_lines(self, **added: str) -> Iterator[None]:
        """While these modules (``site__api`` is ``site/api.py``) have these lines at their end."""
        paths = {self.package / (name.replace("__", "/") + ".py"): text for name, text in added.items()}
        before = {path: path.read_text("utf-8") if path.exists() else None for path in paths}
        try:
            for path, text in paths.items():
                path.write_text((before[path] or "") + "\n" + text, "utf-8")
            yield
        finally:
            for path, old in before.items():
                path.unlink() if old is None else path.write_text(old, "utf-8")

    def loaded_by_the_site(self) -> set[str]:
        """Every module in memory once all of ``site`` and ``storage`` is."""
        ran = subprocess.run(
            [sys.executable, "-Bc", LOAD_THE_SITE],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"{self.package}{os.sep}" in ran.stdout, "it is the copy that was loaded"
        return set(ran.stdout.split())

    def openers_called_by_the_site(self) -> dict[str, set[str]]:
        """By module, the opening functions named in what the site loads."""
        own = {name for name in self.loaded_by_the_site() if name.startswith("reporting_app.")}
        paths = {name: self.directory / (name.replace(".", "/") + ".py") for name in own - BUILDING_BLOCKS}
        named = {name: names_used(path) & OPENERS for name, path in paths.items() if path.exists()}
        return {name: found for name, found in named.items() if found}


def _neither_code_nor_package(names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith(".py")} | {"static", "__pycache__"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(tmp_path_factory.mktemp("package"))
    assert made.broken() == set(), "the copy holds before anything is broken"
    yield made
    assert made.broken() == set(), "every breach was taken back"


@pytest.mark.parametrize("way", WAYS)
def test_the_site_cannot_import_what_opens_letters_in_any_way(copy: Copy, way: str) -> None:
    opening = WAYS[way].format("reporting_app.crypto.letter_open")
    assert copy.breach(site__api=opening) == {OPENING, NOSCRIPT}


@pytest.mark.parametrize(
    ("module", "line"),
    some(
        [
            ("site__service", "import reporting_app.crypto.letter_open as innocent"),
            ("site__service", "from reporting_app.crypto import letter_open"),
            ("site__service", "from reporting_app.crypto.letter_open import open_letter"),
            ("site__app", "from reporting_app.crypto.keyfile import MemberKeys"),
            ("storage__cache", "from reporting_app.crypto import keyfile"),
            ("site__new", "from reporting_app.crypto.keyfile import KeyFile"),
            ("crypto__shape", "from reporting_app.crypto import letter_open"),
            ("site__pages", "from reporting_app.cases import proposals"),
            ("site__pages", "from reporting_app.crypto.draft import open_draft"),
            ("site__service", "from reporting_app.crypto.slots_open import unseal_slot"),
            ("storage__move", "from reporting_app.crypto.cell import open_cell"),
        ],
        4,
    ),
)
def test_nor_by_another_spelling_or_through_something_else(copy: Copy, module: str, line: str) -> None:
    # What the site imports, the path without scripts imports with it; cells of its own it may open.
    assert copy.breach(**{module: line}) - {NOSCRIPT} == {OPENING}


def test_nor_through_two_helpers_of_its_own(copy: Copy) -> None:
    first = "from reporting_app.site import second"
    second = LAZY.format("reporting_app.crypto.letter_open")
    assert copy.breach(
        site__api="from reporting_app.site import first", site__first=first, site__second=second
    ) == {OPENING, NOSCRIPT}


def test_nor_through_the_panel(copy: Copy) -> None:
    assert copy.breach(site__api="from reporting_app.admin import letters") == {LAYERS, OPENING, NOSCRIPT}


@pytest.mark.parametrize(
    "line",
    some(
        [
            "from reporting_app.crypto.letter_open import open_letter",
            "from reporting_app.crypto import keyfile",
            "from reporting_app.cases import proposals",
            LAZY.format("reporting_app.crypto.draft"),
        ],
        1,
    ),
)
def test_the_path_without_scripts_opens_no_letter_either(copy: Copy, line: str) -> None:
    assert copy.breach(noscript__proxy=line) == {NOSCRIPT}


def test_the_site_cannot_reach_the_path_without_scripts(copy: Copy) -> None:
    assert copy.breach(site__api="from reporting_app.noscript import proxy") == {LAYERS, OPENING}


@pytest.mark.parametrize(
    ("module", "imported"),
    some(
        [
            ("crypto__aead", "reporting_app.cases.fold"),
            ("crypto__aead", "reporting_app.storage.tables"),
            ("cases__fold", "reporting_app.statistics"),
            ("cases__new", "reporting_app.statistics.ledger"),
            ("statistics__new", "reporting_app.storage.tables"),
            ("storage__tables", "reporting_app.site.service"),
            ("admin__app", "reporting_app.site.headers"),
            ("admin__app", "reporting_app.demo.world"),
            ("site__app", "reporting_app.cli.common"),
            ("demo__world", "reporting_app.cli.demo"),
            ("noscript__proxy", "reporting_app.demo.world"),
        ],
        4,
    ),
)
def test_no_layer_imports_one_beside_or_above_it(copy: Copy, module: str, imported: str) -> None:
    assert LAYERS in copy.breach(**{module: PLAIN.format(imported)})


@pytest.mark.parametrize("way", some(WAYS, 1))
def test_nor_in_any_other_way(copy: Copy, way: str) -> None:
    # What the cases may not know of the database breaks the contract on frameworks too.
    assert copy.breach(cases__clocks=WAYS[way].format("reporting_app.storage.engine")) == {LAYERS, CORE}


def test_nor_through_a_module_of_no_layer(copy: Copy) -> None:
    helper = PLAIN.format("reporting_app.admin.wording")
    assert LAYERS in copy.breach(cases__clocks="import reporting_app.helper", helper=helper)


@pytest.mark.parametrize("number", some(range(len(FRAMEWORKS)), 2))
def test_the_core_cannot_import_a_framework(copy: Copy, number: int) -> None:
    module = ("crypto__letter", "cases__clocks", "statistics__new")[number % 3]
    assert copy.breach(**{module: PLAIN.format(FRAMEWORKS[number])}) == {CORE}


@pytest.mark.parametrize("way", some(WAYS, 1))
def test_nor_through_a_helper_in_any_other_way(copy: Copy, way: str) -> None:
    helper = WAYS[way].format("flask")
    assert copy.breach(cases__clocks="from reporting_app.cases import helper", cases__helper=helper) == {CORE}


@pytest.mark.parametrize("outside", some(["sqlite3", "time", "socket", "urllib.request"], 2))
def test_the_core_has_no_database_clock_or_network(copy: Copy, outside: str) -> None:
    assert copy.breach(cases__clocks=PLAIN.format(outside)) == {CORE}


@pytest.mark.parametrize("layer", some("cases statistics storage site noscript admin demo cli".split(), 2))
def test_primitives_stay_in_crypto(copy: Copy, layer: str) -> None:
    line = NACL if layer in ("cases", "site", "demo") else CRYPTOGRAPHY
    assert copy.breach(**{f"{layer}__new": line}) == {PRIMITIVES}


@pytest.mark.parametrize("module", some(["admin__drawing", "cli__new", "statistics__tally"], 1))
def test_noise_is_drawn_in_one_module_only(copy: Copy, module: str) -> None:
    assert copy.breach(**{module: "import opendp.prelude as dp"}) == {NOISE}


def test_nothing_that_the_site_imports_draws_noise(copy: Copy) -> None:
    assert copy.breach(site__statistics="from reporting_app.statistics import noise") == {BARE}


@pytest.mark.parametrize("way", some(WAYS, 1))
def test_primitives_stay_in_crypto_in_any_other_way(copy: Copy, way: str) -> None:
    assert copy.breach(demo__sample=WAYS[way].format("nacl.secret")) == {PRIMITIVES}


def test_primitives_cannot_hide_in_a_module_of_no_layer(copy: Copy) -> None:
    found = copy.breach(cli__keys="import reporting_app.helper", helper="from nacl.secret import SecretBox")
    assert found == {LAYERS, PRIMITIVES}, "and no module stands outside the layers"


def test_crypto_may_use_them(copy: Copy) -> None:
    """The control: the same lines at their right place break nothing."""
    assert copy.breach(crypto__new=f"{NACL}\n{CRYPTOGRAPHY}") == set()


def test_an_import_by_name_is_beyond_the_linter_and_seen_in_what_is_loaded(copy: Copy) -> None:
    hidden = (
        'from importlib import import_module\n\nopener = import_module("reporting_app.crypto.letter_open")'
    )
    with copy.with_lines(site__api=hidden):
        assert copy.broken() == set()
        assert "reporting_app.crypto.letter_open" in copy.loaded_by_the_site()
    loaded = copy.loaded_by_the_site()
    assert "reporting_app.site.api" in loaded
    assert loaded & {f"reporting_app.{name}" for name in NEVER_ON_THE_SITE} == set()


def test_nothing_that_the_site_loads_calls_an_opening_function(copy: Copy) -> None:
    assert copy.openers_called_by_the_site() == OWN_NOTES
    by_hand = (
        "from reporting_app.crypto import aead, kem\n\nopening = (kem.PrivateKey.decapsulate, aead.unseal)"
    )
    with copy.with_lines(site__service=by_hand):
        assert copy.broken() == set(), "an opener written anew is no import"
        by_site = {"reporting_app.site.service": {"decapsulate", "unseal"}}
        assert copy.openers_called_by_the_site() == by_site | OWN_NOTES


def names_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    return attributes | names | imported
