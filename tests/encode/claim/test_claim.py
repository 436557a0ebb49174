"""Claims of every kind against enumeration: definitions written out once more, on every word of small lengths.

For cases and for random programs (`programs.instance`), and for each kind that makes sense there: which words break the
claim is said by plain code here, from what the two reference runs stored; `Pair` must say the same, then terms (as they
are defined, and reduced), circuit, graph and clauses (`simulate`), counts, integers, and the obligation as the engine
meets it. One in ten of the seeds that `LOGBITS_FUZZ` asks for is a random program here.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.bounds.count.run import vectors
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim, aligned
from logbits.encode.claim.kind import InvalidKindError, Kind
from logbits.encode.claim.kind import parse as parse_kind
from logbits.encode.claim.output import output_format
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Accept, Attend, Outputs, Program
from logbits.verify.command.api import verify
from logbits.verify.decide.counting import counting
from logbits.verify.decide.reply import Broken, Decided, Fault
from logbits.verify.decide.together import EveryLength, together
from logbits.verify.decide.ways import plan
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import simulate
from logbits.verify.question.workspace import Workspace
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import Run
from logbits.verify.verdict.refutation import replay
from logbits.verify.verdict.verdict import Status
from support.marks import slow, slow_after
from support.random_questions import Instance, instance
from support.replies import answer

SEEDS = range(int(os.environ.get("LOGBITS_FUZZ", "300")) // 10)
CHUNK = 5
CHUNKS = [SEEDS[start : start + CHUNK] for start in range(0, len(SEEDS), CHUNK)]
SLOW = (
    *list(CASES)[14:],
    "most-frequent",
    "histogram-width",
    "dyck-bounded",
    "double-histogram",
    "shuffle-dyck",
    "sort",
)
KINDS = (
    Kind("output"),
    Kind("exact"),
    Kind("attention"),
    Kind("error"),
    Kind("error", mpq(1, 8)),
    Kind("error", mpq(1)),
    Kind("equivalent"),
)


def breaks(claim: Claim, pair: Pair, word: tuple[str, ...]) -> bool:
    """The definition of each kind, from what two runs stored."""
    if not pair.member(word):
        return False
    left, right = pair.run(word)
    if left.failure is not None or right.failure is not None:
        return True
    pairs = [(a, b) for x, y in zip(left.readout, right.readout, strict=True) for a, b in zip(x, y, strict=False)]
    match claim.kind.name:
        case "exact":
            return left.readout != right.readout
        case "error":
            return any(not -claim.kind.margin <= a - b <= claim.kind.margin for a, b in pairs)
        case "attention":
            scored = [k for k, op in enumerate(claim.program.ops) if isinstance(op, Attend) and op.score is not None]
            return any(left.selected[head] != right.selected[head] for head in scored)
        case "output" if isinstance(claim.program.readout, Outputs) and not claim.program.readout.labels:
            return output_breaks(claim, pair, left, right)
        case _:
            return left.outcome != right.outcome


def output_breaks(claim: Claim, pair: Pair, left: Run, right: Run) -> bool:
    rounding = output_format(claim.program, claim.right, claim.bound)
    if rounding is None:
        return left.outcome != right.outcome
    assert isinstance(pair.left.computed.readout, Outputs)
    [form] = pair.left.computed.readout.forms
    for k in range(len(left.positions)):  # BOS and EOS too
        value = form.const
        for coefficient, feature in form.terms:
            value += coefficient * left.values[feature][k]  # type: ignore[operator]
        if rounding.overflow == "error" and rounding.overflows(value):
            return True
    return tuple(rounding.apply(row[0]) for row in left.readout) != right.outcome


def compare(claim: Claim, length: int) -> bool:
    """One claim on all words of a length; whether any breaks it."""
    pair, letters = Pair(claim), len(claim.program.alphabet)
    words = list(itertools.product(range(letters), repeat=length))
    broken = [word for word in words if breaks(claim, pair, pair.spell(word))]
    assert broken == [word for word in words if pair.breaks(pair.spell(word))], "pair"
    first = broken[0] if broken else None
    questions = [Question(claim, length), Question(claim, length, reduce=False)]
    if claim.causal and length < claim.bound:  # lengths share their terms
        questions.append(Question(claim, length, Workspace(claim, range(1, claim.bound + 1))))
    for question in questions:
        assert simulate(question, pair, iter(words)) == first, "terms"
        assert not (question.decided() and broken), "decided"
    if first is not None:
        assert replay(pair, first) is not None
    if length < 3:
        reply = answer(claim, length)
        assert not isinstance(reply, Fault)
        assert not (isinstance(reply, Decided) and broken), "evidence"
        assert not isinstance(reply, Broken) or reply == Broken(first or (), least=True), "least"
        alone = answer(claim, length, every_word=True)
        assert isinstance(alone, Decided) if first is None else alone == Broken(first, least=True), "all words"
    counted, integers = counting(claim), together(claim)
    if counted is not None:
        assert counted.breaking_word(length) == first, "counts"
        counted.simulate(pair, iter(words))
    if integers is not None:
        counts = {tuple(map(word.count, range(letters))) for word in broken}
        for vector in vectors(letters, length):
            assert integers.parts(vector) == (vector in counts), "integers"
    return bool(broken)


def claims(made: Instance, others: list[Program]) -> list[Claim]:
    """The claims of all kinds that make sense."""
    found: list[Claim] = []
    base = Claim(made.program, made.left, made.right, made.bound, made.assume)
    for kind in KINDS:
        if kind.name == "equivalent":
            for other in others:
                try:
                    found.append(replace(base, left=EXACT, kind=kind, other=aligned(other, made.program)))
                except ValueError:
                    continue  # other outcomes, or another alphabet
            continue
        try:
            found.append(replace(base, kind=kind))
        except ValueError as error:
            if kind.name != "output" or "needs a format" not in str(error):
                raise
    return found


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", slow_after(3, CHUNKS), ids=lambda seeds: f"{seeds.start}..{seeds.stop - 1}")
def test_random_programs(seeds: range) -> None:
    seen: Counter[str] = Counter()
    for seed in seeds:
        made = instance(seed)
        if len(made.program.alphabet) ** made.length > 27:
            continue
        relabelled = made.program
        if isinstance(relabelled.readout, Outputs) and relabelled.readout.labels:
            turned = relabelled.readout.labels[::-1]
            relabelled = replace(relabelled, readout=replace(relabelled.readout, labels=turned))
        shuffled = replace(relabelled, alphabet=relabelled.alphabet[::-1])
        for claim in claims(made, [shuffled, instance(seed + 600).program]):
            try:
                seen[claim.kind.name] += 1
                compare(claim, made.length)
            except Exception as error:
                raise AssertionError(f"seed {seed}, {claim}, n = {made.length}, N = {made.bound}: {error}") from error
    assert 2 * seen["exact"] == seen["error"] - seen["exact"] > 0


@pytest.mark.first(1)
@pytest.mark.parametrize("name", [slow(name) if name in SLOW else name for name in CASES])
def test_cases(name: str) -> None:
    program = CASES[name].program
    if program.max_length is not None and program.max_length < 4:
        return
    for text in ("fixed(3)", "R(2)"):
        made = Instance(program, EXACT, parse(text), 3, 4)
        for claim in claims(made, [program]):
            for length in (1, 3):
                compare(claim, length)


# -- what a kind means


def mean_of_ones() -> Builder:
    return Builder("p", "ab")


def test_thresholds_decide_decisions_only() -> None:
    program = CASES["majority-affine"].program
    for text, wanted in (("decision", True), ("output", True), ("exact", False), ("error<=1/100", False)):
        claim = Claim(program, EXACT, parse("fixed(7)"), 400, kind=parse_kind(text)[0])
        found = counting(claim)
        assert found is not None
        assert (found.monotone is not None) == wanted, text
    assert counting(Claim(program, EXACT, parse("fixed(7)"), 400, kind=Kind("attention"))) is None


def test_equal_decisions_over_different_accumulators() -> None:
    """At 20 symbols 8 bits still decide, but not exactly; where thresholds would do, nobody must use them."""
    program = CASES["majority-affine"].program
    assert verify(program, n=20, bits=8).status == Status.VERIFIED
    exact = verify(program, n=200, first=200, bits=9, claim="exact")
    assert (exact.status, exact.claim) == (Status.REFUTED, "exact")
    assert exact.witness is not None
    assert exact.witness.left != exact.witness.right


def test_a_distance_of_just_the_margin_is_allowed() -> None:
    program = CASES["majority-affine"].program
    at = verify(program, n=3, first=3, bits=7, claim="error<=1/96")
    below = verify(program, n=3, first=3, bits=7, claim="error<=1/97")
    assert at.status == Status.VERIFIED, at
    assert below.status == Status.REFUTED, below
    assert below.witness is not None
    assert below.witness.right == "accept (readout 5/32), off by 1/96"


def test_attention_differs_although_the_decision_does_not() -> None:
    t = mean_of_ones()
    ratio = t.uniform(t.symbol("b"), "causal", name="ratio")
    program = t.accept(t.attend(t.key(ratio), t.symbol("b"), "causal", name="greatest") * 0 + 1)
    assert verify(program, n=4, arithmetic="R(0)").status == Status.VERIFIED
    verdict = verify(program, n=4, arithmetic="R(0)", claim="attention")
    assert verdict.witness is not None
    assert "M of greatest at position" in verdict.witness.left


def test_attention_is_that_of_heads_that_nobody_reads() -> None:
    t = mean_of_ones()
    b = t.symbol("b")
    t.attend(t.key(t.store(b / 16)), b, name="unread")
    program = t.accept(b)
    pair = Pair(Claim(program, EXACT, parse("fixed(4, 2)"), 2, kind=Kind("attention")))
    assert [word for word in ("aa", "ab", "bb") if pair.breaks(tuple(word))] == ["ab"]
    assert verify(program, n=2, arithmetic="fixed(4, 2)", claim="attention").status == Status.REFUTED


@pytest.mark.slow
def test_output_is_the_exact_one_rounded_once() -> None:
    t = mean_of_ones()
    once = t.output(t.uniform(t.symbol("b")))
    assert verify(once, n=6, bits=4).status == Status.REFUTED
    assert verify(once, n=6, bits=4, claim="output").status == Status.VERIFIED
    t = mean_of_ones()
    mean = t.uniform(t.symbol("b"))
    twice = t.output(t.store(3 * mean))
    verdict = verify(twice, n=6, bits=4, claim="output")
    assert verdict.witness is not None
    assert "stored as" in verdict.witness.left


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("arithmetic", "said"),
    [("fixed(8)", "sum of several features"), ("int8", "sum of several features"), ("Q(4)", "sum of several features")],
)
def test_output_needs_a_format(arithmetic: str, said: str) -> None:
    t = mean_of_ones()
    program = t.output(t.uniform(t.symbol("b")) + t.symbol("a"))
    with pytest.raises(ValueError, match=said):
        verify(program, n=3, arithmetic=arithmetic, claim="output")
    assert verify(program, n=2, arithmetic="fixed(8, 4)", claim="output").status == Status.VERIFIED


def test_an_output_that_overflows_as_it_is_stored_breaks_the_claim() -> None:
    """Of abb the mean is 2/3, rounded 1/2; three times that is 2, which no s3.1 holds, and 3/2, its greatest number."""
    t = mean_of_ones()
    program = t.output(3 * t.uniform(t.symbol("b")))
    for overflow, broken in (("saturate", False), ("error", True)):
        claim = Claim(program, EXACT, parse(f"fixed(3, 1) {overflow}"), 3, kind=Kind("output"))
        assert Pair(claim).breaks(("a", "b", "b")) == broken
        compare(claim, 3)


def test_a_failure_breaks_claims_of_every_kind() -> None:
    t = mean_of_ones()
    b = t.symbol("b")
    t.attend(t.key(b), b)
    program = t.output(t.table(b, {0: 0}))
    for kind in KINDS:
        other = program if kind.name == "equivalent" else None
        claim = Claim(program, EXACT, EXACT, 2, kind=kind, other=other)
        assert compare(claim, 2), kind


def test_equivalent_programs_of_different_orders() -> None:
    program = CASES["induction"].program
    assert isinstance(program.readout, Outputs)
    turned = aligned(replace(program, alphabet=program.alphabet[::-1]), program)
    order = program.readout.labels[::-1]
    forms = program.readout.forms[::-1]
    other = replace(turned, name="turned", readout=Outputs(forms, order))
    claim = Claim(program, EXACT, EXACT, 3, kind=Kind("equivalent"), other=other)
    pair = Pair(claim)
    # Ties go to the first label in the order of each program, and only ties differ.
    for word in itertools.product(program.alphabet, repeat=3):
        a, b = pair.run(word)
        assert pair.breaks(word) == (a.outcome != b.outcome)
    compare(claim, 3)


def test_other_programs_that_cannot_be_compared() -> None:
    majority, parity, last = (CASES[name].program for name in ("majority", "parity-lookup", "last"))
    numbers = CASES["prefix-argmax"].program
    assert isinstance(majority.readout, Accept)
    for other, said in ((CASES["dyck1"].program, "reads words over"), (numbers, "gives decisions")):
        with pytest.raises(ValueError, match=said):
            Claim(majority, EXACT, EXACT, 3, kind=Kind("equivalent"), other=other)
    with pytest.raises(ValueError, match="against exact arithmetic"):
        Claim(majority, parse("Q(2)"), EXACT, 3, kind=Kind("equivalent"), other=last)
    with pytest.raises(ValueError, match="needs other program"):
        Claim(majority, EXACT, EXACT, 3, kind=Kind("language"))
    with pytest.raises(ValueError, match="has no other program"):
        Claim(majority, EXACT, EXACT, 3, other=parity)


def test_programs_read_at_different_places_are_not_counted() -> None:
    t = mean_of_ones()
    b = t.symbol("b")
    first, last = t.accept(b, at="first"), t.accept(b, at="last")
    claim = Claim(first, EXACT, EXACT, 3, kind=Kind("equivalent"), other=last)
    assert counting(claim) is None
    assert together(claim) is None
    assert EveryLength.name not in {portion.way for portion in plan(claim, range(1, claim.bound + 1))}
    assert compare(claim, 2)


# -- texts


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("decision", Kind(), ""),
        (" output ", Kind("output"), ""),
        ("exact", Kind("exact"), ""),
        ("attention", Kind("attention"), ""),
        ("error<=1/100", Kind("error", mpq(1, 100)), ""),
        ("error <= 0.01", Kind("error", mpq(1, 100)), ""),
        ("language dyck1", Kind("language"), "dyck1"),
        ("equivalent  my file.json", Kind("equivalent"), "my file.json"),
    ],
)
def test_texts(text: str, kind: Kind, name: str) -> None:
    assert parse_kind(text) == (kind, name)
    assert parse_kind(f"{kind} {name}") == (kind, name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown claim '': there are"),
        ("descision", "did you mean decision?"),
        ("Exact", "did you mean exact?"),
        ("exact dyck1", "unknown claim 'exact dyck1': there are"),
        ("error", "an error has a bound"),
        ("error<1", "an error has a bound"),
        ("error<=-1", "an error is at least 0"),
        ("error<=1e-3", "q is an integer, a fraction or a decimal"),
        ("error<=", "q is an integer"),
        ("error<=1/0", "q is an integer"),
        ("language", "language needs the name of a model"),
        ("x" * 99, "unknown claim 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"),
    ],
)
def test_texts_that_are_no_claims(text: str, said: str) -> None:
    with pytest.raises(InvalidKindError, match=None) as raised:
        parse_kind(text)
    assert said in str(raised.value)
