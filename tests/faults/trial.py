"""What the tests say when a file of the package has another text: they run on a copy of it, in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
FOLDERS = ("encode", "bounds", "verify", "cases")
TOP = "verify/logbits"
"""What installs as `logbits` itself."""


def file_of(name: str) -> Path:
    """The file of the tests called `name`, in whichever room it is.

    Raises:
        ValueError: unless there is one.
    """
    [found] = TESTS.rglob(f"test_{name}.py")
    return found


def outcome(file: str, text: str, tests: Sequence[str], fuzz: str, seconds: float) -> str:
    """What the tests say when `file` has `text`: "killed", "endless" (they do not end in time) or "survived".

    All of them are asked, the slow ones too; the copy of the package is put on PYTHONPATH. `fuzz` is the number of
    random programs that stand for the differential tests.

    Raises:
        RuntimeError: when pytest ends otherwise than by passing, failing, or not collecting the tests.
    """
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(ROOT / TOP, Path(temporary, "logbits"))
        for folder in FOLDERS:
            into = Path(temporary, "logbits", folder)
            shutil.copytree(ROOT / folder, into, ignore=shutil.ignore_patterns("__pycache__"))
        Path(temporary, "logbits", file).write_text(text, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": temporary, "PYTHONDONTWRITEBYTECODE": "1", "LOGBITS_FUZZ": fuzz}
        paths = [str(file_of(name)) for name in tests]
        options = ["-x", "-q", "-n0", "-m", "slow or not slow", "-p", "no:cacheprovider"]
        pytest = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", *options, *paths],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said, _ = pytest.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return "endless"
        finally:
            with contextlib.suppress(ProcessLookupError):  # what the tests started ends with them
                os.killpg(pytest.pid, signal.SIGKILL)
            pytest.wait()
    if pytest.returncode not in (0, 1, 2):  # passed, failed, could not be collected
        raise RuntimeError(f"{file}: pytest ended with {pytest.returncode}\n{said.decode()}")
    return "survived" if pytest.returncode == 0 else "killed"
