"""The generated faults: what is changed, that they are valid, and that the list of those that may survive is alive."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from faults import generate, generated
from faults.generate import ask, decide, excused, report
from faults.generated import Generated, faults, sample
from faults.trial import ROOT, file_of
from faults.trusted import TRUSTED, quick_tests

SNIPPET = '''
def f(x: int | None, low: int = 1) -> bool:
    """1 < 2."""
    for k in range(low, 9):
        if not x or k <= low:
            continue
        total.append(g(min(x), -k))
    return x - 1 == 0 and mode != "floor"
'''
CHANGES = {
    "low: int = 2",
    "low: int = 0",
    "in range(low + 1, 9):",
    "in range(low, 9 - 1):",
    "in range(low, 10):",
    "in range(low, 8):",
    "in range(high, 9):",
    "if (x) or k",
    "if not x and k",
    "k < low:",
    "k <= high:",
    "if (not (not x or k <= low)):",
    "        pass\n        total",
    "        pass\n    return",
    "g(max(x), -k)",
    "g(min(x), (k))",
    "g(-k, min(x))",
    "return x + 1 ==",
    "return x - 2 ==",
    "return x - 0 ==",
    "x - 1 != 0",
    "x - 1 == 1 and",
    "x - 1 == (-1) and",
    "== 0 or mode",
    'mode == "floor"',
    'mode != "ceil"',
}


def test_what_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "_source", lambda _: SNIPPET)
    found = [fault.text() for fault in faults("a snippet")]
    assert len(set(found)) == len(found)
    for change in CHANGES:
        assert sum(change in text for text in found) == 1, change
    assert len(found) == len(CHANGES)


@pytest.mark.slow
def test_faults_are_valid_and_distinct() -> None:
    for file in TRUSTED:
        found, original = faults(file), ast.dump(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        assert len({fault.key for fault in found}) == len(found) > 0, file
        for fault in found[:: max(1, len(found) // 4)]:
            assert ast.dump(ast.parse(fault.text())) != original


def test_the_trusted_files_are_there_with_their_tests() -> None:
    for file in TRUSTED:
        assert (ROOT / file).exists()
        assert quick_tests(file)
        assert all(file_of(name) for name in quick_tests(file))


def test_samples_take_from_all_files_alike_and_grow() -> None:
    files = len(TRUSTED)
    small, great = list(sample(TRUSTED, 2 * files, 0)), list(sample(TRUSTED, 4 * files, 0))
    assert small == great[: 2 * files] == list(sample(TRUSTED, 2 * files, 0)) != list(sample(TRUSTED, 2 * files, 1))
    assert set(Counter(fault.file for fault in small).values()) == {2}
    assert set(sample(("encode/arithmetic/twin.py",), None, 3)) == set(faults("encode/arithmetic/twin.py"))


def test_what_is_known_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Generated] = []

    def ask(fault: Generated) -> str:
        asked.append(fault)
        return "killed" if len(asked) % 2 else "survived"

    monkeypatch.setattr(generate, "ask", ask)
    several, results = list(sample(TRUSTED, 6, 0)), tmp_path / "results.txt"
    known = decide(several[:4], results, again=False)
    assert list(known.values()) == ["killed", "survived"] * 2
    assert decide(several, results, again=False).items() > known.items()
    assert asked == several
    decide(several, results, again=True)
    assert asked[6:] == several[1::2]


def test_slow_tests_are_asked_where_the_fast_ones_notice_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    [fault] = sample(("verify/decide/decide.py",), 1, 0)
    asked: list[tuple[str, ...]] = []

    def outcome(file: str, text: str, tests: Sequence[str], *_: object) -> str:
        assert (file, text) == (fault.file, fault.text())
        asked.append(tuple(tests))
        return "killed" if tests == ["assume"] else "survived"

    monkeypatch.setattr(generate, "outcome", outcome)
    assert ask(fault) == "killed"
    assert asked == [("answers", "engine"), ("assume",)]


def test_survivors_are_still_faults_and_have_a_reason() -> None:
    for (file, old, new), reason in excused().items():
        assert (old, new) in {fault.lines() for fault in faults(file)}, f"{file}: {old!r} does not become {new!r}"
        assert reason


def test_the_score_leaves_out_what_may_survive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "encode/arithmetic/twin.py"
    several = list(sample((file,), 4, 0))
    known = {fault.key: "survived" if fault in several[:2] else "killed" for fault in several}
    monkeypatch.setattr(generate, "excused", lambda: {(file, *several[0].lines()): "a reason"})
    assert report((file,), several, known) == 1
    said = capsys.readouterr().out
    assert f"SURVIVED {several[1]}" in said
    assert f"SURVIVED {several[0]}" not in said
    assert said.splitlines()[2].split() == [file, str(len(faults(file))), "4", "2", "2", "1", "67", "%"]
