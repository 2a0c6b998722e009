"""Talking to models: what AgentX adds to a token, a prompt and a step, on the loopback server."""

from collections.abc import Sequence

from tests.bench import model_streams, model_tasks
from tests.bench.measure import Row


def bench() -> Sequence[Row]:
    """All of it; the tasks first, while this process holds no SDK."""
    tasks = model_tasks.rows()
    return [*model_streams.rows(), *tasks]
