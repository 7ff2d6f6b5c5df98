"""Answers of the AI Assistant."""

import strawberry

from api.graphql.enums import JobStatus


@strawberry.type
class ConverseWithAssistantOutput:
    """The ids to find the answer by.

    id: The id of the message that will hold the answer.
    jobId: The id to ask getAiAssistantJobResult for.
    """

    id: str
    job_id: str


@strawberry.type
class AddAiAssistantJobOutput:
    """The job that was started.

    data: The ids of the job and of the answer.
    """

    data: ConverseWithAssistantOutput


@strawberry.type
class AssetWithInternalLink:
    """An asset on which the answer rests.

    internalLink: The address of the asset in Catalog.
    url: The address of the asset in its source, or the internalLink when that is not known.
    """

    id: str
    internal_link: str
    name: str
    url: str


@strawberry.type
class AiAssistantJobResult:
    """How far a job is, and its answer once it is done.

    answer: The answer in words; an empty text while the job is not COMPLETED.
    assets: The assets on which the answer rests; an empty list while the job is not COMPLETED.
    status: How far the job is.
    """

    answer: str
    assets: list[AssetWithInternalLink]
    status: JobStatus


@strawberry.type
class GetAiAssistantJobResultOutput:
    """The state of a job.

    data: How far the job is, and its answer once it is done.
    """

    data: AiAssistantJobResult
