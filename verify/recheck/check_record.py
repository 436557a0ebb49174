"""The child process in which a record is checked: `python -m logbits.verify.recheck.check_record`.

One frame in (JSON: place, listed, seconds, memory, models), one frame out, the result. A record may be anything: what
it takes to read it is taken here, where memory and time have limits. Questions and proofs have children of their own.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType

from ..request.identity import Given
from ..solver.child import read_frame, settle, write_frame
from .claimfile import program_of
from .examine import examine


def _end(number: int, frame: FrameType | None) -> None:
    """Ends this process, and on the way out its children."""
    sys.exit()


def main() -> None:
    """Checks the one record that is named on standard input."""
    source, out = settle()
    signal.signal(signal.SIGTERM, _end)
    frame = read_frame(source)
    if frame is None:
        return
    request = json.loads(frame)
    models = [Given(each["name"], program_of(each["program"])) for each in request["models"]]
    result = examine(Path(request["place"]), request["listed"], request["seconds"], request["memory"], models)
    write_frame(out, json.dumps(result.data()).encode())


if __name__ == "__main__":
    main()
