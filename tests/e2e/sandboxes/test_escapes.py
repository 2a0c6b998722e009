"""Attempts to get out of a sandbox, or to exhaust the host; each is judged by looking at the host.

`exceptions` says on which back ends a line does not hold; docs/sandbox.md shows this table.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from attempts import ATTEMPTS, BACKENDS, Host  # noqa: I001
from conftest import spec_of
from judging import DEAD, IDLE, Bare, findings
from needs import need

from agentxd.plugins.sandboxes.worktree import WorkTree

SHOWN = [attempt for attempt in ATTEMPTS if not attempt.unshown]
pytestmark = pytest.mark.real


@pytest.fixture
def host(tmp_path, workspace):
    found = Host(tmp_path, workspace)
    yield found
    found.close()


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
@pytest.mark.parametrize("sandbox", BACKENDS, indirect=True)
async def test_invariant_9_what_runs_in_a_sandbox_does_not_get_out(sandbox, host, attempt):
    found = await findings(attempt, sandbox, host)
    assert found == [] or sandbox.backend in attempt.exceptions


@pytest.mark.parametrize("attempt", SHOWN, ids=[attempt.name for attempt in SHOWN])
async def test_invariant_9_each_attempt_is_caught_where_nothing_holds_it(workspace, host, attempt):
    if attempt.needs_root:
        need(os.geteuid() == 0, "root, which alone gets that far outside of a sandbox")
    tree = await WorkTree.prepare(await spec_of(workspace))
    bare = Bare(workspace)
    try:
        found = await findings(attempt, bare, host)
    finally:
        bare.close()
        await tree.destroy()
    assert set(found) - {DEAD, IDLE}, "this attempt shows no hole where there is nothing but holes"


def test_there_are_at_least_twenty_five_attempts():
    assert len(SHOWN) >= 25


def test_the_page_shows_every_attempt_and_what_holds():
    page = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
    for attempt in ATTEMPTS:
        cells = ["no" if name in attempt.exceptions else "yes" for name in BACKENDS]
        assert f"| {attempt.name} | {' | '.join(cells)} |" in page
