"""Vectors of a model that Ollama serves, on the official SDK."""

import os
from collections.abc import Sequence
from contextlib import closing

import httpx
import ollama

from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.remote import connected, waits_s
from agentxd.plugins.embedders.remote_troubles import Place, told

DEFAULT_MODEL = "nomic-embed-text"
DEFAULT_URL = "http://127.0.0.1:11434"


class OllamaServer:
    """One model on one server."""

    vendor = "ollama"

    def __init__(self, settings: EmbedderSettings, url: str, key: str) -> None:
        self.model = settings.model or DEFAULT_MODEL
        self.url = url
        self._place = Place(self.vendor, self.model, url, key)
        self._headers = {"authorization": f"Bearer {key}"} if key else None
        self._timeout_s = settings.timeout_s

    def embed(self, texts: Sequence[str], *, is_query: bool) -> Sequence[Sequence[float]]:
        """One row for each text. Raises TroubleError."""
        timeout_s, connect_s = waits_s(self._timeout_s, is_query=is_query)
        timeout = httpx.Timeout(timeout_s, connect=connect_s)
        client = ollama.Client(self.url, timeout=timeout, headers=self._headers)
        try:
            with closing(client):
                return client.embed(self.model, list(texts), truncate=True).embeddings
        except ollama.ResponseError as error:
            answer = getattr(error.__context__, "response", None)
            words = told(error.error)
            raise self._place.of_status(
                error.status_code, words, getattr(answer, "headers", None)
            ) from error
        except (httpx.HTTPError, ConnectionError) as error:
            raise self._place.of_network(error) from error
        except Exception as error:  # JSON, UTF-8, pydantic's, and what the SDK trips over
            raise self._place.malformed(f"{type(error).__name__}: {error}") from error


def make(settings: EmbedderSettings) -> Embedder:
    """The embedder; asks the server for its dimensions. Raises EmbedderError."""
    url = settings.url or os.environ.get("OLLAMA_HOST", "") or DEFAULT_URL
    if "://" not in url:
        url = f"http://{url}"
    key = settings.key or os.environ.get("OLLAMA_API_KEY", "").strip()
    try:
        httpx.URL(url)
    except httpx.InvalidURL as error:
        raise EmbedderError(
            f"The address of the embedder ollama is none: {error}",
            "agentxd config set --scope user index_embedder_url URL",
        ) from error
    return connected(OllamaServer(settings, url, key))
