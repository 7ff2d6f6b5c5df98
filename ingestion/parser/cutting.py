"""A text to statements. One that does not parse loses no other.

The text is read into tokens once, and cut at `;`. What does not parse then is cut again, before words that begin a
statement: T-SQL without `;`, bodies of procedures.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from ingestion.parser import limits
from ingestion.parser.limits import TooCostly

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of what it does not know; our answer says so

BEGINNINGS = {
    "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "TRUNCATE", "USE", "EXEC",
    "EXECUTE", "DECLARE", "SET", "IF", "ELSE", "ELSEIF", "WHILE", "BEGIN", "END", "RETURN", "PRINT", "GO",
    "COMMIT", "ROLLBACK", "CALL", "COPY", "LOOP",
}  # fmt: skip
FAULTS = (SqlglotError, TypeError, ValueError, AttributeError, LookupError)  # the parser's own, on odd SQL, among them
PLAIN = Dialect.get_or_raise("")
OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
OPERATORS = {TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.MOD}
STRINGS = {TokenType.STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING}
ENDS_TRIED = 12  # of a statement, each before the next word that may begin another
HEADS = {"ALTER", "BEGIN", "CREATE", "DECLARE", "DO", "FOR", "IF", "LOOP", "WHILE"}  # of what has statements inside
BLOCKS = (exp.Block, exp.IfBlock, exp.LoopBlock, exp.RepeatBlock, exp.WhileBlock)
CONTROL = (exp.Command, exp.Transaction, exp.Commit, exp.Rollback, exp.Column, exp.EndStatement)


@dataclass(frozen=True)
class Piece:
    """A part of a text between two `;`: its statements, or why there are none."""

    statements: Sequence[exp.Expr] = ()
    failed: bool = False
    rescued: bool = False  # it did not parse as one
    too_costly: bool = False

    @property
    def misread(self) -> int:
        """How badly it was understood: 0 when all of it was."""
        if self.failed or self.rescued:
            return 3 if self.failed else 2
        return int(any(isinstance(each, exp.Command) for each in self.statements))


def unwatched(number: int) -> bool:
    """Read everything, at any price."""
    return True


def pieces(sql: str, dialect: Dialect, begun: Callable[[int], bool]) -> Iterator[Piece]:
    """All parts of a text. `begun` is told the number of each, from 1, and says whether it is to be tried."""
    if not begun(0):
        yield Piece(too_costly=True)
        return
    try:
        tokens = dialect.tokenize(sql)
    except TokenError:
        yield Piece(failed=True)
        return
    for number, part in enumerate(parts_of(tokens, batches=isinstance(dialect, TSQL)), 1):
        if begun(number):
            yield piece(part, sql, dialect)
        else:
            yield Piece(too_costly=True)


def parts_of(tokens: Sequence[Token], *, batches: bool) -> Iterator[list[Token]]:
    """Cut at each `;`, and with `batches` at each GO that has a line of its own."""
    part: list[Token] = []
    lines = Counter(token.line for token in tokens) if batches else {}
    for token in tokens:
        is_go = batches and token.text.upper() == "GO" and lines[token.line] == 1
        if token.token_type == TokenType.SEMICOLON or is_go:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def piece(tokens: Sequence[Token], sql: str, dialect: Dialect) -> Piece:
    try:
        check(tokens)
        try:
            statements = parsed(tokens, sql, dialect)
        except ParseError:
            plain = in_plain_sql(tokens, sql)
            statements = [plain] if plain else list(rescued(tokens, sql, dialect))
            return Piece(statements, failed=not statements and not is_control(tokens), rescued=True)
    except (TooCostly, RecursionError, MemoryError):
        return Piece(too_costly=True)
    except FAULTS:
        return Piece(failed=True)
    if any(has_a_body(each) or is_a_head(each, tokens) for each in statements):
        inside = [*in_block(tokens, sql, dialect), *in_strings(tokens, dialect)]
        return Piece(inside or statements, rescued=any(isinstance(each, exp.Command) for each in statements))
    return Piece(statements)


def check(tokens: Sequence[Token]) -> None:
    """Raises TooCostly for what is too long, or opens too many brackets at once."""
    if tokens[-1].end - tokens[0].start >= limits.CHARACTERS:
        raise TooCostly
    depth = 0
    for token in tokens:
        if token.token_type in OPENING:
            depth += 1
            if depth > limits.OPEN_BRACKETS:
                raise TooCostly
        elif token.token_type in CLOSING:
            depth -= 1


def parsed(tokens: Sequence[Token], sql: str, dialect: Dialect) -> list[exp.Expr]:
    """Raises ParseError."""
    try:
        found = dialect.parser().parse(list(tokens), sql)
    except FAULTS as fault:
        plain = list(plainer(tokens))
        if len(plain) == len(tokens):
            raise ParseError(str(fault)) from fault
        found = dialect.parser().parse(plain, sql)
    return [each for each in found if each is not None]


def in_plain_sql(tokens: Sequence[Token], sql: str) -> exp.Expr | None:
    """The same in no dialect, which has the fewest reserved words: `FROM sample` is a table there."""
    text = sql[tokens[0].start : tokens[-1].end + 1]
    if '"' in text:  # a string here, a name there
        return None
    try:
        return whole(PLAIN.tokenize(text), text, PLAIN)
    except TokenError:
        return None


def plainer(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without what the parser does not know and no edge needs: `a += b` of T-SQL as `a = b`, `a (TITLE 'b')` as `a`."""
    place = 0
    while place < len(tokens):
        token, after = tokens[place], tokens[place + 1 : place + 4]
        if token.token_type == TokenType.L_PAREN and is_attribute(after):
            place += 4
            continue
        if token.token_type not in OPERATORS or not after or not follows(after[0], token):
            yield token
        place += 1


