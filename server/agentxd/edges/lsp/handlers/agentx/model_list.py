"""agentx/model/list: which providers can be reached, and what their models are."""

from agentxd_protocol.model import ListModelsParams, ListModelsResult, ModelItem, ProviderItem

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.models import Model
from agentxd.kernel.providers import ProviderReport


async def handle(connection: Connection, params: ListModelsParams) -> ListModelsResult:
    """Ask them all, now."""
    reports = await connection.application.house.models(params.provider)
    return ListModelsResult(providers=[_provider(report) for report in reports])


def _provider(report: ProviderReport) -> ProviderItem:
    return ProviderItem(
        name=report.name,
        is_reachable=report.is_reachable,
        is_set_up=report.is_set_up,
        is_chosen=report.is_chosen,
        url=report.url,
        key_source=report.key_source,
        reason=report.reason,
        next_step=report.next_step,
        models=[_model(model) for model in report.models],
        about=report.about,
        variables=list(report.variables),
        variables_set=list(report.variables_set),
    )


def _model(model: Model) -> ModelItem:
    return ModelItem(
        name=model.name,
        context_tokens=model.context_tokens,
        max_output_tokens=model.max_output_tokens,
        abilities=list(model.can),
        is_priced=model.is_priced,
        input_price=model.price.input,
        output_price=model.price.output,
        cache_read_price=model.price.cache_read,
        cache_write_price=model.price.cache_write,
    )
