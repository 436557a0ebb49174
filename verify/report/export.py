"""Exporting questions: text that solvers read, and that says what it asks.

`smt2` is SMT-LIB 2 for any solver of QF_BV, `cnf` is DIMACS for any SAT solver, `aag` and `aig` are AIGER, a circuit
with one output that is true on the words that break the claim.

Where rules decide a question without a solver, the reduced question is `false` and tells nobody anything; what is
written then is the question as it is defined. Either is compared with the reference run before it is written.

Of an acceptor one run alone can be written as AIGER, as it is defined, so that a tool that compares two circuits
(`cec` of ABC) decides the claim: `PARTS` names the two. A failure of either run breaks the claim, even where both fail,
so it must make the circuits differ; a run that fails cannot know what the other does. So both have three outputs,

    accepts          the run accepts, and does not fail
    low_fails        the run under test fails; 0 in the circuit of the other
    against_fails    the run that it is compared with fails; 0 in the circuit of the run under test

and 0 for all of them on words that are not asked about. They are equal on a word iff it does not break the claim.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...encode.circuit.aig import Aig
from ...encode.circuit.aiger import Output, aag, binary
from ...encode.circuit.bits import Bits
from ...encode.circuit.blast import columns, to_graph
from ...encode.circuit.circuit import FALSE, Circuit
from ...encode.circuit.cnf import dimacs
from ...encode.circuit.smtlib import input_name, script
from ...encode.claim.claim import Claim
from ...encode.claim.kind import OUTCOME
from ...encode.model import modelfile
from ...encode.program.program import Accept
from ..question.question import Question
from ..question.simulation import require_same, simulate
from ..question.trials import SAMPLES, sample
from ..reference.pair import Pair
from ..request import words as request
from ..request.request import RequestError, quoted

FORMATS = ("smt2", "cnf", "aag", "aig")
PARTS = ("question", "low", "against")
RUN_OUTPUTS = ("accepts", "low_fails", "against_fails")


def export(claim: Claim, length: int, version: str, form: str = "smt2", part: str = "question") -> bytes:
    """The question whether some word of this length breaks the claim, or one run of it, as one of `FORMATS`.

    A question says its status where it is known without a solver.

    Raises:
        RequestError: as `check` does.
        EncodingError: when the encoding disagrees with the reference run.
    """
    check(claim, form, part)
    return _question(claim, length, version, form) if part == "question" else _run(claim, length, version, form, part)


def asked(
    model: str,
    n: str | None,
    length: str | None,
    bits: str | None,
    arithmetic: str | None,
    against: str,
    assume: str | None,
    claim: str,
    version: str,
    form: str,
    part: str,
) -> bytes:
    """What the words of a command ask to be written: see `export`; with the format `json` the model itself.

    Raises:
        RequestError: for the first thing that is wrong.
        EncodingError: when the encoding disagrees with the reference run.
    """
    if form == "json":
        if any(each is not None for each in (n, length, bits, arithmetic, assume)) or part != "question":
            raise RequestError("--format json writes the model itself: leave out what the question would be")
        return modelfile.write(request.case(model).program).encode()
    if n is None or length is None:
        raise RequestError("give --n, for which scales are chosen, and --length, that of the words")
    bound = request.length(n)
    size = request.whole("--length", length, 1, bound)
    low, left = request.chosen(bits, arithmetic), request.named("--against", against)
    made = request.claim(request.case(model).program, left, low, bound, assume, claim)
    return export(made, size, version, form, part)


def check(claim: Claim, form: str, part: str) -> None:
    """Checks that this part of the claim can be written in this format.

    Raises:
        RequestError: with what can be.
    """
    for kind, given, known in (("format", form, FORMATS), ("part", part, PARTS)):
        if given not in known:
            raise RequestError(f"unknown {kind} {quoted(given)}: there are {', '.join(known[:-1])} and {known[-1]}")
    if part != "question" and form not in ("aag", "aig"):
        raise RequestError(
            f"--part {part} is a circuit and asks nothing: write it with --format aag or aig, not {form}"
        )
    if part != "question" and not isinstance(claim.program.readout, Accept):
        raise RequestError(f"--part {part} is for models that accept or reject; {claim.program.name} has other outputs")
    if part != "question" and claim.kind.reading != OUTCOME:
        raise RequestError(f"--part {part} is a circuit of one decision, and the claim {claim.asked} compares more")


def _question(claim: Claim, length: int, version: str, form: str) -> bytes:
    pair, words = Pair(claim), list(sample(len(claim.program.alphabet), length, SAMPLES))
    question = Question(claim, length)
    found = simulate(question, pair, iter(words))
    status, shape = "" if found is None else "sat", "reduced by rules that use ranges and local lemmas"
    if question.decided():
        status, shape = "unsat", "as it is defined, since rules that use ranges and local lemmas decide it"
        question = Question(claim, length, reduce=False)
        if question.bits.truth(question.root) == FALSE:
            shape = "nothing is left of it: both runs are one by definition, or no word is asked about"
        simulate(question, pair, iter(words))
    circuit = question.bits.circuit
    about = [
        *_heading(claim, version),
        f"question: does any word of length {length} break the claim? sat: some does, unsat: none",
        f"form: {shape}",
    ]
    if form == "smt2":
        about.append(f"letters: {input_name(1)} to {input_name(length)}, {_codes(claim, circuit)}")
        return script(circuit, question.bits.truth(question.root), about, status).encode()
    about += [f"status: {status}, known without a solver"] if status else []
    if form == "cnf":
        last = length * circuit.code_width
        about.append(f"letters: variables 1 to {last}, {_places(circuit)}, {_codes(claim, circuit)}")
        return dimacs(question.cnf, about).encode()
    about.append(f"letters: inputs in order, {_places(circuit)}, {_codes(claim, circuit)}")
    aig, root = question.graph
    return _aiger(circuit, aig, [("breaks_the_claim", root)], about, form)


def _run(claim: Claim, length: int, version: str, form: str, part: str) -> bytes:
    question = Question(claim, length, reduce=False)
    side = question.right if part == "low" else question.left
    bits = Bits(question.terms, question.ranges, length)
    circuit = bits.circuit
    [outcome], member = [bits.question(term) for term in side.reading], bits.question(question.member)
    fine = circuit.conjunction([circuit.negation(bits.question(term)) for term in side.failures])
    accepts, fails = circuit.conjunction([outcome, fine, member]), circuit.conjunction([circuit.negation(fine), member])
    low, against = (fails, FALSE) if part == "low" else (FALSE, fails)
    aig, literals = to_graph(circuit, [accepts, low, against])

    words = list(sample(len(claim.program.alphabet), length, SAMPLES))
    accepted, failed = _expected(claim, part, words)
    values = aig.evaluate(literals, columns(circuit, words), len(words))
    wanted = (accepted, failed, 0) if part == "low" else (accepted, 0, failed)
    for name, value, right in zip(RUN_OUTPUTS, values, wanted, strict=True):
        require_same(question, words, value ^ right, f"output {name!r} of the run")

    about = [
        *_heading(claim, version),
        f"circuit: the run {'under test' if part == 'low' else 'compared with'}, on words of length {length}; no word "
        "breaks the claim iff it equals that of the other run",
        f"letters: inputs in order, {_places(circuit)}, {_codes(claim, circuit)}",
    ]
    return _aiger(circuit, aig, list(zip(RUN_OUTPUTS, literals, strict=True)), about, form)


def _expected(claim: Claim, part: str, words: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """On which words, bit by bit, the reference run accepts, and on which it fails."""
    pair, accepted, failed = Pair(claim), 0, 0
    for index, word in enumerate(words):
        symbols = pair.spell(word)
        if pair.member(symbols):
            run = (pair.right if part == "low" else pair.left).run(symbols)
            failed |= (run.failure is not None) << index
            accepted |= (run.failure is None and run.outcome is True) << index
    return accepted, failed


def _aiger(circuit: Circuit, aig: Aig, outputs: Sequence[Output], about: Sequence[str], form: str) -> bytes:
    places = range(1, circuit.length + 1)
    names = [f"{input_name(place)}[{bit}]" for place in places for bit in range(circuit.code_width)]
    return binary(aig, names, outputs, about) if form == "aig" else aag(aig, names, outputs, about).encode()


def _heading(claim: Claim, version: str) -> list[str]:
    return [str(claim), f"scales of bound {claim.bound}; made by logbits {version}"]


def _codes(claim: Claim, circuit: Circuit) -> str:
    symbols, width = claim.program.alphabet, circuit.code_width
    codes = ", ".join(f"#b{number:0{width}b} for {symbol}" for number, symbol in enumerate(symbols))
    return codes + ("" if len(symbols) == 1 << width else f", every other code for {symbols[0]} too")


def _places(circuit: Circuit) -> str:
    """How the bits of letters are laid out over the inputs."""
    width = circuit.code_width
    return "one for each letter" if width == 1 else f"{width} for each letter, the lowest bit first"
