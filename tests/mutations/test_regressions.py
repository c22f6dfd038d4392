"""The tests guard what they say they guard: each deliberate regression makes one of them fail.

The regressions are made in copies; in the working tree nothing is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutations.of_browser_and_site import BROWSER_AND_SITE
from tests.mutations.of_core_and_panel import CORE_AND_PANEL
from tests.mutations.of_statistics import STATISTICS
from tests.mutations.regression import Regression

ROOT = Path(__file__).resolve().parents[2]
BUILT = ("reporting_app/site/static", "reporting_app/admin/static")
TRANSLATED = "reporting_app/*/translations/*/LC_MESSAGES/*.mo"
SOME_TESTS_FAILED = 1
REGRESSIONS = BROWSER_AND_SITE + CORE_AND_PANEL + STATISTICS


@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda one: one.name)
def test_every_regression_would_still_break_something(regression: Regression) -> None:
    text = (ROOT / regression.file).read_text("utf-8")
    assert text.count(regression.old) == 1, "the code has changed: say the regression anew"
    assert regression.old != regression.new
    for test in regression.tests:
        assert (ROOT / test.partition("::")[0]).exists()


@pytest.fixture(scope="module")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree with what was built of it."""
    copy = tmp_path_factory.mktemp("tree")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    built = [file for folder in BUILT for file in (ROOT / folder).rglob("*") if file.is_file()]
    for file in [*(ROOT / name for name in names if name), *built, *ROOT.glob(TRANSLATED)]:
        if file.is_file():
            there = copy / file.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, there)
    (copy / "client" / "node_modules").symlink_to(ROOT / "client" / "node_modules")
    # Where an installed package would find its templates: else it finds those of the working tree.
    (copy / "reporting_app_templates").symlink_to(copy / "templates")
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


@pytest.mark.long
@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda one: one.name)
def test_a_regression_is_noticed(clean_copy: Path, regression: Regression) -> None:
    file = clean_copy / regression.file
    before = file.read_text("utf-8")
    file.write_text(before.replace(regression.old, regression.new), "utf-8")
    try:
        done = _run(clean_copy, *regression.tests)
    finally:
        file.write_text(before, "utf-8")
    assert done.returncode == SOME_TESTS_FAILED, f"no test noticed\n{done.stdout[-3000:]}\n{done.stderr}"


@pytest.mark.long
def test_without_a_regression_the_same_tests_pass(clean_copy: Path) -> None:
    tests = sorted({test for regression in REGRESSIONS for test in regression.tests})
    done = _run(clean_copy, *tests)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr}"


def _run(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-x", "-m", "not long", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
