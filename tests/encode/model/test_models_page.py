"""The page about models tells the truth: every example of docs/models.md is run and compared."""

from __future__ import annotations

import doctest

from support.pages import examples
from support.paths import ROOT

PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def test_every_example_gives_what_it_says() -> None:
    given = doctest.DocTestParser().get_doctest(examples(PAGE), {}, "docs/models.md", "docs/models.md", 0)
    said: list[str] = []
    failed, attempted = doctest.DocTestRunner(verbose=False).run(given, out=said.append)
    assert failed == 0, "".join(said)
    assert attempted == PAGE.count("\n>>> ") > 15
