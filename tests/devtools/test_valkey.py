import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import valkey
from devtools.processes import ServerFailed, stop


def test_it_answers_on_a_socket_that_only_we_may_open(tmp_path):
    folder, path = tmp_path / "data", valkey.socket_path(tmp_path)
    process = valkey.start(folder, path)
    try:
        assert valkey.answers(path)
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(path.stat().st_mode) == 0o700
    finally:
        stop(process)
    assert not valkey.answers(path)


@pytest.fixture
def long_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / ("long" * 40)
    yield folder
    valkey.socket_path(folder).parent.rmdir()


def test_a_long_folder_has_always_the_same_short_private_socket(long_folder):
    path = valkey.socket_path(long_folder)
    assert path == valkey.socket_path(long_folder)
    assert len(bytes(path)) <= valkey.MAX_SOCKET_PATH_BYTES
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_private_folder_that_others_may_enter_is_refused(long_folder):
    private = valkey.socket_path(long_folder).parent
    private.chmod(0o755)
    with pytest.raises(ServerFailed, match="choose a shorter folder"):
        valkey.socket_path(long_folder)
    private.chmod(0o700)
