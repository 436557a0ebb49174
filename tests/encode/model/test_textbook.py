"""Transformers from matrices: against a forward pass written with plain lists, on every word of small lengths."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT, fixed
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.model.textbook import Head, Layer, Linear, linear, transformer
from logbits.encode.program.program import Affine, Embed, Max, Program, ProgramError, Score
from logbits.encode.term.terms import evaluate_all
from logbits.verify.question.question import Question
from logbits.verify.reference.run import Reference, differ
from support.marks import slow_after

Matrix = list[list[int]]
LONGEST = 4


def matrix(draw: random.Random, rows: int, columns: int) -> Matrix:
    """Small integers, half of them 0, as in weights that were compiled."""
    return [[draw.choice((0, 0, 0, 1, -1, 2)) for _ in range(columns)] for _ in range(rows)]


def vector(draw: random.Random, size: int) -> list[int]:
    return matrix(draw, 1, size)[0]


class Model:
    """Random matrices for one or two layers, with the forward pass that papers write."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        self.bos, self.mask = draw.random() < 0.5, draw.choice(("none", "causal"))
        d, k, h, heads = draw.randint(1, 4), draw.randint(1, 3), draw.randint(1, 3), draw.randint(1, 2)
        self.tokens = {symbol: vector(draw, d) for symbol in ("a", "b", *(["BOS"] if self.bos else []))}
        self.positions = matrix(draw, LONGEST + self.bos, d) if draw.random() < 0.7 else []
        self.layers = [
            Layer(
                tuple(
                    Head(
                        Linear(matrix(draw, d, k), vector(draw, k)),
                        Linear(matrix(draw, d, k), vector(draw, k)),
                        Linear(matrix(draw, d, k), vector(draw, k)),
                        matrix(draw, k, d),
                    )
                    for _ in range(heads)
                ),
                vector(draw, d),
                Linear(matrix(draw, d, h), vector(draw, h)),
                Linear(matrix(draw, h, d), vector(draw, d)),
                self.mask,  # type: ignore[arg-type]
            )
            for _ in range(draw.randint(1, 2))
        ]
        self.unembedding = Linear(matrix(draw, d, 2), vector(draw, 2))

    def program(self) -> Program:
        t = Builder("random", "ab", bos=self.bos, max_length=LONGEST)
        x = transformer(t, self.tokens, self.positions, self.layers)
        return t.classify(dict(zip("pq", linear(t, x, self.unembedding), strict=True)))

    def run(self, word: Sequence[str]) -> list[str]:
        letters = (["BOS"] if self.bos else []) + list(word)
        x = [[mpq(value) for value in self.tokens[letter]] for letter in letters]
        if self.positions:
            x = [add(row, place) for row, place in zip(x, self.positions, strict=False)]
        for layer in self.layers:
            x = [add(row, extra) for row, extra in zip(x, self.attention(layer, x), strict=True)]
            assert layer.hidden is not None
            assert layer.out is not None
            hidden = [[max(value, mpq(0)) for value in apply(layer.hidden, row)] for row in x]
            x = [add(row, apply(layer.out, inner)) for row, inner in zip(x, hidden, strict=True)]
        logits = [apply(self.unembedding, row) for row in x[self.bos :]]
        return ["p" if p >= q else "q" for p, q in logits]

    def attention(self, layer: Layer, x: list[list[mpq]]) -> list[list[mpq]]:
        found: list[list[mpq]] = []
        for i, row in enumerate(x):
            seen = x[: i + 1] if layer.mask == "causal" else x
            total = [mpq(value) for value in layer.bias]
            for head in layer.heads:
                query = apply(head.query, row)
                scores = [sum(a * b for a, b in zip(query, apply(head.key, key), strict=True)) for key in seen]
                best = [apply(head.value, key) for key, score in zip(seen, scores, strict=True) if score == max(scores)]
                mean = [sum(column, mpq(0)) / len(best) for column in zip(*best, strict=True)]
                total = add(total, apply(Linear(head.output), mean))
            found.append(total)
        return found


def apply(map_: Linear, row: Sequence[mpq]) -> list[mpq]:
    products = [sum(a * w for a, w in zip(row, column, strict=True)) for column in zip(*map_.weight, strict=True)]
    return add(products, map_.bias or [0] * len(products))


def add(a: Sequence[object], b: Sequence[object]) -> list[mpq]:
    return [mpq(x) + mpq(y) for x, y in zip(a, b, strict=True)]  # type: ignore[arg-type]


def words(length: int) -> list[tuple[str, ...]]:
    return list(itertools.product("ab", repeat=length))


@pytest.mark.first(7)
@pytest.mark.parametrize("seed", range(60))
def test_the_exact_run_is_the_forward_pass(seed: int) -> None:
    model = Model(seed)
    reference = Reference(model.program(), EXACT, LONGEST)
    for length in range(1, LONGEST + 1):
        for word in words(length):
            assert list(reference.run(word).outcome) == model.run(word), word  # type: ignore[arg-type]


