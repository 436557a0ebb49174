"""The trusted files in which faults are generated, and the quick tests that are asked about each."""

from __future__ import annotations

from functools import cache

from faults.listed import read

TRUSTED = (
    "encode/term/terms.py",
    "encode/term/unroll.py",
    "encode/circuit/bits.py",
    "encode/circuit/circuit.py",
    "encode/term/ranges.py",
    "encode/arithmetic/twin.py",
    "encode/number/rounding.py",
    "encode/arithmetic/scales.py",
    "encode/number/rational.py",
    "encode/program/position.py",
    "encode/circuit/smtlib.py",
    "encode/program/program.py",
    "encode/circuit/words.py",
    "encode/circuit/aig.py",
    "encode/circuit/blast.py",
    "encode/circuit/tseitin.py",
    "encode/circuit/cnf.py",
    "encode/integer/ratio.py",
    "encode/integer/symbolic.py",
    "encode/integer/script.py",
    "encode/arithmetic/intervals.py",
    "encode/arithmetic/storage.py",
    "encode/arithmetic/parameters.py",
    "encode/model/textbook.py",
    "encode/claim/kind.py",
    "bounds/reduce/functions.py",
    "bounds/reduce/logic.py",
    "bounds/reduce/thresholds.py",
    "bounds/reduce/attention.py",
    "bounds/reduce/reduce.py",
    "bounds/count/run.py",
    "bounds/count/monotone.py",
    "bounds/count/parametric.py",
    "bounds/count/symbolic_run.py",
    "bounds/count/idle.py",
    "bounds/reduce/dominance.py",
    "bounds/reduce/around.py",
    "bounds/reduce/ranks.py",
    "verify/question/question.py",
    "verify/decide/counting.py",
    "verify/decide/counts.py",
    "verify/decide/terms.py",
    "verify/decide/worker.py",
    "encode/claim/assumption.py",
    "verify/solver/solve.py",
    "verify/solver/ask.py",
    "verify/engine/engine.py",
    "verify/question/simulation.py",
    "verify/decide/decide.py",
    "verify/solver/opinions.py",
    "verify/proof/proving.py",
    "verify/recheck/recheck.py",
    "verify/decide/together.py",
    "verify/verdict/verdict.py",
    "verify/question/agreement.py",
    "encode/claim/output.py",
    "verify/decide/exhaustion.py",
    "encode/number/mean.py",
    "encode/arithmetic/format.py",
    "encode/claim/claim.py",
    "verify/question/workspace.py",
    "verify/reference/pair.py",
    "verify/reference/reading.py",
    "verify/decide/ways.py",
    "verify/decide/narrowing.py",
    "verify/decide/solving.py",
    "verify/engine/ledger.py",
    "verify/engine/row.py",
)

MORE = {
    "encode/number/rational.py": ("rational", "rounding", "scales"),
    "encode/program/position.py": ("position",),
    "encode/program/program.py": ("program", "counts"),
    "encode/term/terms.py": ("layers",),
    "encode/term/unroll.py": ("layers", "range", "question"),
    "encode/arithmetic/twin.py": ("layers",),
    "encode/circuit/circuit.py": ("bits",),
    "bounds/reduce/functions.py": ("layers", "attention"),
    "bounds/reduce/reduce.py": ("layers",),
    "verify/decide/counting.py": ("counts",),
    "verify/decide/counts.py": ("counts",),
    "verify/decide/terms.py": ("answers", "assume"),
    "verify/decide/worker.py": ("workers",),
    "verify/engine/engine.py": ("engine", "replay", "run"),
    "encode/number/mean.py": ("arithmetic", "storage", "counts"),
    "encode/arithmetic/format.py": ("arithmetic",),
    "encode/claim/claim.py": ("claim",),
    "verify/question/workspace.py": ("question",),
    "verify/reference/pair.py": ("question",),
    "verify/reference/reading.py": ("claim",),
    "verify/decide/ways.py": ("answers", "together"),
    "verify/decide/decide.py": ("engine",),
    "verify/decide/narrowing.py": ("together",),
    "verify/decide/solving.py": ("run", "proofs"),
    "verify/engine/ledger.py": ("engine",),
    "verify/engine/row.py": ("engine",),
    "encode/integer/ratio.py": ("together",),
    "encode/integer/symbolic.py": ("together",),
    "encode/integer/script.py": ("together",),
    "verify/verdict/verdict.py": ("verdict",),
    "encode/arithmetic/intervals.py": ("scales", "idle"),
    "encode/arithmetic/storage.py": ("format", "storage"),
    "encode/arithmetic/parameters.py": ("storage",),
    "encode/model/textbook.py": ("textbook", "weights"),
    "encode/claim/kind.py": ("claim",),
    "bounds/count/idle.py": ("idle",),
    "bounds/reduce/dominance.py": ("attention", "reduce"),
    "bounds/reduce/around.py": ("ranks",),
    "verify/question/agreement.py": ("claim",),
    "encode/claim/output.py": ("claim",),
}
"""Tests that are asked beside those that the faults made by hand name for a file."""

SLOW = ("differential", "question", "assume", "run")
"""Tests that are asked last."""


@cache
def quick_tests(file: str) -> tuple[str, ...]:
    """The quick tests that are asked about a file, fast ones first."""
    named = {name for mutant in read() if mutant.file == file for name in mutant.tests} | {*MORE.get(file, ())}
    if file.startswith(("encode/", "bounds/")) and file not in ("bounds/count/run.py", "bounds/count/monotone.py"):
        named.add("differential")
    return tuple(sorted(named, key=lambda name: (SLOW.index(name) if name in SLOW else -1, name)))
