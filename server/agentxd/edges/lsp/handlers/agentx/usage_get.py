"""agentx/usage/get: what models cost, by day, role and model."""

import time

from agentxd_protocol.usage import GetUsageParams, GetUsageResult, UsageItem

from agentxd.edges.lsp.connection import Connection
from agentxd.sessions.usage import UsageRow, usage_of


async def handle(connection: Connection, params: GetUsageParams) -> GetUsageResult:
    """The sums of the last days on which a model was called."""
    application = connection.application
    now_ms = time.time_ns() // 1_000_000
    view = usage_of(application.journal.state.spending, now_ms, max(1, params.n_days))
    return GetUsageResult(
        rows=[_item(row) for row in view.rows],
        today_cost_micros=view.today_micros,
        day_ceiling_micros=application.house.settings()[0]["budget_day_cost_micros"],
    )


def _item(row: UsageRow) -> UsageItem:
    usage = row.spent.usage
    return UsageItem(
        day=row.day,
        role=row.role,
        model=row.model,
        n_calls=row.spent.n_calls,
        n_failed=row.spent.n_failed,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cost_micros=usage.cost_micros,
        model_ms=row.spent.model_ms,
    )
