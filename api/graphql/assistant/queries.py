"""The AI Assistant, whose engine is not a part of this server yet."""

import strawberry

from api.graphql.assistant.inputs import AddAiAssistantJobInput, JobResultInput
from api.graphql.assistant.types import AddAiAssistantJobOutput, GetAiAssistantJobResultOutput
from api.graphql.errors import NotAvailable


@strawberry.type
class AssistantQueries:
    @strawberry.field
    def add_ai_assistant_job(self, data: AddAiAssistantJobInput) -> AddAiAssistantJobOutput:
        """Asks the AI Assistant a question and answers at once with the id of a job; needs a Read & Write token, and is
        NOT_AVAILABLE where none runs.

        data: The question, and who asks it.
        """
        raise NotAvailable("The AI Assistant is not available on this server yet.")

    @strawberry.field
    def get_ai_assistant_job_result(self, data: JobResultInput) -> GetAiAssistantJobResultOutput:
        """Answers how far a job of the AI Assistant is, and what it found; needs a Read & Write token, and is
        NOT_AVAILABLE where none runs.

        data: The job, and how long to wait for it.
        """
        raise NotAvailable("The AI Assistant is not available on this server yet.")
