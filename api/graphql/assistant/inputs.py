"""Questions to the AI Assistant."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    Origin,
)


@strawberry.input
class AddAiAssistantJobInput:
    email: str
    external_conversation_id: str
    question: str
    origin: Origin | None = Origin.API


@strawberry.input
class JobResultInput:
    id: str
    delay_seconds: int | None = UNSET