@pytest.mark.first(1)
@pytest.mark.parametrize("seed", slow_after(12, range(30)))
def test_the_question_is_right_on_every_word(seed: int) -> None:
    program = Model(seed).program()
    for length in (2, 3):
        claim = Claim(program, EXACT, fixed(4), 3)
        question = Question(claim, length)
        runs = Reference(program, claim.left, 3), Reference(program, claim.right, 3)
        for word in words(length):
            broken = differ(runs[0].run(word), runs[1].run(word))
            numbers = tuple("ab".index(symbol) for symbol in word)
            assert evaluate_all(question.terms, numbers, [question.root])[question.root] == int(broken), word


def test_what_is_zero_is_left_out_and_what_is_copied_is_not_stored_again() -> None:
    t = Builder("zeros", "ab")
    zero = [[0, 0], [0, 0]]
    head = Head(Linear(zero), Linear(zero), Linear([[1, 0], [0, 0]]), [[0, 1], [0, 0]])
    x = transformer(t, {"a": [1, 0], "b": [0, 0]}, [], [Layer((head,))])
    program = t.accept(x[0] - x[1])
    # The embedding of one coordinate, the score 0, its head, and the one coordinate that anything is added to: the
    # second, which was 0 before. The value is the embedding itself.
    kinds = [type(op) for op in program.ops]
    assert kinds.count(Embed) == 1
    assert kinds.count(Score) == 1
    assert not {Max, Affine} & set(kinds)
    assert len(kinds) == 3


@pytest.mark.parametrize(
    ("tokens", "positions", "layers", "message"),
    [
        ({"a": [1]}, [], [], "must have a row for each of a b, and no other"),
        ({"a": [1], "b": [1, 2]}, [], [], "the embedding must be 2 × 1, not 2 × 1/2"),
        ({"a": [1], "b": [1]}, [[1, 2]], [], "the table of positions must be 1 × 1, not 1 × 2"),
        ({"a": [1], "b": [1]}, [[1]], [], "the table of positions ends at n = 1"),
        ({"a": [1], "b": [1]}, [], [Layer((), (), Linear([[1]]))], "layer 0 has one of the two maps around ReLU"),
        ({"a": [1], "b": [1]}, [], [Layer((), (1, 2))], "layer 0 attention has 1 outputs, but a bias of size 2"),
        (
            {"a": [1], "b": [1]},
            [],
            [Layer((Head(Linear([[1, 1]]), Linear([[1]]), Linear([[1]]), [[1]]),))],
            "layer 0 head 0 has queries of size 2 and keys of size 1",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_told(
    tokens: dict[str, list[int]], positions: Matrix, layers: list[Layer], message: str
) -> None:
    with pytest.raises(ProgramError, match=message):
        transformer(Builder("wrong", "ab", max_length=3), tokens, positions, layers)


def one_layer(
    hidden: Linear, out: Linear, tokens: dict[str, list[object]], weights: list[object], bias: object = 0
) -> Program:
    """A feed-forward layer and an acceptor that reads all coordinates."""
    t = Builder("one", "ab")
    x = transformer(t, tokens, [], [Layer((), (), hidden, out)])  # type: ignore[arg-type]
    [logit] = linear(t, x, Linear([[w] for w in weights], [bias]))  # type: ignore[list-item]
    return t.accept(logit)


def readout(program: Program, arithmetic: str) -> mpq:
    return Reference(program, parse(arithmetic), 1).run(("b",)).readout[0][0]


def test_a_hidden_unit_that_is_constant_is_stored_like_any_other() -> None:
    """relu(0·x + 1/3), and with a weight so small that it shows nowhere, are both 85/256 in eight bits."""
    tokens: dict[str, list[object]] = {"a": [1, 0], "b": [0, 0]}
    found = [
        readout(one_layer(Linear([[w], [0]], ["1/3"]), Linear([[0, 3]], ()), tokens, [0, 1]), "fixed(8)")
        for w in (0, "1/1000000000000")
    ]
    assert found[0] == found[1] == mpq(255, 256)


def test_coordinates_that_are_equal_are_two_nevertheless() -> None:
    """Weights are rounded, and scales are chosen, as if nothing were known of the coordinates."""
    for arithmetic, weights, bias in (
        ("fixed(4) rounded-parameters", ["1/3", "1/3", "-1/3"], 0),
        ("fixed(8)", [1, -1, 0], "1/3"),
    ):
        found: list[mpq] = []
        for moved in (1, "1000000000001/1000000000000"):
            tokens: dict[str, list[object]] = {"a": [0, 0, 0], "b": [1, 1, moved]}
            t = Builder("two", "ab")
            x = transformer(t, tokens, [], [])  # type: ignore[arg-type]
            [logit] = linear(t, x, Linear([[w] for w in weights], [bias]))  # type: ignore[list-item]
            found.append(readout(t.accept(logit), arithmetic))
        tokens = {"a": [0, 0, 0], "b": [1, "1000000000001/1000000000000", 1]}
        t = Builder("two", "ab")
        x = transformer(t, tokens, [], [])  # type: ignore[arg-type]
        [logit] = linear(t, x, Linear([[w] for w in weights], [bias]))  # type: ignore[list-item]
        found.append(readout(t.accept(logit), arithmetic))
        assert len(set(found)) == 1, found
