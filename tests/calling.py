"""Programs that call the API of a running server, many times and side by side."""

import http.client
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

Call = tuple[str, str]  # the token's text, the User-Agent


class Caller:
    """One program with a connection that it keeps."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def call(self, value: str, client: str = "curl/8.1") -> http.client.HTTPResponse:
        """The answer, read to its end."""
        headers = {"Authorization": f"Bearer {value}", "User-Agent": client}
        self.connection.request("GET", "/api/v1/token", headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer


def statuses(port: int, calls: Iterable[Call]) -> Counter[tuple[str, int]]:
    """How often each token got each status, one call after the other."""
    caller = Caller(port)
    return Counter((value, caller.call(value, client).status) for value, client in calls)


def at_once(port: int, shares: Iterable[Iterable[Call]]) -> Counter[tuple[str, int]]:
    """The same for programs that run side by side, one for each share of the calls."""
    everybody = list(shares)
    with ThreadPoolExecutor(len(everybody)) as pool:
        return sum(pool.map(lambda calls: statuses(port, calls), everybody), Counter())
