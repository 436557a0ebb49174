"""What does not follow is refused: each line here is nearly one that does, and what makes the difference is looked at.

Words have three letters over two symbols: terms 2, 3, 4 are [w_i = 1], and the first term that a line makes is 5.
"""

from __future__ import annotations

import pytest
from logbits.encode.term.terms import Terms
from logbits.verify.checker.checker import VERSION, Checker
from logbits.verify.checker.refused import Refused

COUNT = ["a 0 2 3 4"]
BEYOND = ["a -1 2", "t compare >=|5"]
PAIRS = [*COUNT, "k counts|2 5"]
HEAD = "= value at rank|attend saturated quotient|2 3 4 2 3 4|6|2 5||left 1 0"
GRID = ["f 1/2 -4 3 none floor wrap"]
FLOOR = ["f 1 none none none floor saturate"]
BOTH = ["t and|2 3", "= itself|and|2 3|5"]
NEITHER = ["a 1 -1*2", "a 1 -1*3", "t and|5 6", "= itself|and|5 6|7", "a 1 -1*7"]

CASES: dict[str, tuple[list[str], str, str]] = {
    # name: lines before, a line that follows, one that does not
    "sign of >": ([], "= sign|compare >=|2|1", "= sign|compare >|2|1"),
    "sign of =": ([], "= sign|compare >=|2|1", "= sign|compare =|2|1"),
    "grid of >": (BEYOND, "= on grid|compare >=|5|6", "= on grid|compare >|5|6"),
    "grid of =": (["a -2 2 3", "t compare >=|5"], "= on grid|compare >=|5|6", "= on grid|compare =|5|6"),
    "counts with two values": (
        [*PAIRS],
        "t table|2 5|0 1 1 1 1 1",
        "t table|2 5|0 1 1 1 1",
    ),
    "rank with two values": ([*PAIRS, "t table|2 5|0 1 1 1 1 1"], HEAD, HEAD.replace("left 1 0", "left 0 1 0")),
    "flat": (BOTH, "= flat|and|1 2 3|5", "= flat|and|1 2 4|5"),
    "itself": (["t and|2 3"], "= itself|and|2 3|5", "= itself|and|2 4|5"),
    "of one value": (COUNT, "k domain|5", "k domain|5 2"),
    "counts of others": ([*COUNT, "a 0 2 3"], "k counts|6 5", "k counts|5 6"),
    "counts with weights": ([*COUNT, "a 0 2*2 3"], "k counts|2 5", "k counts|6 5"),
    "points": ([*COUNT, "k domain|5"], "t table|5|0 1 1 1", "t table|5|0 1 1 1 1"),
    "table": (
        [*COUNT, "k domain|5", "t table|5|0 0 1 1", "a -2 5"],
        "= table|compare >=|7|6|5",
        "= table|compare >|7|6|5",
    ),
    "truths of a product": ([*BOTH], "= truths|mul|2 3|5", "= truths|mul|2 3|2"),
    "sums are no truths": (["a 0 2 3", *BOTH[:1], "= itself|and|2 3|6"], "= truths|mul|2 3|6", "= truths|mul|2 5|6"),
    "alike": ([], "= alike|row|2 2|1 1", "= alike|row|2 3|1 1"),
    "alike, fewer": ([], "= alike|row|2 2|1 1", "= alike|row|2 2|1"),
    "wraps": (["f 1/2 -4 3 none floor wrap", "a 1 2"], "= fixed|round 0|2|2", "= fixed|round 0|5|5"),
    "off the grid": ([*FLOOR, "a 0 1/2*2"], "= fixed|round 0|2|2", "= fixed|round 0|5|5"),
    "of few bits": (["f 1 -64 64 1 floor saturate", "a 1 2", "a 0 3*2"], "= fixed|round 0|5|5", "= fixed|round 0|6|6"),
    "lesser": (["a 2 3", "= lesser|max|5|5||5"], "= lesser|max|2 5|5||5", "= lesser|max|3 5|3||3"),
    "either": (NEITHER, "= flat|and|1 5 6|7", "= same|xor|2 3|0"),
    "cuts descend": (
        [*BEYOND, "= on grid|compare >=|5|6"],
        "= cuts|steps 0 1:1|2|6",
        "= cuts|steps 0 1:1 1:1|2|6",
    ),
    "place": ([], "= table|and|2 2|2|@1", "= table|and|2 3|2|@1"),
    "no such place": ([], "= table|and|2 2|2|@1", "= table|and|2 2|2|@4"),
    "a key without points": (COUNT, "k domain|5", "= table|max|5 2|5|5"),
    "a mean of no interval": ([*COUNT, "a 1 2"], "b some|2 6|0 1", "t mean quotient 0 1|2 6"),
    "an interval too narrow": (["a 1 2"], "b some|3 5|0 1", "b some|3 5|0 1/2"),
    "an interval above 0": (["a 1 2", "a 1 3"], "b some|6 5|0 2", "b some|6 5|1 2"),
    "of none, perhaps": (["a 1 2"], "b some|3 5|0 1", "b some|3 2|0 1"),
    "another number": (
        ["t and|2 3", "= itself|and|2 3|5", "= truths|mul|2 3|5"],
        "b each|5 2|0 1|2 3",
        "b each|5 3|0 1|2 3",
    ),
    "another sum": (
        ["t and|2 3", "= itself|and|2 3|5", "= truths|mul|2 3|5"],
        "b each|5 2|0 1|2 3",
        "b each|3 2|0 1|2 3",
    ),
    "a rule of another operation": ([], "= alike|row|2 2|1 1", "= alike|max|2 2|1"),
    "a table of a comparison": ([], "= alike|row|2 2|1 1", "= table|ge|2 2|0|@1"),
    "an invented rule": ([], "= alike|row|2 2|1 1", "= because|row|2 2|1 1"),
    "an index below 0": (["= alike|row|2 2|1 1"], "= entry|maximal 0|2 2|1", "= entry|maximal -1|2 2|1"),
    "an index too great": (["= alike|row|2 2|1 1"], "= entry|maximal 1|2 2|1", "= entry|maximal 2|2 2|1"),
    "what it only says": (["= alike|row|2 2|1 1"], "= entry|maximal 1|2 2|1", "= entry|maximal 1|2 3|1"),
    "a later term": ([], "a 0 2 3", "a 0 2 5"),
    "a term below 0": ([], "a 0 2 3", "a 0 -2 3"),
    "a term of many digits": ([], "a 0 2 3", f"a 0 {'9' * 100_000}"),
    "a term in other digits": ([], "a 0 2 3", "a 0 \u0662 3"),
    "a number of many digits": ([], "c 3", f"c {'9' * 100_000}"),
    "denominator 0": ([], "c 1/3", "c 1/0"),
    "a float": ([], "c 1/3", "c 1e3"),
    "a name that is executed": ([], "c 1/3", "c __import__('os')"),
    "no format": ([], "f 1 0 7 none floor wrap", "f 0 0 7 none floor wrap"),
    "a format without 0": ([], "f 1 0 7 none floor wrap", "f 1 1 7 none floor wrap"),
    "a format with one end": ([], "f 1 0 7 none floor wrap", "f 1 0 none none floor wrap"),
    "a format of no bits": ([], "f 1 0 7 1 floor saturate", "f 1 0 7 0 floor saturate"),
    "a mean rule": (["a 1 2", "b some|3 5|0 1"], "t mean reciprocal(3) 0 1|3 5", "t mean reciprocal(-3) 0 1|3 5"),
    "another mean rule": (["a 1 2", "b some|3 5|0 1"], "t mean quotient 0 1|3 5", "t mean quotient(3) 0 1|3 5"),
    "an operation": ([], "t max|2 3", "t min|2 3"),
    "of nothing": ([], "t max|2 3", "t max|"),
    "of three": ([], "t mul|2 3", "t mul|2 3 4"),
    "no relation": (COUNT, "t compare =|5", "t compare <|5"),
    "more fields": ([], "= alike|row|2 2|1 1", "= alike|row|2 2|1 1||||0|"),
    "no kind": ([], "c 3", "x 3"),
    "nothing": ([], "c 3", ""),
    "white space": ([], "c 3", " c 3"),
    "a carriage return": ([], "c 3", "c 3\r"),
}


