"""What a task and a day cost, in words."""

import time

import pytest
from agentxd_cli.commands import usage
from agentxd_cli.commands.telling import spent

TASK = {
    "inputTokens": 1426,
    "outputTokens": 0,
    "cacheReadTokens": 0,
    "nSteps": 0,
    "modelLabel": "",
    "provider": "anthropic",
    "model": "some-model",
    "costMicros": 0,
    "startedMs": 0,
    "endedMs": 2000,
}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "no finished step of anthropic/some-model, 1,426 tokens in, 0 out, price unknown"),
        ({"provider": "", "model": ""}, "no finished step, 1,426 tokens in, 0 out, $0.0000"),
        ({"costMicros": 4200}, "anthropic/some-model, 1,426 tokens in, 0 out, $0.0042"),
        ({"nSteps": 2, "modelLabel": "ollama/q"}, "2 steps of ollama/q, 1,426 tokens in, 0 out, $"),
        ({"nSteps": 1, "modelLabel": "scripted/x"}, "1 step of scripted/x (played), 1,426"),
    ],
)
def test_what_a_task_cost(more, words):
    assert words in spent({**TASK, **more})


def test_nothing_is_told_where_no_model_was_asked():
    assert spent({**TASK, "inputTokens": 0}) == ""


def test_played_calls_are_not_in_the_sum():
    today = time.strftime("%Y-%m-%d", time.gmtime())
    counts = {"nCalls": 1, "nFailed": 0, "cacheReadTokens": 0, "outputTokens": 1, "modelMs": 5}
    row = {"day": today, "role": "engineer", "inputTokens": 9, **counts}
    rows = [
        {**row, "model": "anthropic/a", "costMicros": 10_000},
        {**row, "model": "scripted/s", "costMicros": 70_000},
        {**row, "model": "own/b", "costMicros": 0},
    ]
    found = {"rows": rows, "todayCostMicros": 80_000, "dayCeilingMicros": 0}
    assert usage.spent_today(found) == "$0.0100 and calls of unknown price"
    cells = [usage.cells(row) for row in rows]
    assert [row[2] for row in cells] == ["anthropic/a", "scripted/s (played)", "own/b"]
    assert [row[-1] for row in cells] == ["$0.0100", "$0.0700", "price unknown"]
