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
    """An asset that the answer names.

    name: Its path, as it was when the answer was written.
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

    answer: The answer in Markdown, when the job is COMPLETED; a sentence on what to do when it is RETRIES_EXHAUSTED;
        before that an empty text.
    assets: The assets that the answer names, each once, in its order; an empty list while the job is not COMPLETED.
    status: How far the job is; COMPLETED and RETRIES_EXHAUSTED are final, FAILED is not.
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
