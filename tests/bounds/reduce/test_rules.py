"""What every rule inherits: it fires, what it says is so on every word, and it looks at no fact that it does not name.

The terms are random ones and such as reach each rule (`support.rule_terms`), reduced as they are and with the smallest
limits, where nearly nothing is tabulated. Each step is compared on every word with the operation that it is about.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

import pytest
from logbits.bounds.reduce.reduce import RULES, Reduced
from logbits.encode.term.terms import evaluate_all
from support.derivations import meaning
from support.paths import at
from support.random_terms import words
from support.rule_terms import Made, sources
from support.watched import Watched

LIMITS = {"functions.LIMIT": 2, "comparisons.LIMIT": 2, "attention.LEVELS": 1, "numbers.SPLIT": 8}
IMPLIED = {("compare", "one set"): {"bounded"}}
"""What a rule needs and does not look up: that S = 0 where k = 0 is so of any mean that is a term."""

EVALUATED = {("attend", "chosen"): {"cover"}}
"""What a rule looks at and does not rely on: scores that read few positions are evaluated as they are, tables too."""


@dataclass
class Found:
    """What became of all sources: by the number of a rule how often it fired, what it saw, and where it was wrong."""

    fired: Counter[int] = field(default_factory=Counter[int])
    seen: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    wrong: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def look(made: Made, found: Found) -> None:
    """Reduces the terms and compares each step that was made."""
    source, roots = made
    reduced = Reduced(source.alphabet, source.length)
    watched = reduced.facts = Watched(source.alphabet, source.length, RULES)
    reduced.add(source, roots)
    for number, facts in watched.touched.items():
        found.seen[number] |= facts
    found.fired.update(step.rule for step in watched.fired)
    for word in words(watched.terms):
        values = evaluate_all(watched.terms, word, range(len(watched.terms)))
        for step in watched.fired:
            right = step.offer.right if isinstance(step.offer.right, tuple) else (step.offer.right,)
            op, args, payload = step.expr
            if meaning(op, payload, [values[arg] for arg in args]) != tuple(values[term] for term in right):
                found.wrong[step.rule].append(f"{step.expr[0]} {step.expr[1]} on {word}")


@pytest.fixture(scope="module")
def found() -> Found:
    """All sources, with the limits that there are and with the smallest."""
    result = Found()
    for made in sources():
        look(made, result)
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in LIMITS.items():
            patch.setattr(*at(f"logbits.bounds.reduce.{name}"), limit)
        for made in sources():
            look(made, result)
    return result


each_rule = pytest.mark.parametrize(
    "number", range(len(RULES)), ids=[f"{rule.on}-{rule.name}-{number}" for number, rule in enumerate(RULES)]
)


@each_rule
def test_it_fires_and_what_it_says_is_so(found: Found, number: int) -> None:
    assert found.fired[number] > 0
    assert found.wrong[number] == []


@each_rule
def test_it_names_the_facts_that_it_looks_at(found: Found, number: int) -> None:
    rule = RULES[number]
    name = rule.on, rule.name
    assert set(rule.needs) == found.seen[number] - EVALUATED.get(name, set()) | IMPLIED.get(name, set())
    assert len(set(rule.needs)) == len(rule.needs)


@each_rule
def test_it_says_what_it_is(number: int) -> None:
    rule = RULES[number]
    offer = rule.offer.func if isinstance(rule.offer, partial) else rule.offer
    if rule.name != "itself":
        assert re.findall(r"^    (match|result|because|source)\b", offer.__doc__ or "", re.MULTILINE) == [
            "match",
            "result",
            "because",
            "source",
        ]
