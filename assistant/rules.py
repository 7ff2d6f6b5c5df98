"""What can be refused of a question without a look at stored rows, and when two questions are the same one."""

import hashlib

from assistant.errors import InvalidQuestion
from catalog.queries.words import is_storable

MAX_QUESTION = 9_999  # characters
MAX_EXTERNAL_ID = 200
MAX_EMAIL = 254
MAX_NOTE = 500  # of a thumb
MAX_DELAY = 10  # seconds that a poll may wait


def check_question(*, question: str, external_id: str) -> None:
    """InvalidQuestion for a text, or for an id of a conversation, that is blank or too long."""
    if not question.strip():
        raise InvalidQuestion("question is blank: say what you want to know.")
    if len(question) > MAX_QUESTION:
        raise InvalidQuestion(f"A question has fewer than {MAX_QUESTION + 1:,} characters, not {len(question):,}.")
    check_storable(question)
    if not external_id.strip():
        raise InvalidQuestion("externalConversationId is blank: give each conversation an id of its own.")
    if len(external_id) > MAX_EXTERNAL_ID:
        raise InvalidQuestion(
            f"externalConversationId may have at most {MAX_EXTERNAL_ID} characters, not {len(external_id):,}."
        )
    check_storable(external_id)


def check_storable(text: str) -> None:
    if not is_storable(text):
        raise InvalidQuestion("The text has a character that cannot be stored, such as NUL: leave it out.")


def check_email(email: str) -> None:
    """InvalidQuestion for what is longer than any address; an unknown one is refused by who looks it up."""
    if len(email) > MAX_EMAIL:
        raise InvalidQuestion(f"email may have at most {MAX_EMAIL} characters, not {len(email):,}.")


def check_delay(seconds: int) -> None:
    if not 0 <= seconds <= MAX_DELAY:
        raise InvalidQuestion(f"delaySeconds is 0 to {MAX_DELAY}.")


def fingerprint(question: str) -> str:
    """SHA-256 of the question, in which any blanks are one: what a client sends again is the same."""
    return hashlib.sha256(" ".join(question.split()).encode()).hexdigest()
