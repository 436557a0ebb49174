"""What a word was meant to be that is no subcommand or option: a model without `--model`, a neighbour of a name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from ...cases.catalogue import CASES
from ...cases.weights import NAMES
from ...encode.model.load import names_file
from ..request.request import RequestError, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

_ELSEWHERE = {
    "help": "write --help",
    "version": "write --version",
    "models": "write list",
    "cases": "write list",
    "check": "the main job has no subcommand: write --model MODEL --n N --bits B",
    "verify": "the main job has no subcommand: write --model MODEL --n N --bits B",
    "run": "the main job has no subcommand: write --model MODEL --n N --bits B",
}


class Commands(TyperGroup):
    """The subcommands, with a line that helps for what is none of them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 (as typer declares it)
        """The subcommand that the arguments begin with.

        Raises:
            RequestError: for what is no subcommand, with what was meant perhaps.
        """
        if args and args[0] not in self.commands:
            raise RequestError(f"there is no subcommand {quoted(args[0])}: {_meant(args[0], list(self.commands))}")
        return super().resolve_command(ctx, args)


def _meant(word: str, commands: Sequence[str]) -> str:
    """What to write in place of a word where a subcommand was expected."""
    names = [*CASES, *NAMES]
    close = get_close_matches(word.lower(), commands, n=1)
    if word in names or names_file(word) or Path(word).is_file():
        return f"a model is given as --model {quoted(word).strip(chr(39))}"
    if word.lower() in _ELSEWHERE:
        return _ELSEWHERE[word.lower()]
    if re.fullmatch(r"[0-9.]+", word):
        return "lengths are given as --n N or --n LO..HI, bits as --bits B"
    models = get_close_matches(word.lower(), names, n=1, cutoff=0.7)
    if close:
        return f"did you mean {close[0]}?"
    if models:
        return f"did you mean --model {models[0]}?"
    return f"there are {', '.join(commands)}; a model is given as --model NAME"


def told(error: typer.TyperException, name: str) -> str:
    """What is wrong with the options, in one line."""
    text = " ".join(error.format_message().split()).rstrip(".")
    text = text.replace("--model (Possible options: --help)", "--model (the model is an argument here: show MODEL)")
    text = re.sub(r"\(Possible options: ([^)]*)\)", r"(did you mean \1?)", text)
    text = re.sub(r"(No such option: -[A-Za-z])$", r"\1 (options have two dashes: --n, --bits)", text)
    text = re.sub(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", r"nothing is known to do with \1", text)
    return f"{text[:1].lower()}{text[1:]}; see {name} --help"
