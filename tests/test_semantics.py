"""The definition of what a verdict means tells the truth: every example of docs/semantics.md is run and compared."""

from __future__ import annotations

import doctest
import re

import pytest
from support.pages import examples
from support.paths import ROOT

PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_example_gives_what_it_says() -> None:
    """From the first line to the last, as they are read: later examples use names of earlier ones."""
    given = doctest.DocTestParser().get_doctest(examples(PAGE), {}, "docs/semantics.md", "docs/semantics.md", 0)
    said: list[str] = []
    failed, attempted = doctest.DocTestRunner(verbose=False).run(given, out=said.append)
    assert failed == 0, "".join(said)
    assert attempted == PAGE.count("\n>>> ") > 100


def test_every_block_is_of_examples() -> None:
    for block in re.findall(r"^```(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        assert block.startswith("python\n>>> ")
