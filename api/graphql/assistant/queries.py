"""The AI Assistant: a question becomes a job, and a worker answers it."""

import strawberry

from api.graphql.assistant.inputs import AddAiAssistantJobInput, JobResultInput
from api.graphql.assistant.types import (
    AddAiAssistantJobOutput,
    AiAssistantJobResult,
    AssetWithInternalLink,
    ConverseWithAssistantOutput,
    GetAiAssistantJobResultOutput,
)
from api.graphql.context import Info, checked
from api.graphql.enums import JobStatus, Origin
from assistant import results, services


@strawberry.type
class AssistantQueries:
    @strawberry.field
    def add_ai_assistant_job(self, info: Info, data: AddAiAssistantJobInput) -> AddAiAssistantJobOutput:
        """Asks the AI Assistant a question and answers at once with the id of a job, that of an equal question of the
        same conversation if one is not answered yet; needs a Read & Write token.

        data: The question, and who asks it.
        """
        asked = checked(info).given
        job = services.add_job(
            info.context.account,
            question=asked["question"],
            email=asked["email"],
            external_id=asked["external_conversation_id"],
            origin=(asked.get("origin") or Origin.API).value,
            by=info.context.actor,
            now=info.context.now,
        )
        return AddAiAssistantJobOutput(data=ConverseWithAssistantOutput(id=str(job.message_id), job_id=str(job.pk)))

    @strawberry.field
    def get_ai_assistant_job_result(self, info: Info, data: JobResultInput) -> GetAiAssistantJobResultOutput:
        """Answers how far a job of the AI Assistant is, and what it found; needs a Read & Write token.

        data: The job, and how long to wait for it.
        """
        job = results.job_of(info.context.account, checked(info).given["id"], now=info.context.now)
        assets = [
            AssetWithInternalLink(id=str(one.id), internal_link=one.internal_link, name=one.name, url=one.url)
            for one in results.cited_assets(job)
        ]
        result = AiAssistantJobResult(answer=job.answer, assets=assets, status=JobStatus(job.state))
        return GetAiAssistantJobResultOutput(data=result)
