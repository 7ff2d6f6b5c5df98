"""What can go wrong with accounts and people, for doors to translate."""


class AccountError(Exception):
    """Root of this app's errors; the text is a sentence for the person who asked."""

    code = "account_error"


class InvalidAccount(AccountError):
    code = "invalid_account"


class InvalidUser(AccountError):
    code = "invalid_user"
