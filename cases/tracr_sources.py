"""The RASP programs of the models in `cases/tracr`, as sequence programs with the same alphabet and outputs.

They say what the weights should compute: `tracr-length`, for example, how long the word is. Where RASP leaves an output
undefined, because a selector selects nothing, these give what the compiled weights give by BOS, where every value is 0:
the first class.
"""

from __future__ import annotations

from collections.abc import Callable

from gmpy2 import mpq

from ..encode.model.build import Builder, Expression, Polynomial, half
from ..encode.program.position import i, n
from ..encode.program.program import Program


def _builder(name: str, alphabet: str, longest: int) -> Builder:
    return Builder(f"rasp-{name}", alphabet, bos=True, max_length=longest, source="the RASP program")


def _selected(t: Builder, selector: Polynomial, value: Expression) -> Expression:
    """RASP's aggregate: the mean over the positions where the selector is 1, and 0 where it is nowhere."""
    return t.attend(selector + half * t.key(t.symbol("BOS")), value)


def _width(t: Builder, selector: Polynomial, most: int) -> Expression:
    """RASP's selector_width: at how many word positions the selector is 1; with BOS, of which 1/(1 + h) is seen."""
    bos = t.symbol("BOS")
    share = t.attend(selector + t.key(bos), bos, name="1/(1+h)")
    return t.steps(-share, 0, {mpq(-2, 2 * h + 1): h for h in range(1, most + 1)}, name="h")


def _numbers(t: Builder, value: Expression, most: int) -> Program:
    return t.classify({str(number): value.equals(number) for number in range(most + 1)})


def length() -> Program:
    """How long the word is."""
    t = _builder("length", "ab", 12)
    return _numbers(t, _width(t, t.key(t.symbol("a", "b")), 12), 12)


def hist() -> Program:
    """How often the symbol occurs."""
    t = _builder("hist", "abc", 8)
    return _numbers(t, _width(t, _same(t, "abc"), 8), 8)


def _same(t: Builder, alphabet: str) -> Polynomial:
    return sum((t.query(t.symbol(a)) * t.key(t.symbol(a)) for a in alphabet), start=Polynomial(()))


def frac_prevs() -> Program:
    """Which part of the symbols so far is x."""
    t = _builder("frac_prevs", "xy", 10)
    return t.output(_so_far(t, "x", "xy"))


def _so_far(t: Builder, symbol: str, alphabet: str) -> Expression:
    return t.attend(t.key(t.symbol(*alphabet)), t.symbol(symbol), "causal")


def pair_balance() -> Program:
    """Which part of the symbols so far opens, less which part closes."""
    t = _builder("pair_balance", "()", 10)
    return t.output(_so_far(t, "(", "()") - _so_far(t, ")", "()"))


def shift_by_2() -> Program:
    """The symbol two positions before."""
    t = _builder("shift_by_2", "abc", 6)
    return t.classify({a: _at(t, t.position(i - 2), a) for a in "abc"})


def _at(t: Builder, place: Expression, symbol: str) -> Expression:
    """Whether the symbol is at the position `place`; where there is none, the nearest that there is, BOS."""
    return t.attend(-((t.query(place) - t.key(t.position(i))) ** 2), t.symbol(symbol))


def reverse() -> Program:
    """The word from its end."""
    t = _builder("reverse", "abc", 6)
    return t.classify({a: _at(t, t.position(n + 1 - i), a) for a in "abc"})


def detect_ab() -> Program:
    """Whether ab ends here."""
    t = _builder("detect_ab", "ab", 8)
    found = t.both(_at(t, t.position(i - 1), "a"), t.symbol("b"))
    return t.classify({"false": 1 - found, "true": found})


def sort_unique() -> Program:
    """The symbols in order; of equal ones, which have one place together, the other places stay empty."""
    t = _builder("sort_unique", "12345", 6)
    index, words = t.position(i), t.symbol(*"12345")
    less = sum(
        (t.query(t.symbol(b)) * t.key(t.symbol(a)) for a in "12345" for b in "12345" if a < b), start=Polynomial(())
    )
    rank = _width(t, less, 6)
    here = sum(
        (t.query(index.equals(p + 1)) * t.key(t.both(rank.equals(p), words)) for p in range(6)), start=Polynomial(())
    )
    return t.classify({a: _selected(t, here, t.symbol(a)) for a in "12345"})


SOURCES: dict[str, Callable[[], Program]] = {
    f"rasp-{make.__name__}": make
    for make in (detect_ab, frac_prevs, hist, length, pair_balance, reverse, shift_by_2, sort_unique)
}
"""The program that each model in `cases/tracr` was compiled from, by the name that `--model` takes."""
