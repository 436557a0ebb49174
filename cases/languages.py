"""Reference languages as transformers, for the claim `language NAME`: what a solver can read and compare with.

The reference of a case is a plain Python function (`Case.language`), of which no solver knows anything. Here is the
same language as a sequence program that is run in exact arithmetic only, so that it may count: n times a mean is how
often something occurs. Written to be plainly right, and where that can be done in another way than the case; the tests
compare each with the function on every word up to length 10.
"""

from __future__ import annotations

from ..encode.build import Builder, Expression, half
from ..encode.position import i, n
from ..encode.program import Program


def _builder(name: str, alphabet: str) -> Builder:
    return Builder(name, alphabet, source=f"the reference language of {name}")


def _count(t: Builder, value: Expression) -> Expression:
    """How often a 0/1 feature is 1 in the whole word."""
    return t.product(t.position(n), t.uniform(value), name="count")


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


def _parity() -> Program:
    """The number of ones less twice its half, rounded down."""
    t = _builder("parity-lookup", "01")
    ones = _count(t, t.symbol("1"))
    return t.accept(ones - 2 * t.nearest(ones / 2 - half))


def _dyck1(name: str) -> Program:
    """How many brackets each prefix leaves open: never fewer than none, and none at the end."""
    t = _builder(name, "()")
    step = t.embed({"(": 1, ")": -1}, name="step")
    depth = t.product(t.position(i), t.uniform(step, "causal"), name="depth")
    return t.accept(t.both(depth.equals(0), _count(t, depth < 0).equals(0)))


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
    _parity(),
    _dyck1("dyck1"),
    _dyck1("dyck1-relu"),
    _anbn(),
    _palindrome(),
    _ab_star(),
)

LANGUAGES: dict[str, Program] = {program.name: program for program in _ALL}
"""The reference languages of cases, by the names of these."""
