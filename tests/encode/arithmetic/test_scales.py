"""Rule scales/1: golden formats, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import Arithmetic, fixed
from logbits.encode.arithmetic.scales import sites as all_sites
from logbits.encode.arithmetic.scales import undyadic
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder, Expression
from logbits.encode.number.rounding import Rounding, fixed_point, power
from logbits.encode.program.position import Position, i, n
from logbits.encode.program.program import Program


def sites(program: Program, arithmetic: Arithmetic, bound: int) -> tuple[Rounding | None, ...]:
    """What is stored, without accumulators, of which these arithmetics have none."""
    found = all_sites(program, arithmetic, bound)
    assert all(site.accumulator is None for site in found)
    return tuple(site.stored for site in found)


def last(program: Program, arithmetic: str = "fixed(8)", bound: int = 4) -> Rounding:
    """The rounding of the last site."""
    rounding = sites(program, parse(arithmetic), bound)[-1]
    assert rounding is not None
    return rounding


def signed(bits: int, fraction: int) -> Rounding:
    return fixed_point(bits, fraction, True, "toward-zero", "saturate")


def unsigned(bits: int, fraction: int) -> Rounding:
    return fixed_point(bits, fraction, False, "toward-zero", "saturate")


@pytest.mark.parametrize("bits", range(1, 17))
def test_zero_to_one_and_minus_one_to_one(bits: int) -> None:
    majority = sites(CASES["majority"].program, fixed(bits), 64)
    assert set(majority) == {unsigned(bits, bits - 1)}
    dyck = sites(CASES["dyck1"].program, fixed(bits), 64)
    assert dyck[0] == signed(bits, bits - 2)
    # with one bit both ends are stored as 0, and [0, 0] gets fraction 0
    assert dyck[1] == (signed(bits, bits - 2) if bits > 1 else unsigned(1, 0))


@pytest.mark.parametrize(("bound", "fraction"), [(63, 2), (64, 1), (127, 1), (128, 0), (255, 0), (256, -1)])
def test_positions_at_eight_bits(bound: int, fraction: int) -> None:
    t = Builder("p", "ab")
    assert last(t.output(t.position(i)), bound=bound) == unsigned(8, fraction)


def test_palindrome_at_64_and_eight_bits() -> None:
    # score of mirrored: 2·n·j + 2·j - 2·i·j - j² over [1, 64]: from 2+2-8192-4096 to 8192+128-2-1
    program = CASES["palindrome"].program
    named = dict(zip(program.names, sites(program, fixed(8), 64), strict=True))
    assert named == {
        "is b": unsigned(8, 7),
        "i": unsigned(8, 1),
        "score of length": unsigned(8, 1),
        "length": unsigned(8, 1),
        "score of mirrored": signed(8, -7),
        "mirrored": unsigned(8, 7),
        "[= 0]": None,
        "[> 0]": None,
        "mismatches": unsigned(8, 7),
    }


@pytest.mark.parametrize(
    ("expression", "bos", "eos", "rounding"),
    [
        (i, True, False, unsigned(8, 6)),  # [0, 3]
        (i, False, True, unsigned(8, 5)),  # [1, 4]
        (0 - i, True, True, signed(8, 5)),  # [-4, 0]
        (n - i, False, False, unsigned(8, 6)),  # [0, 2]
        (n - i, True, True, signed(8, 5)),  # [-1, 3]
        (i - n, False, True, signed(8, 6)),  # [-2, 1]
        (1 / i, False, False, unsigned(8, 7)),  # [1/3, 1]
        (1 / n, False, False, unsigned(8, 7)),  # [1/3, 1]
        (1 / (n + i), True, False, unsigned(8, 7)),  # [1/6, 1]
        (1 / (n + i), False, False, unsigned(8, 8)),  # [1/6, 1/2]
    ],
)
def test_embeddings_are_joined_over_positions_and_lengths(
    expression: Position, bos: bool, eos: bool, rounding: Rounding
) -> None:
    t = Builder("p", "ab", bos=bos, eos=eos)
    assert last(t.output(t.position(expression)), bound=3) == rounding


def test_embeddings_are_joined_over_symbols() -> None:
    t = Builder("p", "ab")
    assert last(t.output(t.embed({"a": -3, "b": "1/2"}))) == signed(8, 5)


Write = Callable[[Builder, Expression, Expression], Expression]


@pytest.mark.parametrize(
    ("write", "rounding"),
    [
        (lambda t, x, u: t.store(x * 3 + 1), signed(8, 4)),  # [-2, 4]
        (lambda t, x, u: t.store(x - x + 5), unsigned(8, 5)),  # the form is 5
        (lambda t, x, u: t.store(x + u), signed(8, 4)),  # [-1, 4]
        (lambda t, x, u: t.store(x - u), signed(8, 5)),  # [-4, 1]
        (lambda t, x, u: t.store(2 * u), unsigned(8, 5)),  # [0, 6]
        (lambda t, x, u: t.product(x, u), signed(8, 5)),  # [-3, 3]
        (lambda t, x, u: t.product(x, x), signed(8, 6)),  # [-1, 1]: no relation between operands
        (lambda t, x, u: t.maximum(u - 1, -u), signed(8, 5)),  # max(-1, -3) to max(2, 0)
        (lambda t, x, u: t.relu(x), unsigned(8, 7)),  # [0, 1]
        (lambda t, x, u: t.relu(-u), unsigned(8, 0)),  # [0, 0]
        (lambda t, x, u: t.nearest(u / 2), unsigned(8, 6)),  # [0, 2]: 3/2 goes up
        (lambda t, x, u: t.table(u, {0: "-1/4", 3: "3/8"}), signed(8, 8)),
        (lambda t, x, u: t.uniform(x), signed(8, 6)),
        (lambda t, x, u: t.uniform(u, "strict"), unsigned(8, 6)),
        (lambda t, x, u: t.uniform(u / 6 - 1, "strict"), signed(8, 7)),  # [-1, -1/2], and 0 where there is nothing
        (lambda t, x, u: t.uniform(u / 12 + "1/4", "strict"), unsigned(8, 8)),  # [1/4, 1/2], and 0
        (lambda t, x, u: t.store(t.attend(t.query(x) * t.key(u), 1 + u) - 4), signed(8, 5)),  # [-3, 0]
        (lambda t, x, u: t.store(t.attend(t.key(u), 1 + u, "strict") - 4), signed(8, 5)),  # [-4, 0]
        (lambda t, x, u: t.store(t.attend(t.key(u), 1 + u, "strict", "hard") - 9), signed(8, 3)),  # [-9, -5]
        (lambda t, x, u: t.store((x > u) - 2), signed(8, 6)),  # [-2, -1]
        (lambda t, x, u: t.store(x * 3, within=(-1, 1)), signed(8, 6)),
        (lambda t, x, u: t.store(t.store(x * 3, within=(0, 1)) * 2), unsigned(8, 6)),
    ],
)
def test_intervals_of_operations(write: Write, rounding: Rounding) -> None:
    t = Builder("p", "ab")
    x, u = t.embed({"a": -1, "b": 1}), t.embed({"a": 0, "b": 3})
    assert last(t.output(write(t, x, u))) == rounding


@pytest.mark.parametrize(
    ("low", "high", "rounding"),
    [(-1, 1, signed(8, 6)), (0, "1/2", unsigned(8, 8)), (-200, 0, signed(8, -1))],
)
def test_declared_range_of_a_score(low: int, high: int, rounding: Rounding) -> None:
    t = Builder("p", "ab")
    k = t.key(t.position(i))
    program = t.output(t.attend(k**2 - 3 * k, 1, within=(low, high)))
    assert sites(program, fixed(8), 64)[program.names.index("score")] == rounding


def test_scores_are_taken_monomial_by_monomial() -> None:
    t = Builder("p", "ab")
    x = t.embed({"a": -1, "b": 1})
    program = t.output(t.attend((t.query(x) - t.key(x)) ** 2, x))
    assert sites(program, fixed(8), 4)[1] == signed(8, 4)  # q² - 2qk + k² over [-1, 1]: [-4, 4]


@pytest.mark.parametrize(
    ("arithmetic", "ties", "fraction"),
    [
        ("fixed(8)", "saturated", 7),  # values in [1, 2], less 2: [-1, 0]
        ("fixed(8) reciprocal(3)", "saturated", 6),  # with 0: [-2, 0]
        ("fixed(8) reciprocal(3)", "hard", 7),
        ("fixed(8) reciprocal(3)", "rightmost", 7),
    ],
)
def test_reciprocal_means_include_zero(arithmetic: str, ties: str, fraction: int) -> None:
    t = Builder("p", "ab")
    x = t.embed({"a": 1, "b": 2})
    program = t.output(t.store(t.attend(t.key(x), x, "none", ties) - 2))  # type: ignore[arg-type]
    assert last(program, arithmetic) == signed(8, fraction)


def test_uniform_reciprocal_means_include_zero() -> None:
    t = Builder("p", "ab")
    program = t.output(t.store(t.uniform(t.embed({"a": 1, "b": 2})) - 2))
    assert last(program, "fixed(8)") == signed(8, 7)
    assert last(program, "fixed(8) reciprocal(0)") == signed(8, 6)


def test_the_interval_of_a_site_is_the_rounded_one() -> None:
    # at 3 bits [0, 1/3] is stored with 4 fraction bits, up to 5/16; three times that is 15/16, which fits 3 of them
    t = Builder("p", "ab")
    third = t.embed({"a": 0, "b": "1/3"})
    program = t.output(t.store(3 * third))
    assert sites(program, fixed(3), 4) == (unsigned(3, 4), unsigned(3, 3))


def test_modes_and_overflow_are_passed_on() -> None:
    t = Builder("p", "ab")
    program = t.output(t.symbol("a"))
    assert last(program, "fixed(8) ceil wrap") == fixed_point(8, 7, False, "ceil", "wrap")


def test_one_format_for_all_sites_but_comparisons() -> None:
    program = CASES["dyck1"].program
    for text, is_signed in (("fixed(6, 2)", True), ("ufixed(6, 2)", False)):
        same = fixed_point(6, 2, is_signed, "toward-zero", "saturate")
        assert sites(program, parse(text), 8) == (same, same, None, same, None, None, None)


def test_dyadic_rounds_means_only() -> None:
    t = Builder("p", "ab")
    x = t.symbol("a")
    heads = [t.attend(t.key(x), x, ties=ties) for ties in ("saturated", "hard", "rightmost")]
    program = t.output(sum(heads, t.uniform(x)) + t.product(x, x))
    grid = Rounding(power(-5), None, None, "floor")
    names = {f"{op.ties}": r for op, r in zip(program.ops, sites(program, parse("Q(5) floor"), 8), strict=True) if r}  # type: ignore[union-attr]
    assert names == {"saturated": grid, "uniform": grid}
    assert set(sites(program, parse("R(5)"), 8)) == {None}
    assert set(sites(program, parse("exact"), 8)) == {None}


def test_no_scale_is_an_error() -> None:
    with pytest.raises(ValueError, match="one signed bit"):
        sites(CASES["dyck1"].program, parse("fixed(1) ceil"), 8)


def test_an_undefined_position_is_an_error_from_its_length_on() -> None:
    t = Builder("p", "ab")
    program = t.output(t.position(1 / (i - 3)))
    assert last(program, bound=2) == signed(8, 7)
    with pytest.raises(ValueError, match="division by zero"):
        sites(program, fixed(8), 3)


def test_what_is_not_dyadic_is_reported() -> None:
    t = Builder("p", "ab")
    x = t.embed({"a": "1/2", "b": "3/8"}, name="x")
    y = t.store(x / 3, name="y")
    z = t.table(y, {"1/6": 1, "1/8": 2}, name="z")
    s = t.attend(t.key(x) * "2/7", z, name="s")
    program = t.accept(t.relu(s - "1/5", name="r") - t.position(1 / i, name="p") - "1/10")
    assert undyadic(program, 4) == (
        "1/3 in y is not dyadic and stays exact",
        "1/6 in z is not dyadic and stays exact",
        "2/7 in score of s is not dyadic and stays exact",
        "-1/5 in r is not dyadic and stays exact",
        "1/3 in p is not dyadic and stays exact",
        "-1/10 in the readout is not dyadic and stays exact",
    )
    assert undyadic(program, 2)[4] == "-1/10 in the readout is not dyadic and stays exact"


@pytest.mark.parametrize(("bound", "fraction"), [(3, 4), (4, 3), (15, 2), (16, 1)])
def test_a_declared_range_in_n_is_that_of_the_bound(bound: int, fraction: int) -> None:
    t = Builder("p", "ab")
    program = t.accept(t.store(t.position(i) * 2, within=(1 - n, n)))
    assert last(program, "fixed(7)", bound) == signed(7, fraction)


def test_a_declared_range_that_is_empty_at_the_bound_is_refused() -> None:
    t = Builder("p", "ab")
    program = t.accept(t.store(t.position(i) * 2, name="twice", within=(n, 5)))
    sites(program, parse("fixed(7)"), 5)
    with pytest.raises(ValueError, match="the range declared for twice is empty at n=6"):
        sites(program, parse("fixed(7)"), 6)


NOT_DYADIC = {
    "parity": ("1/3 in i/(n+1)", "1/3 in 1/(n+1)"),
    "histogram-width": ("-2/3 in h = 1/x - 1",),  # its thresholds are -2/3, -2/5, …; the first is named
    "double-histogram": ("-2/3 in h = 1/x - 1", "-2/3 in width = 1/x' - 1"),
    "prime-encoding": ("1/3 in 1/p_i at ones",),
}


@pytest.mark.parametrize("name", CASES)
def test_which_cases_are_dyadic(name: str) -> None:
    notes = undyadic(CASES[name].program, 64)
    assert notes == tuple(f"{what} is not dyadic and stays exact" for what in NOT_DYADIC.get(name, ()))


@pytest.mark.parametrize(
    ("text", "mean", "total"),
    [
        ("fixed(8) weights(float(3, 5))", unsigned(8, 7), None),  # toward zero no mean is greater than its values
        ("fixed(8) weights(fixed(3), ceil)", unsigned(8, 6), None),  # nine weights of 1/4: [0, 9/4]
        ("fixed(8) weights(fixed(3), ceil) iterative", unsigned(8, 6), unsigned(8, 6)),
        ("fixed(8) denominator(float(1, 5), iterative)", unsigned(8, 5), None),  # nine ones are 2: [0, 9/2]
        ("fixed(8) denominator(float(1, 5), iterative) iterative", unsigned(8, 5), unsigned(8, 4)),  # and [0, 9]
        ("fixed(8) denominator(float(4, 5), iterative)", unsigned(8, 7), None),
    ],
)
def test_means_by_stored_weights(text: str, mean: Rounding, total: Rounding | None) -> None:
    t = Builder("ones", "ab", eos=True)
    program = t.output(t.uniform(t.embed({"a": "1/2", "b": 1, "EOS": 1})))
    _, site = all_sites(program, parse(text), 8)
    assert (site.stored, site.accumulator) == (mean, total)


def test_negative_means_by_stored_weights() -> None:
    """Values in [-2, -1], and nine times 1/4: [-9/2, 0]."""
    t = Builder("twos", "ab", bos=True)
    program = t.output(t.uniform(t.embed({"a": -2, "b": -1, "BOS": -1})))
    _, site = all_sites(program, parse("fixed(8) weights(fixed(3), ceil) iterative"), 8)
    assert (site.stored, site.accumulator) == (signed(8, 4), signed(8, 4))
