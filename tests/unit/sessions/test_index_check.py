"""The doctor's line on the index."""

import pytest
from agentxd.kernel.index import IndexStatus
from agentxd.sessions.application import Check
from agentxd.sessions.index_check import index_check

FULL = {"n_files": 2_818, "n_files_done": 2_818, "bytes": 84_300_000, "embedder": "static-1"}
CHECKS = {
    "ready": (
        {"state": "ready", **FULL},
        Check("index", "ok", "ready, 2,818 files, 84.3 MB, embedder static-1"),
    ),
    "half": (
        {"state": "reading", **FULL, "n_files_done": 9, "embedder": ""},
        Check("index", "ok", "reading, 9 of 2,818 files, 84.3 MB, no embedder"),
    ),
    "before the first question": (
        {"state": "starting", "message": "it starts with the first question"},
        Check("index", "ok", "starting (it starts with the first question)"),
    ),
    "off": (
        {"state": "off", "message": "It is off.", "next_step": "switch it on"},
        Check("index", "ok", "off (It is off)", "switch it on"),
    ),
    "paused": (
        {"state": "paused", "n_files": 1, "n_files_done": 1, "embedder": "static-1"},
        Check(
            "index", "warning", "paused, 1 file, 0.0 MB, embedder static-1", "agentxd index resume"
        ),
    ),
    "failed": (
        {"state": "failed", "message": "It ended.", "next_step": "rebuild it"},
        Check("index", "warning", "failed (It ended)", "rebuild it"),
    ),
}


@pytest.mark.parametrize(("fields", "wanted"), CHECKS.values(), ids=CHECKS)
def test_the_line(fields, wanted):
    assert index_check(IndexStatus(**fields)) == wanted
