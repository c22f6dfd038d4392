"""`make run` on a folder that another version left behind says what to do, and leaves the folder alone."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from reporting_app.cli.main import main
from reporting_app.crypto.encoding import canonical
from tests.deployment import make_world


def test_a_demo_of_another_version_is_named_and_not_touched(tmp_path: Path) -> None:
    world, folder = make_world(), tmp_path / "instance"
    (folder / "keys").mkdir(parents=True)
    (folder / "demo-passphrases.json").write_text("{}")
    # As version 0.1.0 had it: one signed document with all texts.
    old = {"body": {**world.deployment.body, **world.content}, "signatures": []}
    (folder / "keys" / "deployment.json").write_bytes(canonical(old))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = CliRunner().invoke(main, ["demo", "--data", str(folder)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), "no trace"
    assert str(folder) in result.output
    assert "remove that folder" in result.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
