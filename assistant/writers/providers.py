"""The language model of ASSISTANT_MODEL over a client of ours; its address and its key are those of the settings alone.

All but Anthropic's are asked by OpenAI's chat completions, which other servers speak as well.
"""

from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from pydantic_ai.models import Model
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

OPENAI = "api.openai.com"
NO_KEY = "none"  # servers in a private network often want none; the libraries do


def model_over(client: httpx2.AsyncClient) -> Model:
    provider, _, name = settings.ASSISTANT_MODEL.partition(":")
    url, key = settings.ASSISTANT_BASE_URL, settings.ASSISTANT_API_KEY or NO_KEY
    if provider == "anthropic":
        return anthropic(name, url, key, client)
    if provider == "ollama":
        return OllamaModel(name, provider=OllamaProvider(base_url=url, api_key=key, http_client=client))
    if provider == "azure" or urlsplit(url).hostname == OPENAI:
        return OpenAIChatModel(name, provider=OpenAIProvider(base_url=url, api_key=key, http_client=client))
    other = OpenAICompatibleProvider("openai-compatible", base_url=url, api_key=key, http_client=client)
    return OpenAIChatModel(name, provider=other)


def anthropic(name: str, url: str, key: str, client: httpx2.AsyncClient) -> Model:
    """Its library is not locked, since few want it."""
    try:
        model = import_string("pydantic_ai.models.anthropic.AnthropicModel")
        provider = import_string("pydantic_ai.providers.anthropic.AnthropicProvider")
    except ImportError:
        raise ImproperlyConfigured(
            "ASSISTANT_MODEL: anthropic:… needs `pip install anthropic` in the workers"
        ) from None
    made: Model = model(name, provider=provider(base_url=url, api_key=key, http_client=client))
    return made
