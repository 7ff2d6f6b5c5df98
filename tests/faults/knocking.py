"""One of several programs that call with tokens while those are replaced; prints what it saw as JSON lines.

    python -m tests.faults.knocking FOLDER SECONDS PORT…

Each file of the folder holds the current value of an account's token and the one before it. A line is a call: the
public id, when it began and ended (seconds of CLOCK_MONOTONIC, which all processes of a machine share), its status.
"""

import http.client
import json
import random
import sys
import time
from pathlib import Path

from tokens import keys


def main(folder: Path, seconds: float, ports: list[int]) -> None:
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
    files = sorted(folder.glob("*.values"))
    stop = time.monotonic() + seconds
    while (began := time.monotonic()) < stop:
        value = random.choice(random.choice(files).read_text().split())
        status = knock(random.choice(connections), value)
        sys.stdout.write(json.dumps([keys.parse(value).public_id, began, time.monotonic(), status]) + "\n")


def knock(connection: http.client.HTTPConnection, value: str) -> int:
    """405 for a token that was let in, for nothing answers POST there; 0 when the connection broke."""
    try:
        connection.request("POST", "/api/v1/token", headers={"Authorization": f"Bearer {value}"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), [int(port) for port in sys.argv[3:]])
