"""Reading derivations: the form of each line, and nothing but a refusal for whatever else is there."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal, Weights
from logbits.encode.number.rational import ONE, ZERO, show
from logbits.encode.number.rounding import Rounding
from logbits.encode.term.terms import Terms
from logbits.verify.checker.checker import Checker
from logbits.verify.checker.refused import Refused
from support.derivations import accepted, written
from support.rule_terms import Made, anything, sets

Kind = Callable[[random.Random], Made]

HEAD = "logbits/derivation/1 2 3 3 0"
X, Y, Z = 2, 3, 4
"""The numbers of the symbols of words of three."""


def read(*lines: str, length: int = 3) -> Checker:
    """What is accepted of a text without its first and last line."""
    checker = Checker(Terms(2, 3))
    checker.read([HEAD, *lines, "end"], length)
    return checker


def refused(*lines: str) -> bool:
    """Whether it is refused, and says in which line."""
    try:
        read(*lines)
    except Refused as error:
        return str(error).startswith("line ")
    return False


def test_terms_and_steps() -> None:
    checker = read(
        "c 1/3",
        "a 1 2*2 -1/2*3 4",
        "t mul|5 6",
        "t max|2 3",
        "t compare >=|6",
        "t and|2 3",
        "= itself|and|2 3|10",
        "= flat|and|2 10|10",
    )
    terms = checker.terms
    third = terms.const(mpq(1, 3))
    total = terms.affine(ONE, [(mpq(2), X), (mpq(-1, 2), Y), (ONE, Z)])
    for op, args, payload in (("max", (X, Y), None), ("compare", (total,), ">="), ("and", (X, Y), None)):
        assert terms.add(op, args, payload) < len(terms)
    assert terms.ops.count("mul") == 1
    assert set(terms.args[terms.ops.index("mul")]) == {third, total}
    assert checker.known.same("and", (X, Y)) == terms.add("and", (X, Y))
    assert checker.lines == 10


@pytest.mark.parametrize(
    "head",
    [
        "",
        "logbits/derivation/2 2 3 3 0",
        "logbits/derivation/1 3 3 3 0",
        "logbits/derivation/1 2 4 3 0",
        "logbits/derivation/1 2 3 2 0",
        "logbits/derivation/1 2 3 3 1",
        HEAD + " ",
        " " + HEAD,
        HEAD.replace(" 0", " 00"),
        "c 1",
    ],
)
def test_the_first_line(head: str) -> None:
    checker = Checker(Terms(2, 3))
    with pytest.raises(Refused, match="line 1"):
        checker.read([head, "end"], 3)


def test_lengths_go_on_from_each_other() -> None:
    checker = Checker(Terms(2, 3))
    checker.read(["logbits/derivation/1 2 3 1 0", "c 5", "end"], 1)
    for last in (0, 2, 3):
        with pytest.raises(Refused):
            checker.read([f"logbits/derivation/1 2 3 3 {last}", "end"], 3)
    checker.read(["logbits/derivation/1 2 3 3 1", "a 0 2*5", "end"], 3)
    assert checker.lines == 3 + 3 + 3


def test_the_end() -> None:
    for lines in (
        [],
        [HEAD],
        [HEAD, "c 1"],
        [HEAD, "end", "c 1"],
        [HEAD, "end", ""],
        [HEAD, "end", "end"],
        [HEAD, "end 9"],
        [HEAD, "ende"],
    ):
        with pytest.raises(Refused):
            Checker(Terms(2, 3)).read(lines, 3)
    Checker(Terms(2, 3)).read([f"{HEAD}\n", "end 2 3\n"], 3)


MALFORMED = [
    "",
    " ",
    "x",
    "c",
    "c ",
    "c x",
    "c 1/0",
    "c 1 2",
    "c 0.5.5",
    "c 1e9",
    "c nan",
    "c " + "9" * 5000,
    "C 1",
    "cc 1",
    "a",
    "a 1 ",
    "a 1 x",
    "a 1 2*",
    "a 1 *2",
    "a 1 9",
    "a 1 -2",
    "a x 2",
    "a 1 1/0*2",
    "a 1 2**2",
    "a 1 2*3*2",
    "a 1 +2",
    "a 1 ٢",
    "a 1 2_0",
    "a 1 1234567890",
    "t",
    "t |2",
    "t mul",
    "t mul|2",
    "t mul|2 3 4",
    "t mul|2  3",
    "t mul|2 9",
    "t mul|2 3||",
    "t mul|2 3|4|5",
    "t mul 1|2 3",
    "t and",
    "t and|",
    "t and x|2 3",
    "t compare|2",
    "t compare >|",
    "t compare <|2",
    "t compare >= >=|2",
    "t compare >=|2 3",
    "t xor|2",
    "t xor 1|2 3",
    "t ge|2 3",
    "t row|2 3",
    "t attend saturated quotient|2 3 4",
    "t attend uniform quotient|2 3",
    "t attend saturated|2 3",
    "t maximal 2|2 3",
    "t maximal|2 3",
    "t maximal -1|2 3",
    "t steps|2",
    "t steps 0 1|2",
    "t steps 0|2 3",
    "t symbol|2",
    "t affine|2",
    "t const|2",
    "t round 0|2",
    "t round|2",
    "t round x|2",
    "t mean quotient 0 1|2 3",
    "t mean quotient 0 1|2",
    "t mean quotient|2 3",
    "t table|2|1 2",
    "t table|2",
    "t table||1",
    "f",
    "f 1",
    "f 0 0 3 none floor wrap",
    "f -1 0 3 none floor wrap",
    "f 1 1 3 none floor wrap",
    "f 1 -3 -1 none floor wrap",
    "f 1 none 3 none floor wrap",
    "f 1 0 none none floor wrap",
    "f 1 0 3 0 floor saturate",
    "f 1 0 3 -1 floor saturate",
    "f 1 0 3 1025 floor saturate",
    "f 1 0 3 99999999999999 floor saturate",
    "f 1 0 3 none down wrap",
    "f 1 0 3 none floor ignore",
    "f 1 0 x none floor wrap",
    "f 1 0 3 none floor wrap 1",
    "f 1|0",
    "k",
    "k domain",
    "k domain|",
    "k domain|9",
    "k domain|2|3",
    "k domain|2 3",
    "k all|2",
    "k counts|2",
    "k counts|2 2",
    "k mean|2 3|0 1",
    "k mean|2 3",
    "k one of|2|3",
    "k one of|2",
    "k domain|2||",
    "b",
    "b each",
    "b each|2 3",
    "b each|2 3|0 1",
    "b each|2 3|0 1|",
    "b each|2|0 1|2 3",
    "b each|2 3 4|0 1|2 3",
    "b each|2 3|0|2 3",
    "b each|2 3|0 1 2|2 3",
    "b all|2 3|0 1|2 3",
    "b some|2 3|0 1",
    "b each|2 3|0 1|2 3|4",
    "=",
    "= ",
    "= itself",
    "= itself|and",
    "= itself|and|2 3",
    "= itself|and|2 3|",
    "= itself|and|2 3|2",
    "= itself|and|2 3|2 3",
    "= itself|and||1",
    "= flat|and||1",
    "= table at levels|attend saturated quotient||0",
    "= none|and|2 3|2",
    "= itself|nand|2 3|2",
    "= same|xor|2|0",
    "= same|xor|2 2 2|0",
    "= same|xor|2 2|0|||||",
    "= same|xor|2 2|0 0",
    "= same|xor 1|2 2|0",
    "= table|ge|2 2|1",
    "= table|and|2 3|2|@9",
    "= table|and|2 3|2|@x",
    "= table|and|2 3|2|@",
    "= table|row|2 3|2 3|@1",
    "= alike|row||",
    "= sign|compare|2|1",
    "= sign|compare >|2|1",
    "= sign|compare =|2|1",
    "= strict|compare >=|2|1",
    "= entry|maximal x|2 2|1",
    "= entry|maximal 9|2 2|1",
    "= fixed|round 0|2|2",
    "= cuts|steps|2|2",
    "= cuts|steps 0 1|2|2",
    "= cuts|steps 0 1:2:3|2|2",
    "= points|table 1|2|2",
    "= points|table 1:2|2 3|2",
    "= weight|mean|2 3|2",
    "= weight|mean median 0 1|2 1|2",
    "= weight|mean reciprocal(x) 0 1|2 1|2",
    "= weight|mean reciprocal(2000) 0 1|2 1|2",
    "= weight|mean reciprocal(1,down) 0 1|2 1|2",
    "= weight|mean reciprocal(1, ceil) 0 1|2 1|2",
    "= chosen|attend soft quotient|2 3|2",
    "= chosen|attend saturated|2 3|2",
    "= chosen|attend saturated quotient(3)|2 3|2",
    "end 9",
    "end x",
    "end  ",
    "é",
    "\x00",
    "c 1\n\n",
    "c 1\r",
    "=|" + "|" * 50,
    "t " + "and " * 1000,
]


@pytest.mark.parametrize("line", MALFORMED)
def test_malformed_lines(line: str) -> None:
    assert refused(line)


def test_what_is_said_again_is_refused() -> None:
    assert not refused("= same|xor|2 2|0")
    assert refused("= same|xor|2 2|0", "= same|xor|2 2|0")
    assert refused("t and|2 3", "= itself|and|2 3|5", "= itself|and|3 2|5")
    assert not refused("k domain|2")
    assert refused("k domain|2", "k domain|2")


def test_terms_have_numbers_in_order() -> None:
    assert not refused("c 5", "a 0 2*5")
    assert refused("a 0 2*5", "c 5")
    assert refused("a 0 2*5")
    assert refused("= same|xor|5 5|0", "c 5")


def test_a_mean_is_no_term_before_its_bounds() -> None:
    bounds, mean = "b some|2 5|0 1", "t mean quotient 0 1|2 5"
    assert not refused("a 1 3", bounds, mean)
    assert refused("a 1 3", mean, bounds)
    assert refused("a 1 3", bounds, "t mean quotient 0 2|2 5")
    assert refused("a 1 3", bounds, "t mean quotient 0 1|3 5")
    assert refused("a 1 3", "b some|2 3|0 1", "t mean quotient 0 1|2 3")


def test_rules_of_means() -> None:
    for text, rule in (
        ("quotient", EXACT_MEAN),
        ("reciprocal(0)", Reciprocal(0)),
        ("reciprocal(7,ceil)", Reciprocal(7, "ceil")),
    ):
        checker = read("c 3", "c 2/3", "a 0 2*2", f"a 0 {rule.weight(3)}*2", f"= weight|mean {text} 0 1|2 5|8")
        assert (
            "mean",
            (X, 5 if checker.terms.value(5) == 3 else checker.terms.const(mpq(3))),
            (rule, ZERO, ONE),
        ) in checker.known.equal


def test_stored_weights_name_their_formats() -> None:
    formats = "f 1/4 0 4 none nearest-even saturate", "f 1 0 2 none floor error"
    rounded, counted = Rounding(mpq(1, 4), 0, 4, "nearest-even"), Rounding(ONE, 0, 2, "floor", "error")
    for text, rule in (
        ("weights(0)", Weights(rounded)),
        ("denominator(1)", Weights(None, counted)),
        ("weights(0)denominator(1)", Weights(rounded, counted)),
    ):
        before = *formats, "c 3", f"c {show(rule.weight(3))}", f"a 0 {show(rule.weight(3))}*2"
        checker = read(*before, f"= weight|mean {text} 0 1|2 5|7")
        assert ("mean", (X, 5), (rule, ZERO, ONE)) in checker.known.equal
        assert refused(*before, f"= weight|mean {text} 0 1|2 5|2")
    for text in ("", "weights(2)", "denominator(0)weights(1)", "weights(0)weights(0)", "weights(-1)", "weights(x)"):
        assert refused(*formats, "c 3", "a 0 1/3*2", f"= weight|mean {text} 0 1|2 5|6")
        assert refused(*formats, "c 3", "a 0 1/4*2", f"= weight|mean {text} 0 1|2 5|6")


def test_a_table_has_a_value_for_each_point() -> None:
    count = "a 0 2 3 4"
    assert not refused(count, "k domain|5", "t table|5|0 1 1 2")
    for values in ("0 1 1", "0 1 1 2 3", ""):
        assert refused(count, "k domain|5", f"t table|5|{values}")
    assert refused(count, "t table|5|0 1 1 2")


def test_an_operation_is_itself_in_the_format_of_the_term() -> None:
    before = "f 1 none none none floor saturate", "f 2 none none none floor saturate", "a 0 1/2*2", "t round 0|5"
    assert not refused(*before, "= itself|round 0|5|6")
    assert refused(*before, "= itself|round 1|5|6")


def test_an_operation_has_its_number_of_terms() -> None:
    """A table over two terms is none over the first."""
    before = "k domain|2", "a -1 2", "= table|compare =|5|2|2", "a 0 7*2"
    assert not refused(*before, "= points|table 1:7|2|6")
    assert refused(*before, "= points|table 1:7|2 3|6")
    assert refused("k domain|2", "= table|xor|2 2 3|0|2")


def test_what_is_asked_needs_its_steps() -> None:
    source = Terms(2, 3)
    both = source.add("and", (X, Y))
    root = source.add("max", (both, source.affine(mpq(2), [(-ONE, Z)])))
    lines = written(source, [root])
    checker = accepted(source, lines)
    assert checker is not None
    assert checker.image(both) == checker.terms.add("and", (X, Y))
    assert checker.terms.ops[checker.image(root)] in ("max", "affine", "table")
    empty = Checker(source)
    for term in (both, root):
        with pytest.raises(Refused):
            empty.image(term)
    assert empty.image(source.affine(mpq(2), [(-ONE, Z)])) == empty.terms.affine(mpq(2), [(-ONE, Z)])


def test_time_may_be_up_at_any_line() -> None:
    class OverError(Exception):
        pass

    def tick() -> None:
        seen.append(1)
        if len(seen) == 2:
            raise OverError

    seen: list[int] = []
    with pytest.raises(OverError):
        Checker(Terms(2, 3), tick).read([HEAD, "c 1", "end"], 3)


WORDS = [
    "=",
    "t",
    "k",
    "b",
    "a",
    "c",
    "f",
    "end",
    "itself",
    "and",
    "compare",
    ">=",
    "row",
    "2",
    "3",
    "-1",
    "1/2",
    "|",
    "|",
    " ",
    "@1",
    "mean",
    "quotient",
    "0",
    "99",
    ":",
    "*",
    "é",
]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(WORDS), max_size=14).map("".join),
        st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join),
    )
)
def test_whatever_is_there_is_read_or_refused(line: str) -> None:
    refused(line)


@pytest.mark.parametrize("made", [anything, sets])
def test_damaged_texts_are_read_or_refused(made: Kind) -> None:
    """One line changed in one character, left out, or put elsewhere: whatever it is, it ends in no other way."""
    for seed in range(4):
        source, roots = made(random.Random(f"damaged {seed}"))
        lines = written(source, roots)
        rng = random.Random(seed)
        for _ in range(40):
            index, damaged = rng.randrange(len(lines)), list(lines)
            line = damaged.pop(index)
            kind = rng.randrange(3)
            if kind == 0:
                damaged.insert(rng.randrange(len(damaged) + 1), line)
            if kind == 1:
                place = rng.randrange(len(line))
                damaged.insert(index, line[:place] + rng.choice("0123456789|/-* @:=x") + line[place + 1 :])
            accepted(source, damaged)
