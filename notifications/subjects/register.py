"""Every subject, and which one an email is of. A new family of emails is a module beside this one, and a line here."""

from datetime import datetime

from notifications.models import Email
from notifications.subjects.sign_in import PasswordReset, SignInChanges
from notifications.subjects.subject import Context, Subject
from notifications.subjects.tokens import Tokens


class UnknownKind(LookupError):
    """An email of a kind that this version of Catalog does not know: a newer one planned it."""


class Unknown(Subject):
    """Its emails wait for a version of Catalog that knows them."""

    is_secret = True

    def context(self, email: Email, *, now: datetime) -> Context:
        raise UnknownKind(email.kind)

    def refusal(self, email: Email, facts: Context, *, now: datetime) -> Email.State | None:
        return None


SUBJECTS: tuple[Subject, ...] = (Tokens(), PasswordReset(), SignInChanges())
UNKNOWN = Unknown()


def subject_of(email: Email) -> Subject:
    return next((subject for subject in SUBJECTS if email.kind in subject.kinds), UNKNOWN)


def labels() -> dict[str, str]:
    """All kinds, each with its label for operators."""
    return {kind: label for subject in SUBJECTS for kind, label in subject.kinds.items()}
