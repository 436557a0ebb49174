"""What is inherited by the check of each rule: real steps are accepted, and of changed ones only such as are so.

Each rule is seen in derivations of the terms that reach it (`support.rule_terms`). Then each word of its line is
changed in turn: numbers, terms, keys, relations, the name of the rule. Most of that is refused. What is accepted is
compared with the values on all words, with every fact that was accepted on the way: nothing that is not so may be.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from logbits.bounds.reduce import merge
from logbits.bounds.reduce.reduce import RULES
from logbits.encode.term.terms import Terms
from logbits.verify.checker.steps import CHECKS, EVERY
from support.derivations import accepted, lies, written
from support.paths import at
from support.rule_terms import sources

LIMITS = {"functions.LIMIT": 2, "comparisons.LIMIT": 2, "attention.LEVELS": 1, "numbers.SPLIT": 8}
"""With the smallest limits nearly nothing is tabulated, and the other rules are reached."""

NAMES = sorted({(rule.on, rule.name) for rule in RULES})
EXAMPLES = 3
CHANGES = 60

Name = tuple[str, str]


@dataclass(frozen=True)
class Example:
    """A derivation up to one step."""

    source: Terms
    lines: tuple[str, ...]


def name_of(line: str) -> Name | None:
    """The operation and the rule of a step, None for other lines."""
    if not line.startswith("= "):
        return None
    rule, op = line[2:].split("|")[:2]
    return op.split(" ")[0], rule


def collected() -> Iterator[tuple[Name, Example]]:
    """The steps of all sources; each whole derivation is accepted."""
    for source, roots in sources():
        lines = written(source, roots)
        assert accepted(source, lines) is not None
        for index, line in enumerate(lines):
            name = name_of(line)
            if name is not None:
                yield name, Example(source, tuple(lines[: index + 1]))


@pytest.fixture(scope="module")
def examples() -> dict[Name, list[Example]]:
    """For each rule those of its steps that come first in their derivation, or rest on least."""
    found: dict[Name, list[Example]] = {name: [] for name in NAMES}
    with pytest.MonkeyPatch.context() as patch:
        for limits in ({}, LIMITS):
            for name, limit in limits.items():
                patch.setattr(*at(f"logbits.bounds.reduce.{name}"), limit)
            for name, example in collected():
                found[name].append(example)
                found[name] = sorted(found[name], key=lambda each: len(each.lines))[:EXAMPLES]
    return found


def changes(line: str, terms: int, rng: random.Random) -> list[str]:
    """The line with one word or field changed, some of all such."""
    fields = line.split("|")
    found: set[str] = set()

    def put(index: int, words: list[str]) -> None:
        found.add("|".join([*fields[:index], " ".join(words), *fields[index + 1 :]]))

    for index, field in enumerate(fields):
        words = field.split(" ")
        put(index, [])
        put(index, [*words, words[-1]])
        for place, word in enumerate(words):
            before, after = words[:place], words[place + 1 :]
            put(index, before + after)
            put(index, [*after, word, *before])
            for other in others(word, terms, rng):
                put(index, [*before, other, *after])
    for op, name in NAMES:
        if name_of(line) != (op, name) and fields[1].startswith(op):
            put(0, ["=", name])
    several = sorted(found - {line})
    return rng.sample(several, min(CHANGES, len(several)))


def others(word: str, terms: int, rng: random.Random) -> list[str]:
    """What may stand for a word: another number, near or negative, another term, another word of its kind."""
    for kind in ((">", ">=", "="), ("saturated", "hard", "rightmost"), ("left", "right"), ("some", "all")):
        if word in kind:
            return [each for each in kind if each != word]
    if word.startswith("@"):
        return [f"@{int(word[1:]) + 1}", f"@{int(word[1:]) - 1}", "", "0"]
    head, slash, tail = word.partition("/")
    if not head.removeprefix("-").isdigit():
        return ["", "0"]
    number = int(head)
    near = [f"{number + change}{slash}{tail}" for change in (1, -1)]
    return [*near, f"{-number}{slash}{tail}", *(str(rng.randrange(terms)) for _ in range(3))]


each_rule = pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[0]}-{name[1]}")


@each_rule
def test_nothing_but_what_is_so_is_accepted(examples: dict[Name, list[Example]], name: Name) -> None:
    assert examples[name]
    for number, example in enumerate(examples[name]):
        *before, line = example.lines
        whole = accepted(example.source, [*example.lines, "end"])
        assert whole is not None
        assert lies(whole.known) == []
        refused = 0
        several = changes(line, len(whole.terms), random.Random(f"{name} {number}"))
        for changed in several:
            checker = accepted(example.source, [*before, changed, "end"])
            refused += checker is None
            assert checker is None or lies(checker.known) == [], changed
        assert refused > 0


def test_there_is_a_check_for_each_rule_and_no_other() -> None:
    checked = {(op.split(" ")[0], rule) for op, rule in CHECKS}
    evaluated = {op for op, _ in NAMES} - {"row", "ge"}
    rules = {*NAMES, *((rule.on, rule.name) for rule in merge.RULES)}
    assert set(EVERY) == {"table", "itself"}
    kept = {each for each in rules if each[1] == "itself"}
    assert checked | {(op, "table") for op in evaluated} | kept == rules
