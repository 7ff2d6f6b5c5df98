"""What can go wrong with accounts and people, for doors to translate."""


class AccountError(Exception):
    """Root of this app's errors; the text is a sentence for the person who asked."""

    code = "account_error"


class InvalidAccount(AccountError):
    code = "invalid_account"


class InvalidUser(AccountError):
    code = "invalid_user"


class ChangedMeanwhile(AccountError):
    """Somebody changed the row since it was shown, so nothing was done."""

    code = "changed_meanwhile"


class InvalidTeam(AccountError):
    code = "invalid_input"


class UnknownTeam(AccountError):
    """There is no such team in the caller's account; another account's is unknown in the same words."""

    code = "not_found"


class UnknownUser(AccountError):
    """Nobody in the caller's account has such an address."""

    code = "not_found"


class SignInsEnded(AccountError):
    """The person was suspended, or ended otherwise, since the request began: nothing of theirs is changed by it."""

    code = "sign_ins_ended"
