"""Questions to the AI Assistant."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import Origin


@strawberry.input
class AddAiAssistantJobInput:
    """A question to the AI Assistant.

    email: The address of the user who asks, in any case; NOT_FOUND when nobody in the account has it, or they are
        suspended.
    externalConversationId: An id of your own for the conversation, 1 to 200 characters; a question may lean on the
        answers before it.
    question: The question in plain words, fewer than 10,000 characters.
    origin: Where the question comes from, API or DUST; API by default, and the other values are refused.
    """

    email: str
    external_conversation_id: str
    question: str
    origin: Origin | None = Origin.API


@strawberry.input
class JobResultInput:
    """Which job to look at, and how long to wait for it.

    id: The jobId that addAiAssistantJob answered; NOT_FOUND when it is unknown, or was forgotten.
    delaySeconds: How long to wait for a job that is not done, 0 to 10 seconds; the answer comes as soon as it is done.
    """

    id: str
    delay_seconds: int | None = UNSET
