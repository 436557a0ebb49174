"""Tables of irrational numbers in models: what people write is a table of rationals, or is refused with one line."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpq
from logbits import load, save
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.model import jsontext, modelfile
from logbits.encode.model.build import Builder
from logbits.encode.model.serial import FormatError
from logbits.encode.model.waves import MAX_WAVES, Power, Wave, format_of, power
from logbits.encode.number.rounding import floating
from logbits.encode.program.program import Program
from logbits.verify.reference.run import Reference


def values(program: Program, length: int) -> tuple[Any, ...]:
    outcome = Reference(program, EXACT, length).run("a" * length).outcome
    assert isinstance(outcome, tuple)
    return outcome


def test_the_encoding_of_vaswani_begins_at_zero() -> None:
    for k, wave in ((0, "sin"), (0, "cos"), (1, "sin"), (3, "cos")):
        t = Builder("pe", "ab", max_length=50)
        made = values(t.output(t.sinusoid(k, 8, wave=wave)), 50)  # type: ignore[arg-type]
        angles = [p / 10000 ** (2 * k / 8) for p in range(50)]
        wanted = [getattr(math, wave)(angle) for angle in angles]
        assert max(abs(float(a) - b) for a, b in zip(made, wanted, strict=True)) < 2**-24
        assert all(value.denominator & (value.denominator - 1) == 0 for value in made)


def test_the_first_position_is_bos_where_there_is_one() -> None:
    t = Builder("pe", "a", max_length=3, bos=True, eos=True)
    wave = t.wave("sin", "1/12", unit="turns", stored="fixed(8, 6) nearest-even")
    run = Reference(t.output(wave), EXACT, 3).run("aaa")
    assert [*run.values[0]] == [0, mpq(1, 2), mpq(55, 64), 1, mpq(55, 64)]
    t = Builder("pe", "a", max_length=3)
    later = t.wave("sin", "1/12", unit="turns", stored="fixed(8, 6) nearest-even", first=3)
    assert values(t.output(later), 3) == (1, mpq(55, 64), mpq(1, 2))


def test_a_table_is_a_list_or_a_function_of_the_position() -> None:
    for given in (lambda i: mpq(1, i + 1), [mpq(1, k) for k in range(1, 6)]):
        t = Builder("learned", "a", max_length=3, bos=True, eos=True)
        run = Reference(t.output(t.tabulated(given)), EXACT, 3).run("aaa")
        assert [*run.values[0]] == [mpq(1, k) for k in range(1, 6)]


def test_a_table_ends_where_the_positions_do() -> None:
    t = Builder("pe", "a", max_length=3)
    with pytest.raises(ValueError, match="knows positions up to length 3 only, not 4"):
        Reference(t.output(t.sinusoid(0, 2)), EXACT, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda t: t.tabulated([1, 2]), "tabulated: values: up to max_length = 3 there are 3 positions, and 2 values"),
        (lambda t: t.tabulated([1, 0.5, 2]), "tabulated: each value: not an exact number: 0.5"),
        (lambda t: t.tabulated("123"), "tabulated: values must be a list of numbers, or a function of the position"),
        (lambda t: t.tabulated({1: 2}), "tabulated: values must be a list of numbers"),
        (lambda t: t.wave("tan"), "wave: wave must be one of 'sin', 'cos', not 'tan'"),
        (lambda t: t.wave("sin", 0.1), "wave: frequency: not an exact number: 0.1"),
        (lambda t: t.wave("sin", base=-2), "the base of a power must be positive, not -2"),
        (lambda t: t.wave("sin", unit="degrees"), "wave: unit must be one of 'radians', 'turns'"),
        (lambda t: t.wave("sin", stored="bf16"), "'bf16' does not say how it rounds: write 'bf16 nearest-even'"),
        (lambda t: t.wave("sin", first=1 << 21), "wave: first must be a whole number from"),
        (lambda t: t.wave("cos", stored="ufixed(4, 4) floor"), "1 overflows u4.4"),
        (lambda t: t.sinusoid(4, 8), "sinusoid: k must be a whole number from 0 to 3, not 4"),
        (lambda _: Builder("endless", "a").sinusoid(0, 2), "wave: a table has an end: give Builder a max_length"),
        (lambda _: Builder("endless", "a").tabulated([1]), "tabulated: a table has an end"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(make: Callable[[Builder], object], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        make(Builder("pe", "a", max_length=3))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ("fixed(8) nearest-even", "fixed(8) has no format that is the same for all values"),
        ("int8 nearest-even", "int8 has no format"),
        ("exact", "does not say how it rounds"),
        ("bf16 iterative nearest-even", "a format and a rounding mode, such as 'float(24, 8) nearest-even'"),
        ("bf16 nearest-even rounded-parameters", "a format and a rounding mode"),
        ("fixed(8, 6) nearest-even wrap", "a format and a rounding mode"),
        ("float23 floor", "unknown arithmetic word 'float23'"),
        ("", "no arithmetic given"),
    ],
)
def test_formats_that_do_not_fit_are_refused(stored: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        format_of(stored)
    assert message in str(caught.value)


def test_a_slope_is_rounded_and_then_multiplied() -> None:
    single = floating(24, 8, False, "nearest-even", "error")
    slope = power(2, "-8/12")
    assert slope == single.apply(slope)
    assert abs(float(slope) - 2 ** (-8 / 12)) < 2**-25
    assert Power(mpq(2), mpq(-2, 3), times=mpq(-3)).value() == -3 * slope
    assert power(2, -3, "bf16 floor") == mpq(1, 8)


# -- in files

DOCUMENT: dict[str, Any] = {
    "schema": "logbits/model/1",
    "name": "waves",
    "alphabet": ["a"],
    "max_length": 12,
    "tables": {
        "s": {"is": "Wave", "wave": "sin", "first": 0, "last": 11, "base": 10000, "exponent": "-1/4"},
        "learned": [0, "1/2", "0.25", {"is": "Power", "base": 2, "exponent": "1/2", "stored": "bf16 floor"}],
    },
    "ops": [{"name": "x", "is": "Embed", "table": {"a": "1/2 + choose(i: s) - choose(1 + (i mod 4): learned)"}}],
    "readout": {"is": "Outputs", "forms": [{"terms": [[1, "x"]]}]},
}


def read(document: dict[str, Any]) -> Program:
    return modelfile.read(jsontext.parse(json.dumps(document).encode()))


def test_formulas_of_a_file_are_expanded_and_saved_as_numbers(tmp_path: Path) -> None:
    program = read(DOCUMENT)
    wave = Wave("sin", 0, 11, base=mpq(10000), exponent=mpq(-1, 4)).values()
    learned = (0, mpq(1, 2), mpq(1, 4), mpq(181, 128))
    assert values(program, 12) == tuple(mpq(1, 2) + wave[i - 1] - learned[i % 4] for i in range(1, 13))
    save(program, tmp_path / "x.json")
    assert load(tmp_path / "x.json") == program
    written = json.loads((tmp_path / "x.json").read_text())
    assert [len(table) for table in written["tables"].values()] == [12]  # and the short one where it is used
    assert written["ops"][0]["table"]["a"].startswith("(((1/2) + choose(i: t0)) - choose((1 + (i mod 4)): 0, 1/2,")


def test_a_table_of_many_symbols_and_coordinates_is_written_once(tmp_path: Path) -> None:
    t = Builder("many", "abcdefgh", max_length=4096)
    x = t.sinusoid(3, 16)
    y = t.embed(dict.fromkeys("abc", "choose(i: 1, 2)"), name="y")
    save(t.output(x + y), tmp_path / "x.json")
    assert (tmp_path / "x.json").stat().st_size < 100_000
    assert load(tmp_path / "x.json") == t.output(x + y)


def with_table(value: object, name: str = "s") -> dict[str, Any]:
    return DOCUMENT | {"tables": DOCUMENT["tables"] | {name: value}}


WAVE = DOCUMENT["tables"]["s"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (with_table([]), "tables.s: must be a list of numbers, at least one, or a Wave"),
        (with_table("sin"), "tables.s: must be a list of numbers"),
        (with_table([0.5]), 'tables.s[0]: write "0.5", a string'),
        (with_table(["i"]), "tables.s[0]: not a number: 'i'"),
        (with_table(WAVE | {"is": "Cosine"}), "tables.s: must be a Wave"),
        (with_table(WAVE | {"wave": "tan"}), "tables.s.wave: must be one of sin, cos"),
        (with_table(WAVE | {"base": 0}), "tables.s: the base of a power must be positive, not 0"),
        (with_table(WAVE | {"phase": 0}), "tables.s.phase: unknown key: there are wave, first, last, frequency"),
        (with_table(WAVE | {"last": -1}), "tables.s: first and last must be ascending"),
        (with_table(WAVE | {"last": MAX_WAVES}), "tables.s: first and last must be ascending"),
        (with_table(WAVE | {"last": MAX_WAVES - 1}, "r"), "tables.r: all waves together have more than 262144 values"),
        (with_table(WAVE | {"stored": "bf16"}), "tables.s: stored: 'bf16' does not say how it rounds"),
        (with_table(WAVE | {"stored": "fixed(4, 4) floor", "base": 1}), "tables.s: a value overflows s4.4"),
        (with_table([1], "choose"), "tables['choose']: a name is of letters, digits and _"),
        (with_table([1], "2x"), "tables['2x']: a name is of letters"),
        (with_table([{"is": "Power", "base": -2, "exponent": 1}]), "tables.s[0]: the base of a power must be positive"),
        (with_table([{"is": "Wave", "base": 2, "exponent": 1}]), "tables.s[0]: must be a Power"),
        (with_table([{"base": 2, "exponent": "3/2", "stored": "fixed(3, 2) floor"}]), "tables.s[0]: a value overflows"),
        (DOCUMENT | {"tables": []}, "tables: must be an object"),
        (DOCUMENT | {"tables": {}}, "ops[0].table['a']: no position expression: 's' at character 17"),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_formulas_that_do_not_fit_are_told_with_their_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(document)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()
