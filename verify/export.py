"""Exporting questions as SMT-LIB 2: text that any solver for QF_BV reads, and that says what it asks.

Where rules decide a question without a solver, the reduced question is `false` and tells nobody anything; what is
written then is the question as it is defined. Either is compared with the reference run before it is written.
"""

from __future__ import annotations

from ..encode.smtlib import input_name, script
from .obligation import SAMPLES
from .question import Claim, Pair, Question, sample, simulate


def export(claim: Claim, length: int, version: str) -> str:
    """The SMT-LIB text that asks whether some word of this length breaks the claim.

    Its status is set where it is known without a solver.

    Raises:
        EncodingError: when the encoding disagrees with the reference run.
    """
    pair, words = Pair(claim), list(sample(len(claim.program.alphabet), length, SAMPLES))
    question = Question(claim, length)
    found = simulate(question, pair, iter(words))
    status, form = "" if found is None else "sat", "reduced by rules that use ranges and local lemmas"
    if question.decided():
        status, form = "unsat", "as it is defined, since rules that use ranges and local lemmas decide it"
        question = Question(claim, length, reduce=False)
        if question.decided():
            form = "nothing is left of it: both runs are one by definition, or no word is asked about"
        simulate(question, pair, iter(words))
    circuit = question.bits.circuit
    symbols, width = claim.program.alphabet, circuit.code_width
    codes = ", ".join(f"#b{number:0{width}b} for {symbol}" for number, symbol in enumerate(symbols))
    codes += "" if len(symbols) == 1 << width else f", every other code for {symbols[0]} too"
    comments = [
        str(claim),
        f"scales of bound {claim.bound}; made by logbits {version}",
        f"question: does any word of length {length} break the claim? sat: some does, unsat: none",
        f"form: {form}",
        f"letters: {input_name(1)} to {input_name(length)}, {codes}",
    ]
    return script(circuit, question.bits.truth(question.root), comments, status)
