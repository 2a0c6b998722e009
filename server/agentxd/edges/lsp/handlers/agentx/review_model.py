"""agentx/review/model: models read a change, without tools."""

from agentxd_protocol.review import ModelReviewParams, ModelReviewResult

from agentxd.edges.lsp import model_review_mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: ModelReviewParams) -> ModelReviewResult:
    """As long as the models take; a cancel of the request ends every call."""
    wish = model_review_mapping.wish(params)
    return model_review_mapping.answer(await connection.application.model_reviews.review(wish))
