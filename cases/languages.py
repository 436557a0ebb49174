"""Reference languages as transformers, for the claim `language NAME`: what a solver can read and compare with.

The reference of a case is a plain Python function (`Case.language`), of which no solver knows anything. Here is the
same language as a sequence program that is run in exact arithmetic only, so that it may count: n times a mean is how
often something occurs. Written to be plainly right, and where that can be done in another way than the case; the tests
compare each with the function on every word up to length 10.
"""

from __future__ import annotations

from gmpy2 import mpq

from ..encode.model.build import Builder, Expression, half
from ..encode.program.position import i, n
from ..encode.program.program import Program
from . import at_least_k, fraction, linear_count, mod_count, pattern, shuffle_dyck


def _builder(name: str, alphabet: str) -> Builder:
    return Builder(name, alphabet, source=f"the reference language of {name}")


def _count(t: Builder, value: Expression) -> Expression:
    """How often a 0/1 feature is 1 in the whole word."""
    return t.product(t.position(n), t.uniform(value), name="count")


def _remainder(t: Builder, number: Expression, modulus: int) -> Expression:
    """A whole number modulo another: `nearest`, which rounds halves up, is the floor of what is a half more."""
    return number - modulus * t.nearest(number / modulus - half + mpq(1, 2 * modulus))


def _before(t: Builder, value: Expression) -> Expression:
    """A feature at the position before, 0 at the first."""
    return t.attend(t.key(t.position(i)), value, "strict", name="before")


def _majority(name: str) -> Program:
    """More ones than zeros."""
    t = _builder(name, "01")
    return t.accept(_count(t, t.symbol("1")) - _count(t, t.symbol("0")))


def _contains(name: str) -> Program:
    """The number of ones is not 0."""
    t = _builder(name, "01")
    return t.accept(_count(t, t.symbol("1")))


def _last() -> Program:
    """The symbol at the last position, where it is."""
    t = _builder("last", "01")
    return t.accept(t.symbol("1"), at="last")


def _first() -> Program:
    """The symbol at the first position, where it is."""
    t = _builder("first", "01")
    return t.accept(t.symbol("1"), at="first")


def _parity(name: str) -> Program:
    """The number of ones modulo 2."""
    t = _builder(name, "01")
    return t.accept(_remainder(t, _count(t, t.symbol("1")), 2))


def _mod_count() -> Program:
    """The number of ones modulo M is 0."""
    t = _builder("mod-count", "01")
    return t.accept(_remainder(t, _count(t, t.symbol("1")), mod_count.M).equals(0))


def _even_length() -> Program:
    """The length modulo 2 is 0."""
    t = _builder("even-length", "a")
    return t.accept(1 - t.position(n % 2))


def _fraction() -> Program:
    """Q times the number of ones against P times the length."""
    t = _builder("fraction", "01")
    return t.accept(fraction.Q * _count(t, t.symbol("1")) >= fraction.P * t.position(n))


def _at_least_k() -> Program:
    """The number of ones against K."""
    t = _builder("at-least-k", "01")
    return t.accept(_count(t, t.symbol("1")) >= at_least_k.K)


def _linear_count() -> Program:
    """The weighted numbers of symbols against the threshold."""
    t = _builder("linear-count", "01")
    counts = [weight * _count(t, t.symbol(symbol)) for symbol, weight in linear_count.WEIGHTS.items()]
    return t.accept(sum(counts, start=t.expression(0)) - linear_count.THRESHOLD)


def _dyck1(name: str) -> Program:
    """How many brackets each prefix leaves open: never fewer than none, and none at the end."""
    t = _builder(name, "()")
    step = t.embed({"(": 1, ")": -1}, name="step")
    depth = t.product(t.position(i), t.uniform(step, "causal"), name="depth")
    return t.accept(t.both(depth.equals(0), _count(t, depth < 0).equals(0)))


def _shuffle_dyck() -> Program:
    """The same for each kind of brackets, where the others do not count."""
    t = _builder("shuffle-dyck", "".join(shuffle_dyck.KINDS))
    right: list[Expression] = []
    for opening, closing in shuffle_dyck.KINDS:
        step = t.embed({opening: 1, closing: -1}, name="step")
        depth = t.product(t.position(i), t.uniform(step, "causal"), name="depth")
        right += [depth.equals(0), _count(t, depth < 0).equals(0)]
    return t.accept(t.both(*right))


def _anbncn() -> Program:
    """As many a as b as c, and no symbol right before one that is earlier in the alphabet."""
    t = _builder("anbncn", "abc")
    a, b, c = (t.symbol(symbol) for symbol in "abc")
    number = t.embed({"b": 1, "c": 2}, name="number")
    wrong = _before(t, number) > number
    same = [_count(t, x - y).equals(0) for x, y in ((a, b), (b, c))]
    return t.accept(t.both(*same, _count(t, wrong).equals(0)))


def _ww() -> Program:
    """An even length, and each position of the first half holds what the one n/2 further on holds."""
    t = _builder("ww", "ab")
    is_b, index, middle = t.symbol("b"), t.position(i), t.position(n / 2)
    distance = t.key(index) - t.query(index) - t.query(middle)
    other = t.attend(-(distance**2), is_b, name="other")
    wrong = t.both(index <= middle, other.equals(is_b).negate())
    return t.accept(t.both(_count(t, wrong).equals(0), t.position(n % 2).equals(0)))


def _pattern() -> Program:
    """A one right after a one, at some position."""
    t = _builder("pattern", "01")
    assert pattern.PATTERN == "11"
    one = t.symbol("1")
    return t.accept(_count(t, t.both(one, _before(t, one))))


def _anbn() -> Program:
    """As many a as b, and no b right before an a."""
    t = _builder("anbn", "ab")
    a, b = t.symbol("a"), t.symbol("b")
    wrong = t.both(a, _before(t, b))
    return t.accept(t.both(_count(t, a - b).equals(0), _count(t, wrong).equals(0)))


def _palindrome() -> Program:
    """Position n + 1 - i, the only one at which -(i + j - n - 1)² is 0, holds what position i holds."""
    t = _builder("palindrome", "ab")
    is_b, index = t.symbol("b"), t.position(i)
    distance = t.query(index) + t.key(index) - t.query(t.position(n)) - 1
    mirrored = t.attend(-(distance**2), is_b, name="mirrored")
    return t.accept(_count(t, mirrored.equals(is_b).negate()).equals(0))


def _ab_star() -> Program:
    """An a at every odd position, a b at every even one, and an even length."""
    t = _builder("ab-star", "ab")
    wrong = t.symbol("a").equals(t.position(i % 2)).negate()
    return t.accept(t.both(_count(t, wrong).equals(0), t.position(n % 2).equals(0)))


_ALL = (
    _majority("majority"),
    _majority("majority-affine"),
    _contains("contains-eq"),
    _contains("contains"),
    _last(),
    _first(),
    _parity("parity"),
    _parity("parity-lookup"),
    _mod_count(),
    _even_length(),
    _fraction(),
    _at_least_k(),
    _linear_count(),
    _dyck1("dyck1"),
    _dyck1("dyck1-relu"),
    _dyck1("dyck1-rasp"),
    _shuffle_dyck(),
    _anbn(),
    _anbncn(),
    _ww(),
    _pattern(),
    _palindrome(),
    _ab_star(),
)

LANGUAGES: dict[str, Program] = {program.name: program for program in _ALL}
"""The reference languages of cases, by the names of these."""