def follows(after: Token, token: Token) -> bool:
    """Whether it is the second half of `+=`."""
    return after.token_type == TokenType.EQ and after.start == token.end + 1


def is_attribute(inside: Sequence[Token]) -> bool:
    """Whether brackets hold a phrase of Teradata about how a column is shown, not what it is."""
    return (
        len(inside) == 3
        and inside[0].text.upper() in {"FORMAT", "TITLE"}
        and inside[1].token_type == TokenType.STRING
        and inside[2].token_type == TokenType.R_PAREN
    )


def has_a_body(statement: exp.Expr) -> bool:
    """Whether it is a procedure, or a block, whose statements are what matters."""
    if isinstance(statement, exp.Create):
        return (statement.args.get("kind") or "").upper() in {"PROCEDURE", "FUNCTION", "TRIGGER"}
    if isinstance(statement, exp.Command):
        return str(statement.this).upper() in HEADS
    return isinstance(statement, BLOCKS)


def rescued(tokens: Sequence[Token], sql: str, dialect: Dialect) -> Iterator[exp.Expr]:
    """The statements in what does not parse as one: from each word that may begin one to the first end that parses."""
    begins = [place for place in outside_brackets(tokens) if tokens[place].text.upper() in BEGINNINGS]
    place = 0
    while place < len(begins):
        ends = [*begins[place + 1 :], len(tokens)][:ENDS_TRIED]
        for step, end in enumerate(ends, 1):
            statement = whole(tokens[begins[place] : end], sql, dialect)
            if statement is not None:
                yield statement
                place += step - 1
                break
        else:
            if tokens[begins[place]].text.upper() == "WITH":
                return  # what follows speaks of names that are not tables
        place += 1


def is_a_head(statement: exp.Expr, tokens: Sequence[Token]) -> bool:
    """Whether the parser saw a word, and more follows: BEGIN INSERT …, DO $$ … $$."""
    return isinstance(statement, (exp.Transaction, exp.RawString)) and len(tokens) > 1


def in_block(tokens: Sequence[Token], sql: str, dialect: Dialect) -> Iterator[exp.Expr]:
    """The statements behind the head. Behind a BEGIN the tokenizer may have left a text: `BEGIN INSERT …`."""
    if tokens[0].token_type == TokenType.COMMAND and len(tokens) > 1:
        sql, tokens = tokens[1].text, [tokens[0], *dialect.tokenize(tokens[1].text)]
    yield from rescued(tokens[1:], sql, dialect)


def in_strings(tokens: Sequence[Token], dialect: Dialect) -> Iterator[exp.Expr]:
    """The statements of a function whose body is a string: `AS $$ … $$ LANGUAGE sql`."""
    words = {token.text.upper() for token in tokens}
    if tokens[0].text.upper() != "DO" and ("LANGUAGE" not in words or not words & {"PLPGSQL", "SQL"}):
        return
    if tokens[0].token_type == TokenType.COMMAND:
        tokens = dialect.tokenize(tokens[1].text)
    for token in tokens:
        if token.token_type in STRINGS:
            for inner in pieces(token.text, dialect, unwatched):
                yield from (each for each in inner.statements if not isinstance(each, CONTROL))


def outside_brackets(tokens: Sequence[Token]) -> Iterator[int]:
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth <= 0:
            yield place


def whole(tokens: Sequence[Token], sql: str, dialect: Dialect) -> exp.Expr | None:
    """The statement that these tokens are, None when they are none or only the beginning of one."""
    try:
        found = parsed(tokens, sql, dialect)
    except FAULTS:
        return None
    statement = found[0] if len(found) == 1 else None
    if statement is None or isinstance(statement, CONTROL) or has_a_body(statement) or is_begun(statement):
        return None
    return statement


def is_begun(statement: exp.Expr) -> bool:
    """Whether its grammar lets it end here, and nobody would."""
    if isinstance(statement, exp.Insert):
        return not statement.args.get("expression") and not statement.args.get("default")
    if isinstance(statement, (exp.Update, exp.Select)):
        return not statement.expressions
    if isinstance(statement, exp.Merge):
        thens = [when.args.get("then") for when in statement.args["whens"].expressions]
        return any(then is None or (isinstance(then, exp.Update) and not then.expressions) for then in thens)
    return False


def is_control(tokens: Sequence[Token]) -> bool:
    """Whether it is a word of a procedure alone: END, ELSE, a condition."""
    if not any(character.isalnum() for token in tokens for character in token.text):
        return True  # the `/` after a block of Oracle
    return tokens[0].text.upper() in BEGINNINGS - {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE"}