def read(lines: list[str]) -> None:
    Checker(Terms(2, 3)).read([f"{VERSION} 2 3 3 0", *lines, "end "], 3)


@pytest.mark.parametrize("name", CASES)
def test_what_is_nearly_right_is_refused(name: str) -> None:
    before, right, wrong = CASES[name]
    read([*before, right])
    with pytest.raises(Refused, match=f"^line {len(before) + 2}: ") as told:
        read([*before, wrong])
    assert len(str(told.value)) < 200


def test_counts_whose_values_differ_have_no_value_at_a_rank() -> None:
    """The count of ones is the second of the key; at the point (0, 1) the table has another value than at (1, 1)."""
    read([*PAIRS, "t table|2 5|0 1 1 1 1 1", HEAD])
    with pytest.raises(Refused, match=r"^line 5: attend does not equal that by the rule value at rank$"):
        read([*PAIRS, "t table|2 5|0 0 0 1 1 1", HEAD])


@pytest.mark.parametrize("line", ["= sign|compare >=|2|1", "k domain|2", "= alike|row|2 2|1 1"])
def test_nothing_is_said_twice(line: str) -> None:
    read([line])
    with pytest.raises(Refused, match=r"^line 3: (says again|covers a key again)"):
        read([line, line])


HEADS = (
    f"{VERSION} 3 3 3 0",
    f"{VERSION} 2 4 3 0",
    f"{VERSION} 2 3 2 0",
    f"{VERSION} 2 3 3 1",
    f"{VERSION} 2 3 3 -1",
    f"{VERSION} 2 3 3",
    "logbits/derivation/2 2 3 3 0",
    "",
)


@pytest.mark.parametrize("head", HEADS)
def test_a_text_about_other_words_is_refused(head: str) -> None:
    with pytest.raises(Refused, match=r"^line 1: is not "):
        Checker(Terms(2, 3)).read([head, "end "], 3)


@pytest.mark.parametrize("lines", [[], ["c 3"], ["end 2", "c 3"], ["end 2", "end 2"], ["end 9"]])
def test_a_text_ends_once(lines: list[str]) -> None:
    with pytest.raises(Refused, match=r"^line [123]: "):
        Checker(Terms(2, 3)).read([f"{VERSION} 2 3 3 0", *lines], 3)
