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

from importlib.metadata import PackageNotFoundError, version

from logbits.encode.model.build import Builder
from logbits.encode.model.load import load
from logbits.encode.model.rasp import Rasp
from logbits.encode.model.save import save
from logbits.verify.command.api import verify
from logbits.verify.verdict.verdict import Status, Verdict, Witness

try:
    __version__ = version("logbits")
except PackageNotFoundError:  # run from a folder that nobody installed
    __version__ = "unknown"

__all__ = ["Builder", "Rasp", "Status", "Verdict", "Witness", "load", "save", "verify"]
