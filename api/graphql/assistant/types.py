"""Answers of the AI Assistant."""

import strawberry

from api.graphql.enums import JobStatus


@strawberry.type(description="`id` is the id of the answer message, `jobId` the id to poll.")
class ConverseWithAssistantOutput:
    id: str
    job_id: str


@strawberry.type
class AddAiAssistantJobOutput:
    data: ConverseWithAssistantOutput


@strawberry.type
class AssetWithInternalLink:
    id: str
    internal_link: str
    name: str
    url: str


@strawberry.type(
    description='While unfinished: `answer` is `""`, `assets` is `[]` (H, inferred from the non-null types).'
)
class AiAssistantJobResult:
    answer: str
    assets: list[AssetWithInternalLink]
    status: JobStatus


@strawberry.type
class GetAiAssistantJobResultOutput:
    data: AiAssistantJobResult
