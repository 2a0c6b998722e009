"""What the server tells about its models, asked by GET or, with Ollama, by POST."""

from dataclasses import dataclass

from loopback.answers import Json
from loopback.http import Request
from loopback.wires.base import CREATED_S, estimate
from loopback.wires.ollama import CREATED

OLLAMA_VERSION = "0.13.5"


@dataclass(frozen=True)
class Model:
    """One model on offer."""

    name: str
    window: int = 40_960
    """Tokens."""
    capabilities: tuple[str, ...] = ("completion", "tools", "thinking")
    """In Ollama's words."""


MODELS = (Model("claude-loopback", 200_000), Model("gpt-loopback", 400_000), Model("qwen3:8b"))


def told(request: Request, models: tuple[Model, ...]) -> tuple[int, Json] | None:
    """Status and body for a question about models, None where it is none."""
    path = request.path.removesuffix("/")
    if path.startswith("/v1/models/"):
        return one(path.removeprefix("/v1/models/"), request, models)
    if path == "/api/show":
        return show(request, models)
    found = {
        "/v1/messages/count_tokens": lambda: {"input_tokens": estimate(request.content.decode())},
        "/v1/models": lambda: listed(request, models),
        "/api/version": lambda: {"version": OLLAMA_VERSION},
        "/api/tags": lambda: {"models": [tag(model) for model in models]},
        "/api/ps": lambda: {"models": [running(model) for model in models]},
    }.get(path)
    return (200, found()) if found else None


def listed(request: Request, models: tuple[Model, ...]) -> Json:
    """All of them, as the vendor writes it whose client asks."""
    is_anthropic = "anthropic-version" in request.headers
    return anthropic_list(models) if is_anthropic else openai_list(models)


def one(name: str, request: Request, models: tuple[Model, ...]) -> tuple[int, Json]:
    """One model of `/v1/models`."""
    is_anthropic = "anthropic-version" in request.headers
    for model in models:
        if model.name == name:
            return 200, anthropic_model(model) if is_anthropic else openai_model(model)
    words = f"The model '{name}' does not exist"
    if is_anthropic:
        return 404, {"type": "error", "error": {"type": "not_found_error", "message": words}}
    error = {"type": "invalid_request_error", "param": "model", "code": "model_not_found"}
    return 404, {"error": {"message": words, **error}}


def anthropic_list(models: tuple[Model, ...]) -> Json:
    """A page with all of them."""
    names = [model.name for model in models]
    first, last = (names[0], names[-1]) if names else (None, None)
    data = [anthropic_model(model) for model in models]
    return {"data": data, "has_more": False, "first_id": first, "last_id": last}


def anthropic_model(model: Model) -> Json:
    """One of them."""
    return {
        "type": "model",
        "id": model.name,
        "display_name": model.name,
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": model.window,
        "max_tokens": 64_000,
    }


def openai_list(models: tuple[Model, ...]) -> Json:
    """All of them."""
    return {"object": "list", "data": [openai_model(model) for model in models]}


def openai_model(model: Model) -> Json:
    """One of them."""
    shared = {"object": "model", "created": CREATED_S, "owned_by": "loopback"}
    return {"id": model.name, **shared}


def tag(model: Model) -> Json:
    """One line of `ollama list`."""
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": CREATED,
        "size": 5_225_388_164,
        "digest": "500a1f067a9f782620b40bee6f7b0c89e17ae61f686b92c24933e4ca4b2b8b41",
        "details": details(),
    }


def running(model: Model) -> Json:
    """One line of `ollama ps`."""
    more = {"expires_at": CREATED, "size_vram": 5_225_388_164}
    return {**tag(model), **more, "context_length": model.window}


def details() -> Json:
    """The family and size."""
    return {
        "parent_model": "",
        "format": "gguf",
        "family": "qwen3",
        "families": ["qwen3"],
        "parameter_size": "8.2B",
        "quantization_level": "Q4_K_M",
    }


def show(request: Request, models: tuple[Model, ...]) -> tuple[int, Json]:
    """Everything about one model."""
    body = request.body or {}
    name = body.get("model") or body.get("name")
    for model in models:
        if model.name == name:
            return 200, shown(model)
    return 404, {"error": f"model '{name}' not found"}


def shown(model: Model) -> Json:
    """The answer to `/api/show`."""
    return {
        "license": "Apache License 2.0",
        "modelfile": f"FROM {model.name}\n",
        "parameters": "temperature                    0.6",
        "template": "{{ .Prompt }}",
        "details": details(),
        "model_info": {
            "general.architecture": "qwen3",
            "general.parameter_count": 8_190_735_360,
            "qwen3.context_length": model.window,
            "qwen3.embedding_length": 4096,
        },
        "capabilities": list(model.capabilities),
        "modified_at": CREATED,
    }
