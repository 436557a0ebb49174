"""The catalogue: each exact program computes its reference, and rounding breaks it first where it is known to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest
from logbits.cases.case import Case
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic import EXACT, parse
from logbits.encode.program import Accept, validate
from logbits.verify.reference import Reference, differ

Words = Callable[[int], Iterable[str]]


def all_words(case: Case) -> Words:
    def words(length: int) -> Iterator[str]:
        return map("".join, product(case.program.alphabet, repeat=length))

    return words


def one_word_per_count(length: int) -> list[str]:
    """Enough for a model without positions and masks: what it stores depends on the number of ones alone."""
    return ["0" * (length - ones) + "1" * ones for ones in range(length + 1)]


def breaks(case: Case, arithmetic: str, words: Words, bound: int) -> tuple[int, list[str]] | None:
    """The first length up to `bound` at which the decision changes, with all its words that do; None if none does."""
    exact = Reference(case.program, EXACT, bound)
    low = Reference(case.program, parse(arithmetic), bound)
    for length in range(1, bound + 1):
        broken = [word for word in words(length) if differ(exact.run(word), low.run(word))]
        if broken:
            return length, broken
    return None


def first_break(case: Case, arithmetic: str, words: Words, bound: int) -> int | None:
    found = breaks(case, arithmetic, words, bound)
    return None if found is None else found[0]


def test_cases_are_listed_in_the_order_of_the_catalogue_under_their_names() -> None:
    assert [(case.number, name) for name, case in CASES.items()] == [
        (1, "majority"),
        (2, "majority-affine"),
        (5, "contains-eq"),
        (13, "dyck1"),
        (14, "dyck1-relu"),
        (21, "palindrome"),
    ]
    for name, case in CASES.items():
        assert case.name == case.program.name == name
        assert case.program.formula
        assert (case.function is None) == isinstance(case.program.readout, Accept) == (case.language is not None)
        assert validate(case.program) is case.program


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("majority", (1,)),
        ("majority-affine", (1,)),
        ("contains-eq", (1,)),
        ("dyck1", (1, 1)),
        ("dyck1-relu", (1, 1)),
        ("palindrome", (1, 1, 1)),
    ],
)
def test_layers_and_heads(name: str, layers: tuple[int, ...]) -> None:
    assert CASES[name].program.layers() == layers


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.language], ids=lambda case: case.name)
def test_the_exact_program_accepts_its_language(case: Case) -> None:
    assert case.language is not None
    reference = Reference(case.program, EXACT, 8)
    for length in range(1, 9):
        for word in all_words(case)(length):
            result = reference.run(word)
            assert (result.outcome, result.failure) == (case.language(word), None), word


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("majority", [1, 1, 4, 5, 16, 22, 64, 93]),
        ("majority-affine", [1, 1, 4, 5, 16, 22, 64, 93]),
        ("contains-eq", [2**length - 1 for length in range(1, 9)]),
        ("dyck1", [0, 1, 0, 2, 0, 5, 0, 14]),
        ("dyck1-relu", [0, 1, 0, 2, 0, 5, 0, 14]),
        ("palindrome", [2, 2, 4, 4, 8, 8, 16, 16]),
    ],
)
def test_the_languages_have_as_many_words_as_is_known(name: str, counts: list[int]) -> None:
    case = CASES[name]
    assert case.language is not None
    assert [sum(map(case.language, all_words(case)(length))) for length in range(1, 9)] == counts


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


# -- entries 13, 14 and 21


@pytest.mark.parametrize("arithmetic", ["lit", "R(1)", "R(5)"])
def test_dyck1_never_breaks_under_reciprocals(arithmetic: str) -> None:
    case = CASES["dyck1"]
    assert first_break(case, arithmetic, all_words(case), 9) is None


@pytest.mark.parametrize(("arithmetic", "length"), [("lit", None), ("R(2)", None), ("Q(1)", 5), ("Q(2)", None)])
def test_palindrome_breaks_only_by_losing_two_mismatches(arithmetic: str, length: int | None) -> None:
    # Retrieval from one maximal position is exact; a mean of 2/n is stored as 0 once it is below the grid.
    case = CASES["palindrome"]
    assert first_break(case, arithmetic, all_words(case), 6) == length
