"""The TypeScript half of the protocol: its own tests, run by node, and vectors that are up to date."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.client.running import REPOSITORY, RUN

FAILURES = "✖ failing tests:"


def run_node(*arguments: str) -> None:
    """Runs a TypeScript file under node; fails with node's own words."""
    wrapper = REPOSITORY / "tools" / "node"
    command = [str(wrapper) if wrapper.exists() else "node", RUN, *arguments]
    environment = {**os.environ, "NODE_OPTIONS": "--test-reporter=spec"}
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode != 0:
        _, _, failures = done.stdout.rpartition(FAILURES)
        pytest.fail(f"{' '.join(command)}\n{failures}\n{done.stderr}", pytrace=False)


def test_every_vector_gives_what_it_must() -> None:
    run_node("client/test/vectors.test.ts")


def test_libsodium_does_the_same() -> None:
    run_node("client/test/oracle.test.ts")


def test_sealing_keeps_its_promises() -> None:
    run_node("client/test/sealing.test.ts")


def test_a_submission_opens_for_those_who_remain_and_for_nobody_else() -> None:
    run_node("client/test/compose.test.ts")


def test_threads_are_ordered_and_judged() -> None:
    run_node("client/test/thread.test.ts")


def test_the_page_has_the_word_list() -> None:
    run_node("client/test/words.test.ts")


def test_hints_find_what_tells_who_one_is_and_leave_ordinary_sentences_alone() -> None:
    run_node("client/test/hints.test.ts")


def test_words_are_offered_for_what_is_typed_of_a_receipt() -> None:
    run_node("client/test/suggest.test.ts")


def test_regenerating_the_vectors_gives_no_difference() -> None:
    run_node("client/tools/vectors.ts", "--check")
