"""Is O(log n)-bit arithmetic enough for a transformer, on every word up to length N?

    from logbits import Builder, verify

    t = Builder("more-b-than-a", "ab")
    program = t.accept(t.uniform(t.symbol("b")) - "1/2")

    verdict = verify(program, n=64, bits=8)
    print(verdict)              # VERIFIED, REFUTED with a shortest word, or UNKNOWN with the reason
    verdict.verified            # a verdict is not a bool: ask it

    verify      whether a program, computed in few bits, agrees with its exact run on every word of length 1..n
    Verdict     what `verify` returns; `Status` is VERIFIED, REFUTED, UNKNOWN or ERROR, `Witness` a word that breaks it
    Builder     a transformer, operation by operation: embeddings, affine maps, heads, comparisons, tables
    Rasp        the same in RASP: select, aggregate, selector_width
    load, save  a program from a file (JSON, or safetensors with a configuration), and into one

On the command line it is `verify-precision`. What a verdict means is said in docs/semantics.md of the repository.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# The folder verify/ is a package here, and its name that of a function. Once it is loaded Python does not set the name
# again, so that it can be taken back; and nothing else is loaded before it is asked for, as each child process would.
import logbits.verify  # pyright: ignore[reportUnusedImport]

if TYPE_CHECKING:
    from logbits.encode.model.build import Builder
    from logbits.encode.model.load import load
    from logbits.encode.model.rasp import Rasp
    from logbits.encode.model.save import save
    from logbits.verify.command.api import verify
    from logbits.verify.verdict.verdict import Status, Verdict, Witness

    __version__: str
else:
    del logbits, verify

__all__ = ["Builder", "Rasp", "Status", "Verdict", "Witness", "load", "save", "verify"]

_HOMES = {
    "Builder": "encode.model.build",
    "Rasp": "encode.model.rasp",
    "Status": "verify.verdict.verdict",
    "Verdict": "verify.verdict.verdict",
    "Witness": "verify.verdict.verdict",
    "load": "encode.model.load",
    "save": "encode.model.save",
    "verify": "verify.command.api",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        found: object = _version()
    elif name in _HOMES:
        found = getattr(import_module(f"logbits.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"logbits has no {name!r}: there are {', '.join(__all__)} and __version__")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("logbits")
    except PackageNotFoundError:  # run from a folder that nobody installed
        return "unknown"
