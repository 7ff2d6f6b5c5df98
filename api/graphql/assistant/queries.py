"""The AI Assistant, whose engine is not a part of this server yet."""

import strawberry

from api.graphql.assistant.inputs import AddAiAssistantJobInput, JobResultInput
from api.graphql.assistant.types import AddAiAssistantJobOutput, GetAiAssistantJobResultOutput
from api.graphql.errors import NotAvailable


@strawberry.type
class AssistantQueries:
    @strawberry.field
    def add_ai_assistant_job(self, data: AddAiAssistantJobInput) -> AddAiAssistantJobOutput:
        raise NotAvailable("The AI Assistant is not available on this server yet.")

    @strawberry.field
    def get_ai_assistant_job_result(self, data: JobResultInput) -> GetAiAssistantJobResultOutput:
        raise NotAvailable("The AI Assistant is not available on this server yet.")
