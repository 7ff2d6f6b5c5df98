import signal
import subprocess
import sys

import psutil
import pytest

from devtools.processes import ServerFailed, serve, stop, wait_until

PARENT = """
import sys, time
from pathlib import Path
from devtools.processes import serve
print(serve(["sleep", "60"], log=Path(sys.argv[1])).pid, flush=True)
time.sleep(60)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path):
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert psutil.wait_procs([child], timeout=60)[1] == []


def test_a_child_that_does_not_listen_is_killed(tmp_path):
    process = serve([sys.executable, "-c", STUBBORN], log=tmp_path / "log")
    wait_until((tmp_path / "log").read_text, process, what="It", log=tmp_path / "log", seconds=60)
    stop(process, seconds=0.2)
    assert process.returncode == -signal.SIGKILL


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path):
    process = serve(["ls", "/nowhere"], log=tmp_path / "log")
    with pytest.raises(ServerFailed, match=r"The page did not start; the end of .*\n.*/nowhere"):
        wait_until(lambda: False, process, what="The page", log=tmp_path / "log", seconds=60)
