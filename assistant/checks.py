"""What `manage.py check` says about the assistant's language model; most of it with `--deploy`."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution

LONGEST_TRACE = 30  # days


@register(Tags.security, deploy=True)
def a_key_opens_a_model(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    if settings.ASSISTANT_MODEL or not settings.ASSISTANT_API_KEY:
        return []
    hint = "Set ASSISTANT_MODEL as well, or take the key away."
    return [Caution("There is a key for a language model, and no model.", hint=hint, id="assistant.W001")]


@register(Tags.security, deploy=True)
def exchanges_are_forgotten(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    if settings.ASSISTANT_TRACE_DAYS <= LONGEST_TRACE:
        return []
    text = "What was asked, and what was sent to the language model, is kept for longer than a month."
    return [Caution(text, hint=f"Set ASSISTANT_TRACE_DAYS to {LONGEST_TRACE} or less.", id="assistant.W002")]


@register(Tags.compatibility)
def the_libraries_are_here(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Said by every command, and by workers when they start. Looked for, not imported: web processes never do that."""
    if not settings.ASSISTANT_MODEL:
        return []
    provider = settings.ASSISTANT_MODEL.partition(":")[0]
    needed = ["pydantic_ai", "openai", *(["anthropic"] if provider == "anthropic" else [])]
    missing = ", ".join(name for name in needed if find_spec(name) is None)
    if not missing:
        return []
    hint = "Install requirements/assistant.txt where the assistant's workers run; see docs/deploy.md."
    return [Caution(f"ASSISTANT_MODEL needs packages that are not here: {missing}.", hint=hint, id="assistant.W003")]
