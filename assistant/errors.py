"""What can go wrong with a question, for doors to translate. No text of an error quotes what somebody asked."""


class AssistantError(Exception):
    """Root of this app's errors; the text is a sentence for the caller."""

    code = "assistant_error"


class InvalidQuestion(AssistantError):
    """What was sent is no question: blank, too long, from nowhere."""

    code = "invalid_input"


class UnknownAsker(AssistantError):
    """Nobody who may ask has this address; somebody suspended, or of another account, is unknown in the same words."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("Nobody in this account who may sign in has this email address.")


class UnknownJob(AssistantError):
    """There is no such job in the caller's account; one that was forgotten is unknown in the same words."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no job with this id: look at the jobId that addAiAssistantJob answered.")


class UnknownConversation(AssistantError):
    """The person has no such conversation; somebody else's is unknown in the same words."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("You have no such conversation.")


class TooManyQuestions(AssistantError):
    """The account has as many questions as it may: waiting at once, or on one day. `retry_after`: seconds."""

    code = "rate_limited"

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NoDraft(AssistantError):
    """A writer can write no answer; the text says why, for a reader. The writer without a model takes over."""

    code = "no_draft"


class LeaseLost(Exception):
    """Somebody else has the job by now: whoever worked on it stops, and writes nothing."""
