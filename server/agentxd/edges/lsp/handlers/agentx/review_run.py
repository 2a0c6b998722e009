"""agentx/review/run: what rules find in a change."""

from agentxd_protocol.inspection import RunReviewParams, RunReviewResult

from agentxd.edges.lsp import inspection_mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: RunReviewParams) -> RunReviewResult:
    """Review it now."""
    application = connection.application
    floor = application.house.settings()[0]["review_min_severity"]
    request = inspection_mapping.request_of(params, application.house.root, floor)
    review = await application.inspecting.run(request, is_shown=params.is_shown)
    return inspection_mapping.review_of(review)
