"""The writer with a language model: it reads the evidence, may look up more, and answers in blocks of text with refs.

Loaded by workers alone, by its dotted path. What cannot be had in time, or does not pass `checks` a second time, is
NoDraft: the writer without a model takes over.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, Tool, ToolOutput
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from assistant import breaker, exchanges, queue
from assistant.drafts import Draft, Evidence
from assistant.errors import NoDraft
from assistant.models import Job
from assistant.writers import prompts
from assistant.writers.checks import Block, Miss, draft_of
from assistant.writers.given import messages_of
from assistant.writers.phrases import Phrases
from assistant.writers.providers import model_over
from assistant.writers.refs import Refs
from assistant.writers.tools import Tools, in_thread
from assistant.writers.wire import Failed, Wire

logger = logging.getLogger(__name__)

# Of a job, over all its attempts.
MAX_REQUESTS = 6
MAX_TOOL_CALLS = 10
MAX_TOKENS_OUT = 1_500
MAX_SECONDS = 60.0
LEAST_SECONDS = 3.0  # in which a model can say anything
TOOLS = ("search_assets", "get_asset", "list_columns", "lineage", "queries_of")
TOO_MUCH = (UsageLimitExceeded, OutputTokenLimitExceeded, ModelContextWindowExceededError)
# What operators mend without a change of ours: no credit left, no such model or address.
MENDABLE = (ModelQuotaExceededError, ModelNotFoundError)
# A 403 that is about the words of one question says so, in ways that differ by provider.
MODERATED = re.compile(r"moderat|flagged|guardrail|safety|content[ _-]?(?:policy|filter)", re.IGNORECASE)


# A docstring of these would be sent as a description; what a model is told stands in prompts/.
class BlockOutput(BaseModel):
    text: str
    refs: list[str] = []


class AnswerOutput(BaseModel):
    blocks: list[BlockOutput]
    enough: bool


def write(job: Job, evidence: Evidence, deadline: float) -> Draft:
    """The model's answer; `deadline` is of the monotonic clock. Raises NoDraft, with a reason for readers; LeaseLost.

    What the model takes is counted on the job's row, whatever comes of it.
    """
    job.model, job.prompt = settings.ASSISTANT_MODEL, prompts.digest()
    seconds = min(deadline - time.monotonic(), MAX_SECONDS - job.model_ms / 1_000)
    try:
        check_limits(job, seconds=seconds)
        return asyncio.run(Writing(job, evidence).draft(seconds))
    except Failed as failed:
        raise NoDraft(Phrases(evidence.language).because(failed.reason)) from None  # errors may quote people's words


def check_limits(job: Job, *, seconds: float) -> None:
    """Raises Failed when the model is not to be asked."""
    now = timezone.now()
    has_asked_enough = job.requests >= MAX_REQUESTS or job.tokens_in >= settings.ASSISTANT_TOKENS_PER_JOB
    if has_asked_enough or job.tokens_out >= MAX_TOKENS_OUT or seconds < LEAST_SECONDS:
        raise Failed("too_much")
    if exchanges.is_spent(job.account, now=now):
        raise Failed("spent")


class Writing:
    """One attempt at one answer. The agent is its own: threads cannot share one."""

    def __init__(self, job: Job, evidence: Evidence) -> None:
        self.job, self.evidence = job, evidence
        self.refs = Refs(asked=evidence.asked)
        self.tools = Tools(job.account, self.refs, self.tool_step)
        self.wire = Wire(job, self.step)

    def step(self, said: str) -> None:
        queue.go_on(self.job, said, now=timezone.now())

    def tool_step(self, said: str) -> None:
        self.job.tool_calls += 1
        self.step(said)

    async def draft(self, seconds: float) -> Draft:
        try:
            async with asyncio.timeout(seconds), self.agent() as agent:
                given = await self.wire.in_database(messages_of, self.job, self.evidence, self.refs)
                result = await agent.run(message_history=given, usage_limits=self.limits())
        except TimeoutError:
            raise Failed("slow") from None
        except TOO_MUCH:
            raise Failed("too_much") from None
        except ContentFilterError:
            raise Failed("refused") from None
        except (UnexpectedModelBehavior, RecursionError) as error:
            logger.warning("assistant_model_nonsense job=%s error=%s", self.job.pk, type(error).__name__)
            raise Failed("nonsense") from None
        except ModelAPIError as error:
            raise Failed(await self.wire.in_database(self.noted, error)) from None  # or LeaseLost, if that was it
        return result.output

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[Agent[None, Draft]]:
        timeout = settings.ASSISTANT_TIMEOUT
        async with httpx2.AsyncClient(transport=self.wire, follow_redirects=False, timeout=timeout) as client:
            yield Agent(
                model_over(client),
                output_type=ToolOutput(self.checked, name="answer", description=prompts.of_tool("answer")),
                instructions=prompts.rules(),
                tools=[
                    Tool(getattr(self.tools, name), name=name, description=prompts.of_tool(name), sequential=True)
                    for name in TOOLS
                ],
                retries={"tools": 2, "output": 1},
                model_settings=ModelSettings(
                    max_tokens=MAX_TOKENS_OUT - self.job.tokens_out, timeout=timeout, max_retries=0
                ),
            )

    def limits(self) -> UsageLimits:
        """What is left of the job's, of which earlier attempts may have taken some."""
        return UsageLimits(
            request_limit=MAX_REQUESTS - self.job.requests,
            tool_calls_limit=max(MAX_TOOL_CALLS - self.job.tool_calls, 0),
            input_tokens_limit=settings.ASSISTANT_TOKENS_PER_JOB - self.job.tokens_in,
            output_tokens_limit=MAX_TOKENS_OUT - self.job.tokens_out,
        )

    def checked(self, answer: AnswerOutput) -> Draft:
        blocks = [Block(block.text, block.refs) for block in answer.blocks]
        check = in_thread(draft_of)
        self.step("checking the answer")
        try:
            return check(
                blocks,
                enough=answer.enough,
                refs=self.refs,
                account=self.job.account,
                question=self.evidence.question,
            )
        except Miss as miss:
            logger.info("assistant_answer_refused job=%s why=%s", self.job.pk, miss.key)
            raise ModelRetry(prompts.misses()[miss.key].format(what=miss.what)) from None

    def noted(self, error: ModelAPIError) -> str:
        """Tell the breaker and the operators, and say the reason: a provider that is away is left alone."""
        now, began = timezone.now(), self.wire.began or timezone.now()
        outcome = self.wire.outcome
        status = error.status_code if isinstance(error, ModelHTTPError) else int(outcome) if outcome.isdigit() else 0
        logger.warning("assistant_model_failed job=%s outcome=%s", self.job.pk, outcome)
        if isinstance(error, ModelAuthenticationError) and not (status == 403 and is_about_words(error)):
            breaker.note_refusal(str(status), began=began, now=now)
            return "away"
        if isinstance(error, MENDABLE) or 300 <= status < 400:
            breaker.note_failure(str(status), began=began, now=now, asked=error.retry_after, is_fault_of_site=True)
            return "away"
        if status == 429 or status >= 500:
            breaker.note_failure(str(status), began=began, now=now, asked=error.retry_after)
            return "away"
        if outcome in {"no_answer", "timeout"}:
            breaker.note_failure(outcome, began=began, now=now)
            return "slow" if outcome == "timeout" else "away"
        if not status:
            return "nonsense"
        if not is_about_words(error):
            logger.error("assistant_model_rejected job=%s status=%s", self.job.pk, status)
        return "refused"


def is_about_words(error: ModelAPIError) -> bool:
    """Whether the provider refused the words of one question, rather than the site: in the text of its error."""
    return bool(MODERATED.search(str(error.body)))
