"""What a family of kinds of email has to know; `register.py` lists the families."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from accounts.models import PeopleEvent, User
from notifications.models import Email

Context = Mapping[str, Any]  # of templates
Known = dict[Hashable, Context]  # facts that were read for other emails of the same page: recipients share them


@dataclass(frozen=True, slots=True)
class Copy:
    """One email to write about an event of a person."""

    kind: str
    recipient: User
    address: str = ""  # of an email that must not follow its recipient to another one


class Subject(ABC):
    """Each of its kinds has a folder below `templates/notifications/emails/` with subject.txt, body.txt, body.html."""

    kinds: ClassVar[Mapping[str, str]] = {}  # each with its label for operators
    is_secret: ClassVar[bool] = False  # whoever reads it can sign in: nothing that a provider says of it is kept

    def folder(self, kind: str) -> str:
        """Where the templates are."""
        return kind

    def facts(self, email: Email, *, now: datetime, known: Known) -> Context:
        """What `refusal` or the templates need and takes queries; read when the email is about to leave.

        What is the same for other emails is kept in `known`, and read from there.
        """
        return {}

    @abstractmethod
    def context(self, email: Email, *, now: datetime) -> Context:
        """What else the templates are given: the same at every attempt, as far as the rows are; names on one line."""

    @abstractmethod
    def refusal(self, email: Email, facts: Context, *, now: datetime) -> Email.State | None:
        """Why the email must not leave at this moment, as the state that it gets; None when it is still owed."""

    def recipients(self, event: PeopleEvent) -> Sequence[Copy]:
        """Who is told of what happened to a person, once."""
        return ()

    def plan(self, now: datetime) -> int:
        """Write rows for what is no event of a person, every few seconds; returns how many."""
        return 0
