"""Words of the command line that are none: the line on standard error says which was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from logbits.verify.command import cli
from logbits.verify.request import words as request
from logbits.verify.request.request import RequestError

Capture = pytest.CaptureFixture[str]
LIMITS = ["--n", "8", "--bits", "8"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["majority", *LIMITS], "there is no subcommand 'majority': a model is given as --model majority\n"),
        ([*LIMITS, "majority"], "a model is given as --model majority\n"),
        ([*LIMITS, "tracr-hist"], "a model is given as --model tracr-hist\n"),
        ([*LIMITS, "my.json"], "a model is given as --model my.json\n"),
        ([*LIMITS, "there/my"], "a model is given as --model there/my\n"),
        ([*LIMITS, "Majorty"], "did you mean --model majority?\n"),
        (["shwo", "majority"], "did you mean show?\n"),
        (["LIST"], "did you mean list?\n"),
        (["help"], "write --help\n"),
        (["verify", "majority"], "write --model MODEL --n N --bits B\n"),
        (["64", "8"], "lengths are given as --n N"),
        (["zzzz"], "there are list, show, replay, export, recheck, doctor; a model is given as --model NAME\n"),
        (["--modle", "majority", *LIMITS], "no such option: --modle (did you mean --model"),
        (["--n", "8", "--bit", "8"], "--bit (did you mean --bits?)"),
        (["--Bits", "8"], "--Bits (did you mean --bits?)"),
        (["-n", "8"], "options have two dashes"),
        (["show", "majority", "more"], "nothing is known to do with more"),
        (["show", "--model", "majority"], "the model is an argument here: show MODEL"),
        (["--n", "8", "--arithmetic", "bfloat16"], "unknown arithmetic word 'bfloat16': did you mean 'bf16'?"),
        ([*LIMITS, "--against", "half"], "--against: unknown arithmetic word 'half': did you mean 'fp16'?"),
        (["show", "majority", "--n", "8", "--arithmetic", "fixed8"], "did you mean 'fixed(8)'?"),
        (["export", "majority", "--n", "8", "--length", "4", "--arithmetic", "q(4)"], "did you mean 'Q(4)'?"),
    ],
)  # fmt: skip
def test_the_line_says_what_was_meant(arguments: list[str], hint: str, capsys: Capture) -> None:
    assert cli.run(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert hint in told.err
    assert told.err.count("\n") == 1
    assert len(told.err) < 280


def test_a_file_that_is_there_is_a_model(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").write_text("")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["mine", *LIMITS]) == 2
    assert "--model mine" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["5-64", "5:64", "5...64", "5 64", "5 - 64", "5–64", "5…64", "5,64", "5 to 64", "5->64", "5.64", "5--64", "5/64"],
)
def test_what_is_meant_as_a_range(text: str) -> None:
    with pytest.raises(RequestError, match=r"or two of them as LO\.\.HI, .* did you mean 5\.\.64\?"):
        request.lengths(text)


@pytest.mark.parametrize(
    "text", ["64-5", "0:4", "a-b", "5-", "-5-6", "1-2-3", "9" * 50 + "-" + "9" * 50, "5+6", "", "x"]
)
def test_what_is_not_meant_as_a_range(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        request.lengths(text)
    assert "did you mean" not in str(caught.value)
