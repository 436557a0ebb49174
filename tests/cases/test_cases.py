"""The catalogue: each exact program computes its reference, and rounding breaks it first where it is known to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pytest
from gmpy2 import mpq
from logbits.cases.case import Case
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder
from logbits.encode.program.operation import layers
from logbits.encode.program.position import evaluate, position
from logbits.encode.program.program import Accept
from logbits.encode.program.wellformed import validate
from logbits.verify.reference.readout import Rows
from logbits.verify.reference.run import Reference
from support.first_breaks import all_words, breaks, first_break, one_word_per_count


def test_cases_are_listed_in_the_order_of_the_catalogue_under_their_names() -> None:
    assert [(case.number, name) for name, case in CASES.items()] == [
        (1, "majority"),
        (2, "majority-affine"),
        (3, "fraction"),
        (4, "at-least-k"),
        (5, "contains-eq"),
        (6, "contains"),
        (7, "last"),
        (8, "first"),
        (9, "parity"),
        (10, "parity-lookup"),
        (11, "mod-count"),
        (12, "even-length"),
        (13, "dyck1"),
        (14, "dyck1-relu"),
        (15, "dyck1-rasp"),
        (16, "shuffle-dyck"),
        (17, "dyck-bounded"),
        (18, "anbn"),
        (19, "anbncn"),
        (20, "ww"),
        (21, "palindrome"),
        (22, "shift"),
        (23, "reverse"),
        (24, "induction"),
        (25, "induction-average"),
        (26, "k-hop"),
        (27, "histogram-width"),
        (28, "histogram-mean"),
        (29, "histogram-lookup"),
        (30, "double-histogram"),
        (31, "sort"),
        (32, "most-frequent"),
        (33, "ab-star"),
        (34, "linear-count"),
        (35, "pattern"),
        (36, "prefix-argmax"),
        (37, "prefix-mean"),
        (38, "prime-encoding"),
    ]
    for name, case in CASES.items():
        assert case.name == case.program.name == name
        assert case.program.formula
        assert (case.function is None) == isinstance(case.program.readout, Accept) == (case.language is not None)
        assert validate(case.program) is case.program


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("majority", (1,)),
        ("majority-affine", (1,)),
        ("fraction", (1,)),
        ("at-least-k", (1,)),
        ("contains-eq", (1,)),
        ("contains", (1,)),
        ("last", (1,)),
        ("first", (1,)),
        ("parity", (1, 2)),
        ("parity-lookup", (1, 1)),
        ("mod-count", (1, 1)),
        ("even-length", ()),
        ("dyck1", (1, 1)),
        ("dyck1-relu", (1, 1)),
        ("dyck1-rasp", (1, 1)),
        ("shuffle-dyck", (1, 1)),
        ("dyck-bounded", (1, 1, 1)),
        ("anbn", (2, 1)),
        ("anbncn", (2, 1)),
        ("ww", (1, 1, 1)),
        ("palindrome", (1, 1, 1)),
        ("shift", (1,)),
        ("reverse", (1, 1)),
        ("induction", (1, 1)),
        ("induction-average", (1, 1)),
        ("k-hop", (1, 1, 1)),
        ("histogram-width", (1,)),
        ("histogram-mean", (2,)),
        ("histogram-lookup", (1, 1)),
        ("double-histogram", (2, 1)),
        ("sort", (2, 1)),
        ("most-frequent", (1, 1)),
        ("ab-star", (1, 1)),
        ("linear-count", (1,)),
        ("pattern", (1, 1)),
        ("prefix-argmax", (1, 1)),
        ("prefix-mean", (1, 1)),
        ("prime-encoding", (1,)),
    ],
)
def test_layers_and_heads(name: str, heads: tuple[int, ...]) -> None:
    assert layers(CASES[name].program.ops) == heads


@pytest.mark.first(4)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_exact_program_computes_its_reference(case: Case) -> None:
    expected = case.language or case.function
    assert expected is not None
    bound = 8 if len(case.program.alphabet) == 2 else 6
    reference = Reference(case.program, EXACT, bound)
    for length in range(1, bound + 1):
        for word in all_words(case)(length):
            result = reference.run(word)
            assert (result.outcome, result.failure) == (expected(word), None), word


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("majority", [1, 1, 4, 5, 16, 22, 64, 93]),
        ("majority-affine", [1, 1, 4, 5, 16, 22, 64, 93]),
        ("fraction", [1, 3, 7, 11, 26, 57, 99, 219]),
        ("at-least-k", [2**length - 1 - length for length in range(1, 9)]),
        ("contains-eq", [2**length - 1 for length in range(1, 9)]),
        ("contains", [2**length - 1 for length in range(1, 9)]),
        ("last", [2 ** (length - 1) for length in range(1, 9)]),
        ("first", [2 ** (length - 1) for length in range(1, 9)]),
        ("parity", [2 ** (length - 1) for length in range(1, 9)]),
        ("parity-lookup", [2 ** (length - 1) for length in range(1, 9)]),
        ("mod-count", [1, 1, 2, 5, 11, 22, 43, 85]),
        ("even-length", [0, 1, 0, 1, 0, 1, 0, 1]),
        ("dyck1", [0, 1, 0, 2, 0, 5, 0, 14]),
        ("dyck1-relu", [0, 1, 0, 2, 0, 5, 0, 14]),
        ("dyck1-rasp", [0, 1, 0, 2, 0, 5, 0, 14]),
        ("shuffle-dyck", [0, 2, 0, 10, 0, 70, 0, 588]),
        ("dyck-bounded", [0, 2, 0, 8, 0, 32, 0, 128]),
        ("anbn", [0, 1, 0, 1, 0, 1, 0, 1]),
        ("anbncn", [0, 0, 1, 0, 0, 1, 0, 0]),
        ("ww", [0, 2, 0, 4, 0, 8, 0, 16]),
        ("palindrome", [2, 2, 4, 4, 8, 8, 16, 16]),
        ("ab-star", [0, 1, 0, 1, 0, 1, 0, 1]),
        ("linear-count", [1, 1, 1, 5, 6, 22, 29, 37]),
        ("pattern", [0, 1, 3, 8, 19, 43, 94, 201]),
        ("prefix-mean", [2 ** (length - 1) for length in range(1, 9)]),
    ],
)
def test_the_languages_have_as_many_words_as_is_known(name: str, counts: list[int]) -> None:
    case = CASES[name]
    assert case.language is not None
    assert [sum(map(case.language, all_words(case)(length))) for length in range(1, 9)] == counts


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("shift", "1101", ["0", "1", "1", "0"]),
        ("reverse", "aabab", ["b", "a", "b", "a", "a"]),
        ("induction-average", "abaab", ["a", "a", "b", "b", "a"]),
        ("k-hop", "abab", ["a", "a", "a", "b"]),
        ("k-hop", "bbabb", ["a", "a", "b", "b", "b"]),
        ("double-histogram", "aba", [1, 1, 1]),
        ("double-histogram", "abba", [2, 2, 2, 2]),
        ("sort", "abba", ["a", "a", "b", "b"]),
        ("prime-encoding", "011", [mpq(8, 45)] * 3),
        ("induction", "abab", ["a", "a", "b", "a"]),
        ("induction", "bba", ["a", "b", "b"]),
        ("induction", "abaabba", ["a", "a", "b", "b", "a", "a", "b"]),
        ("histogram-width", "abaa", [3, 1, 3, 3]),
        ("most-frequent", "cbb", ["b", "b", "b"]),
        ("most-frequent", "cacb", ["c", "c", "c", "c"]),
        ("most-frequent", "cbcb", ["b", "b", "b", "b"]),
        ("prefix-argmax", "0110", [0, 0, 1, 0]),
        ("prefix-argmax", "010100", [0, 1, 0, 1, 0, 0]),
        ("prefix-argmax", "00", [1, 1]),
    ],
)
def test_the_functions_by_hand(name: str, word: str, expected: list[int | str]) -> None:
    function = CASES[name].function
    assert function is not None
    assert list(function(word)) == expected


NEVER = ["lit", "R(1)", "R(2)", "R(5)", "Q(1)", "Q(4)", "Q(12)"]


@pytest.mark.first(3)
@pytest.mark.parametrize("arithmetic", NEVER)
@pytest.mark.parametrize("name", ["contains", "last", "first", "ab-star"])
def test_what_retrieves_one_value_never_breaks(name: str, arithmetic: str) -> None:
    case = CASES[name]
    assert first_break(case, arithmetic, all_words(case), 7) is None


# -- entry 1


@pytest.mark.parametrize("arithmetic", ["lit", "R(1)", "R(3)", "fixed(8)"])
def test_majority_never_breaks(arithmetic: str) -> None:
    assert first_break(CASES["majority"], arithmetic, one_word_per_count, 20) is None


# -- entry 2


def test_majority_affine_breaks_at_three_under_the_papers_division() -> None:
    case = CASES["majority-affine"]
    assert breaks(case, "lit", all_words(case), 8) == (3, ["011", "101", "110"])


@pytest.mark.parametrize(("guard", "length"), list(enumerate([3, 3, 7, 13, 27])))
def test_majority_affine_under_reciprocals(guard: int, length: int) -> None:
    assert first_break(CASES["majority-affine"], f"R({guard})", one_word_per_count, 30) == length


@pytest.mark.parametrize(("places", "length"), list(enumerate([3, 3, 5, 9, 17, 33], start=1)))
def test_majority_affine_under_quotients(places: int, length: int) -> None:
    assert first_break(CASES["majority-affine"], f"Q({places})", one_word_per_count, 36) == length


@pytest.mark.parametrize(("arithmetic", "length"), [("fixed(7)", 33), ("fixed(8)", None)])
def test_majority_affine_up_to_64(arithmetic: str, length: int | None) -> None:
    assert first_break(CASES["majority-affine"], arithmetic, one_word_per_count, 64) == length


@pytest.mark.parametrize("arithmetic", ["lit", "R(2)", "Q(3)", "fixed(4)"])
def test_one_word_per_count_stands_for_all(arithmetic: str) -> None:
    case = CASES["majority-affine"]
    assert first_break(case, arithmetic, one_word_per_count, 8) == first_break(case, arithmetic, all_words(case), 8)


# -- entry 5


@pytest.mark.parametrize("guard", range(13))
def test_contains_eq_breaks_at_three_under_every_reciprocal(guard: int) -> None:
    case = CASES["contains-eq"]
    assert breaks(case, f"R({guard})", all_words(case), 3) == (3, ["111"])


@pytest.mark.parametrize("places", [0, 1, 2, 5, 12])
def test_contains_eq_never_breaks_under_quotients(places: int) -> None:
    case = CASES["contains-eq"]
    assert first_break(case, f"Q({places})", all_words(case), 8) is None


# -- entry 8


def test_first_needs_a_half() -> None:
    # The head returns 1/2, which quotient(0) stores as 0.
    case = CASES["first"]
    assert breaks(case, "Q(0)", all_words(case), 3) == (1, ["1"])


# -- entry 10


@pytest.mark.parametrize("arithmetic", ["lit", "R(1)", "R(3)", "R(8)"])
def test_parity_lookup_never_breaks_under_reciprocals(arithmetic: str) -> None:
    case = CASES["parity-lookup"]
    assert first_break(case, arithmetic, all_words(case), 6) is None
    assert first_break(case, arithmetic, one_word_per_count, 16) is None


@pytest.mark.parametrize(("places", "length"), list(enumerate([1, 2, 4, 4, 5, 6, 10, 11, 18, 18, 24])))
def test_parity_lookup_under_quotients(places: int, length: int) -> None:
    assert first_break(CASES["parity-lookup"], f"Q({places})", one_word_per_count, length) == length


def test_the_declared_range_of_parity_lookup_is_that_of_its_score() -> None:
    program = CASES["parity-lookup"].program
    [(index, (low, high))] = program.ranges
    for length in (1, 2, 5, 8):
        reference = Reference(program, EXACT, length)
        scores: list[mpq] = []
        for word in one_word_per_count(length):
            scores += [v for row in cast(Rows, reference.run(word).values[index]) for v in row if v is not None]
        declared = [evaluate(position(end), 0, length) for end in (low, high)]
        assert [min(scores), max(scores)] == declared == [mpq(-(length**2), length + 1), mpq(length**2, length + 1)]


# -- entries 13, 14, 18 and 21


@pytest.mark.parametrize("arithmetic", ["lit", "R(1)", "R(5)"])
def test_dyck1_never_breaks_under_reciprocals(arithmetic: str) -> None:
    case = CASES["dyck1"]
    assert first_break(case, arithmetic, all_words(case), 9) is None


@pytest.mark.parametrize(("arithmetic", "length"), [("lit", None), ("R(2)", None), ("Q(1)", 5), ("Q(2)", None)])
def test_palindrome_breaks_only_by_losing_two_mismatches(arithmetic: str, length: int | None) -> None:
    # Retrieval from one maximal position is exact; a mean of 2/n is stored as 0 once it is below the grid.
    case = CASES["palindrome"]
    assert first_break(case, arithmetic, all_words(case), 6) == length


@pytest.mark.parametrize(
    ("arithmetic", "expected"),
    [("lit", None), ("R(3)", None), ("Q(1)", (3, ["aab", "aba", "abb", "baa", "bab", "bba"]))],
)
def test_anbn_reads_zeros_of_single_means(arithmetic: str, expected: tuple[int, list[str]] | None) -> None:
    case = CASES["anbn"]
    assert breaks(case, arithmetic, all_words(case), 8) == expected


# -- entry 27


@pytest.mark.parametrize(
    ("arithmetic", "length", "words"),
    [("lit", 2, ["aa", "bb"]), ("R(1)", 2, ["aa", "bb"]), ("R(2)", 6, ["aaaaaa", "bbbbbb"])],
)
def test_histogram_width_breaks_on_a_constant_word(arithmetic: str, length: int, words: list[str]) -> None:
    case = CASES["histogram-width"]
    assert breaks(case, arithmetic, all_words(case), length) == (length, words)


def constant(length: int) -> list[str]:
    return ["a" * length]


@pytest.mark.parametrize(("guard", "width"), [(0, 2), (2, 6), (3, 9), (4, 18), (6, 49)])
def test_first_wrong_width(guard: int, width: int) -> None:
    assert first_break(CASES["histogram-width"], f"R({guard})", constant, width) == width


def read_back(width: int, guard: int) -> int:
    """What the model reads of h = `width` under `reciprocal`: the greatest m such that x·(2m+1) <= 2."""
    unit = 1 << (len(f"{width + 1:b}") + guard)
    x = mpq(unit // (width + 1), unit)
    return int((2 / x - 1) / 2)


@pytest.mark.parametrize(("guard", "width"), [(0, 2), (2, 6), (3, 9), (4, 18), (6, 49), (8, 189), (10, 739)])
def test_first_wrong_width_by_the_formula(guard: int, width: int) -> None:
    assert next(h for h in range(1, 1000) if read_back(h, guard) != h) == width


@pytest.mark.parametrize("width", [188, 189])
def test_the_formula_of_the_width_is_the_reference_run(width: int) -> None:
    program = CASES["histogram-width"].program
    assert set(cast(Iterable[mpq], Reference(program, parse("R(8)"), width).run("a" * width).outcome)) == {
        read_back(width, 8)
    }


# -- entry 32


@pytest.mark.parametrize(("arithmetic", "length"), [("lit", None), ("R(2)", None), ("Q(0)", 2), ("Q(1)", 5)])
def test_most_frequent_breaks_by_false_ties(arithmetic: str, length: int | None) -> None:
    case = CASES["most-frequent"]
    assert first_break(case, arithmetic, all_words(case), 5) == length


# -- entry 36


@pytest.mark.parametrize(
    ("arithmetic", "length", "words"),
    [
        ("lit", 3, ["011", "111"]),
        ("R(1)", 3, ["011", "111"]),
        *((f"R({t})", 3, ["111"]) for t in range(2, 13)),
        ("Q(1)", 3, ["001", "011"]),
        ("Q(2)", 3, ["011"]),
        ("Q(3)", 4, ["0010"]),
        ("Q(4)", 5, ["01111"]),
    ],
)
def test_prefix_argmax_breaks(arithmetic: str, length: int, words: list[str]) -> None:
    case = CASES["prefix-argmax"]
    assert breaks(case, arithmetic, all_words(case), length) == (length, words)


@pytest.mark.parametrize("arithmetic", ["exact", "lit", "R(2)", "Q(2)", "fixed(4)"])
def test_prefix_argmax_outputs_what_the_last_position_attends_to(arithmetic: str) -> None:
    t = Builder("causal", "01")
    ratio = t.uniform(t.symbol("1"), "causal", name="ratio")
    head = t.attend(t.key(ratio), ratio, "causal", name="at the last position")
    causal, case = t.accept(head), CASES["prefix-argmax"]
    index = len(causal.ops) - 1
    for length in range(1, 8):
        attention = Reference(causal, parse(arithmetic), length)
        outputs = Reference(case.program, parse(arithmetic), length)
        for word in all_words(case)(length):
            selected = attention.run(word).selected[index][-1]
            assert outputs.run(word).outcome == tuple(mpq(i in selected) for i in range(1, length + 1))
