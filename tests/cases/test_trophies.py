"""`cases/TROPHIES.md`: every command is a request, and its word breaks the claim."""

from __future__ import annotations

import re
import shlex

import pytest
from logbits.verify.reference.pair import Pair
from logbits.verify.request.request import Request
from logbits.verify.request.requests import requests
from support.paths import ROOT

PAGE = ROOT / "cases" / "TROPHIES.md"
TROPHIES = re.findall(r"^ +`verify-precision (.+?)` → `(.+?)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
OPTIONS = {"--model": "models", "--n": "n", "--bits": "bits", "--arithmetic": "arithmetic", "--claim": "asked"}


def asked(command: str) -> Request:
    words = shlex.split(command)
    given = {OPTIONS[option]: value for option, value in zip(words[::2], words[1::2], strict=True)}
    [request] = requests([given.pop("models")], **given)  # type: ignore[arg-type]
    return request


def spelled(word: str) -> list[str]:
    """Powers written out; a word without spaces is one of single symbols."""
    if " " not in word:
        return list(word)
    parts = [part.partition("^") for part in word.split()]
    return [symbol for symbol, _, power in parts for _ in range(int(power or "1"))]


def test_nothing_is_overlooked() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(TROPHIES) == text.count("verify-precision ") == text.count("→")
    assert [int(number) for number in re.findall(r"^([0-9]+)\. ", text, re.MULTILINE)] == list(range(1, 18))


@pytest.mark.parametrize(("command", "word"), TROPHIES)
def test_the_word_breaks_the_claim(command: str, word: str) -> None:
    request = asked(command)
    symbols = spelled(word)
    assert request.first <= len(symbols) <= request.claim.bound
    pair = Pair(request.claim)
    assert pair.differ(*pair.run(symbols))
