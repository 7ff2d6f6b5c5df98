"""What a question to the search in queries may be."""

from catalog.errors import InvalidInput

MOST_WORDS = 256
QUESTION_LENGTH = 1_024  # characters


def check_question(question: str) -> None:
    """InvalidInput for more than 256 words or 1,024 characters."""
    if len(question) > QUESTION_LENGTH:
        raise InvalidInput(f"The question may have at most {QUESTION_LENGTH:,} characters, not {len(question):,}.")
    if (words := len(question.split())) > MOST_WORDS:
        raise InvalidInput(f"The question may have at most {MOST_WORDS} words, not {words}.")
