"""What a language model has before it says anything: the question, and, as the result of a first search, the evidence.

So everything of the catalog, and what was said before, reaches it as data in the result of a tool, never as our words.
"""

import json
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart, UserPromptPart

from assistant.drafts import Evidence
from assistant.models import Job
from assistant.writers.cards import card, clean, fitting, short_card
from assistant.writers.refs import Refs

MAX_EVIDENCE = 12_000  # characters of JSON
MAX_FULL = 4  # assets of which all is told; of the others a line, for more there are tools
MAX_EARLIER = 6  # exchanges of the conversation
MAX_EARLIER_TEXT = 8_000  # characters of them
MAX_QUESTION = 4_000
TOOL, CALL = "search_assets", "given"


def messages_of(job: Job, evidence: Evidence, refs: Refs) -> list[ModelMessage]:
    asked = clean({"question": evidence.question[:MAX_QUESTION], "language": evidence.language})
    call = ToolCallPart(TOOL, {"words": str(asked["question"])[:300]}, tool_call_id=CALL)
    return [
        ModelRequest([UserPromptPart(json.dumps(asked, ensure_ascii=False))]),
        ModelResponse([call]),
        ModelRequest([ToolReturnPart(TOOL, told(job, evidence, refs), tool_call_id=CALL)]),
    ]


def told(job: Job, evidence: Evidence, refs: Refs) -> str:
    """The evidence as JSON; assets that find no room are left out, the last first."""
    best, others = evidence.candidates[:MAX_FULL], evidence.candidates[MAX_FULL:]
    earlier = earlier_exchanges(job)
    return fitting(
        refs,
        "found",
        [*(card(refs, one) for one in best), *(short_card(refs, one) for one in others)],
        longest=MAX_EVIDENCE + len(json.dumps(earlier, ensure_ascii=False)),
        counts=[{"number": one.number, "of_kind": one.what, "in": one.of} for one in evidence.counts],
        unknown_words=evidence.unknown,
        earlier_exchanges=earlier,
    )


def earlier_exchanges(job: Job) -> list[dict[str, Any]]:
    """The last of the conversation, the oldest first; MAX_EARLIER_TEXT characters at most."""
    before = Job.objects.filter(conversation=job.conversation_id, state=Job.State.COMPLETED).exclude(pk=job.pk)
    exchanges: list[dict[str, Any]] = []
    left = MAX_EARLIER_TEXT
    for question, answer in before.order_by("-created_at", "-pk").values_list("question", "answer")[:MAX_EARLIER]:
        exchange = clean({"question": question[:MAX_QUESTION], "answer": answer})
        left -= sum(map(len, exchange.values()))
        if left < 0:
            break
        exchanges.insert(0, exchange)
    return exchanges
