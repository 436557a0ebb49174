"""The command `verify-precision`: what its options and subcommands are called, and its exit statuses.

Parsing and doing are apart: typer turns arguments into an action, `run` then carries it out. So what goes wrong is told
in one place, in one line on standard error, and typer's own ways with interrupts and closed pipes never come into play.

Exit status: 0 all VERIFIED; 1 something REFUTED; 2 the request is wrong, or the system does not let it be served; 3
nothing refuted, something UNKNOWN; 4 an error of this software; 128 + the number of the signal that stopped it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from ...cases.case import Case
from ...cases.catalogue import CASES
from ...cases.weights import NAMES, shipped
from ...encode.program.operation import layers
from ..engine.interrupt import Interrupted, catch_signals
from ..report import export, listing, rechecked, report
from ..report.columns import fitted, wrap
from ..report.replay import replayed
from ..report.show import shown
from ..report.terminal import Output
from ..request import requests as asking
from ..request import witness
from ..request import words as request
from ..request.request import RequestError
from ..request.requests import finished
from ..solver.child import DiedError, require_children
from ..solver.limited import Within
from . import doctor, streams
from .spelling import Commands, told
from .streams import STANDARD_OUTPUT

NAME = "verify-precision"
INTERNAL_ERROR = 4
MAX_TRIED = 4
"""The number of jobs for which it is tried at once whether their processes can be started."""

BROKEN_PIPE = 141
"""What a shell reports for a program that SIGPIPE ended; 1 would read as REFUTED."""

Action = Callable[[], int]
"""What is to be done, as the arguments say; gives the exit status."""

app = typer.Typer(
    name=NAME,
    cls=Commands,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"max_content_width": 100},
)

N = Annotated[str | None, typer.Option("--n", metavar="N", help="The bound N.")]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A model, by name or file.", show_default=False)]
Bits = Annotated[
    str | None,
    typer.Option("--bits", metavar="B", help="B-bit fixed point, a scale per site, rounded toward zero: fixed(B)."),
]
ArithmeticText = Annotated[
    str | None,
    typer.Option("--arithmetic", metavar="TEXT", help="Instead of --bits, for example 'dyadic quotient(12)'."),
]
Against = Annotated[str, typer.Option("--against", metavar="TEXT", help="The arithmetic to compare with.")]
Assume = Annotated[
    str | None,
    typer.Option("--assume", metavar="NAME|FILE", help="Only words that this model, computed exactly, accepts."),
]
ClaimText = Annotated[
    str,
    typer.Option(
        "--claim",
        metavar="TEXT",
        help="decision, output, exact, attention, 'error<=Q', 'language NAME' or 'equivalent NAME'.",
    ),
]
Timeout = Annotated[str, typer.Option("--timeout", metavar="S", help="Seconds in all.")]
Memory = Annotated[str, typer.Option("--memory", metavar="MIB", help="MiB for each child process.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else.")]


@app.callback(
    invoke_without_command=True,
    epilog="Exit status: 0 all VERIFIED, 1 something REFUTED, 2 wrong request, 3 something UNKNOWN, 4 internal error.",
)
def root(
    context: typer.Context,
    n: Annotated[
        str | None,
        typer.Option("--n", metavar="N|LO..HI", help="Every word of length 1..N, or LO..HI; scales for the greatest."),
    ] = None,
    bits: Bits = None,
    arithmetic: ArithmeticText = None,
    against: Against = "exact",
    assume: Assume = None,
    claim: ClaimText = "decision",
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="NAME|FILE", help="A model, more than once for several; without: all."),
    ] = None,
    timeout: Annotated[str, typer.Option("--timeout", metavar="S", help="Seconds for each model.")] = "300",
    jobs: Annotated[str, typer.Option("--jobs", metavar="J", help="Processes that work at a time.")] = "2",
    memory: Memory = "2048",
    solvers: Annotated[
        str | None,
        typer.Option("--solvers", metavar="LIST", help="Ask all of these, as z3,cadical; without: till one answers."),
    ] = None,
    proofs: Annotated[
        str | None,
        typer.Option("--proofs", metavar="DIR", help="Keep records, derivations, clauses and checked proofs in DIR."),
    ] = None,
    as_json: Json = False,
    formats: Annotated[bool, typer.Option("--formats", help="Show the format of each stored value.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> Action | None:
    """Does low precision agree with exact rationals, as the claim says, on every word of length 1..N?

    For each transformer the answer is VERIFIED, REFUTED with a word that shows it, or UNKNOWN with the reason.
    """
    if context.invoked_subcommand is not None:
        known = {parameter.name: parameter.default for parameter in context.command.params}
        given = [name for name, value in context.params.items() if value and value != known[name]]
        if given:
            raise RequestError(f"write options after the subcommand: {NAME} {context.invoked_subcommand} …")
        return None
    if show_version:
        return lambda: _say(f"{NAME} {version('logbits')}")
    if n is None and bits is None and arithmetic is None and not model:
        raise RequestError(f"give --n and --bits, for example {NAME} --n 64 --bits 8; see --help")

    def decide() -> int:
        options = request.options(timeout, jobs, memory, solvers, proofs)
        _require_processes(options.jobs)
        requests = asking.requests(model or (), n, bits, arithmetic, against, assume, claim, options)
        if not model:
            for name, longest in asking.left_out(requests[0].about.last).items():
                print(f"{NAME}: left out: {name} knows positions up to length {longest} only", file=sys.stderr)
        if as_json:
            return report.as_document(requests, options, version("logbits"))
        return report.as_rows(requests, options, Output(), formats=formats)

    return decide


@app.command("list")
def catalogue(as_json: Json = False) -> Action:
    """List the models that ship."""
    return _catalogue_document if as_json else _catalogue_rows


@app.command()
def show(
    model: Model,
    n: N = None,
    bits: Bits = None,
    arithmetic: ArithmeticText = None,
    timeout: Timeout = "300",
    memory: Memory = "2048",
) -> Action:
    """Show a model operation by operation; with --n and an arithmetic, the format of each stored value."""

    def tell() -> int:
        within = Within(*request.limits(timeout, memory))
        width = Output().width
        if n is None and not asking.is_large(model):
            return _say(*shown(model, n, bits, arithmetic, width))
        return _say(*finished(within, f"showing {model}", shown, model, n, bits, arithmetic, width))

    return tell


@app.command()
def replay(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="What --json wrote, or one witness; - is standard input.", show_default=False
        ),
    ],
    everything: Annotated[bool, typer.Option("--all", help="Show the operations in which the runs agree too.")] = False,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="FILE", help="The model that was read from a file, by its file."),
    ] = None,
    timeout: Timeout = "300",
    memory: Memory = "2048",
) -> Action:
    """Replay witnesses step by step: what both runs store, where they part, what they decide.

    Exit status: 1 a word breaks its claim, 0 none does, 2 the file is wrong.
    """

    def tell() -> int:
        within, output = Within(*request.limits(timeout, memory)), Output()
        data, name = witness.content(file), witness.called(file)
        doing = f"replaying {name}"
        lines, broken = finished(within, doing, replayed, data, name, model or (), output.width, everything=everything)
        for line in lines:
            output.line(line)
        return 1 if broken else 0

    return tell


@app.command("export")
def write_question(
    model: Model,
    n: N = None,
    length: Annotated[str | None, typer.Option("--length", metavar="L", help="The length of the words.")] = None,
    bits: Bits = None,
    arithmetic: ArithmeticText = None,
    against: Against = "exact",
    assume: Assume = None,
    claim: ClaimText = "decision",
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="smt2, cnf (DIMACS), aag or aig (AIGER); json, the model.")
    ] = "smt2",
    part: Annotated[
        str,
        typer.Option("--part", metavar="NAME", help="question; or low or against, one run of an acceptor, as AIGER."),
    ] = "question",
    file: Annotated[
        str | None, typer.Option("--output", metavar="FILE", help="Where to write; without: standard output.")
    ] = None,
    timeout: Timeout = "300",
    memory: Memory = "2048",
) -> Action:
    """Write the question for one length, or one run, as SMT-LIB 2, DIMACS or AIGER, for any solver; or the model."""

    def tell() -> int:
        within = Within(*request.limits(timeout, memory))
        if form == "aig" and file is None and sys.stdout.isatty():
            raise RequestError("aig is binary and this is a terminal: give --output FILE, or write --format aag")
        words = model, n, length, bits, arithmetic, against, assume, claim, version("logbits"), form, part
        content = finished(within, f"exporting {model}", export.asked, *words)
        if file is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            return 0
        try:
            Path(file).write_bytes(content)
        except OSError as error:
            raise RequestError(f"cannot write {file!r}: {error.strerror}") from error
        return 0

    return tell


@app.command("recheck")
def check_proofs(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="What --proofs wrote.", show_default=False)],
    timeout: Annotated[str, typer.Option("--timeout", metavar="S", help="Seconds for each claim.")] = "600",
    jobs: Annotated[str, typer.Option("--jobs", metavar="J", help="Claims that are checked at a time.")] = "2",
    memory: Memory = "2048",
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="FILE", help="A model that records may be about, beside those that ship."),
    ] = None,
) -> Action:
    """Check records, derivations and proofs again, alone: no rule and no solver is asked, every clause is made again.

    Exit status: 0 all that each claim needs was checked, and its programs are what their names say; 1 something is
    wrong, missing or unproved.
    """
    return lambda: rechecked.as_lines(folder, request.options(timeout, jobs, memory), model or (), Output())


@app.command("doctor")
def examine() -> Action:
    """Check that everything this command needs is there and works."""
    return _examine


def _require_processes(jobs: int) -> None:
    """Checks that the system lets us work: each job has a process that makes questions, and others that solve them."""
    try:
        require_children(2 * min(jobs, MAX_TRIED))
    except DiedError as error:
        raise RequestError(str(error)) from error


def _shipped() -> list[Case]:
    """All models that ship: the catalogue, and those beside it."""
    return [*CASES.values(), *map(shipped, NAMES)]


def _catalogue_rows() -> int:
    output = Output()
    rows = [["number", "name", "heads", "alphabet", "formula", "source"]]
    for case in _shipped():
        program = case.program
        about = [listing.shape(program), listing.alphabet(program), program.formula or case.note, program.source]
        rows.append([str(case.number or ""), case.name, *about])
    columns = fitted(rows, right=frozenset({0}), lead=2)
    return _say(*(line for row in rows[not columns.fit(output.width) :] for line in columns.lines(row, output.width)))


def _catalogue_document() -> int:
    models: list[dict[str, Any]] = [
        {
            "number": case.number,
            "name": case.name,
            "layers": list(layers(case.program.ops)),
            "alphabet": list(case.program.alphabet),
            "formula": case.program.formula,
            "source": case.program.source,
            "note": case.note,
        }
        for case in _shipped()
    ]
    return _say(json.dumps({"schema": "logbits/catalogue/1", "models": models}, indent=2))


def _examine() -> int:
    output, well = Output(), True
    for finding in doctor.examine():
        mark = {None: "  ", True: "ok", False: "no"}[finding.well]
        for line in wrap(f"{mark}  {finding.name.ljust(16)}  {finding.text}", output.width, "", "      "):
            output.line(line)
        well = well and finding.well is not False
    output.line("all is well" if well else "not all is well: see the lines marked 'no'")
    return 0 if well else INTERNAL_ERROR


def _say(*lines: str) -> int:
    for line in lines:
        print(line)
    return 0


def run(arguments: Sequence[str]) -> int:
    """Carries out what the arguments ask, telling what is wrong in one line on standard error; the exit status."""
    try:
        parsed: object = typer.main.get_command(app).main(list(arguments), NAME, standalone_mode=False)
        # After --help there is nothing to do, and typer gives the exit status.
        status = parsed if isinstance(parsed, int) else cast(Action, parsed)()
        sys.stdout.flush()
        return status
    except RequestError as error:
        return _complain(str(error), 2)
    except typer.TyperException as error:
        return _complain(told(error, NAME), 2)
    except Interrupted as stop:
        return _complain(stop.word, stop.status)
    except (BrokenPipeError, SystemExit):  # which the parser makes of a pipe that nobody reads
        return BROKEN_PIPE
    except OSError as error:
        return _complain(_refused(error), 2)
    except MemoryError:
        return _complain("there is not enough memory for this process", 2)
    except Exception as error:
        if os.environ.get("LOGBITS_DEBUG"):
            traceback.print_exc()
        if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
            return _complain("the system allows no further thread", 2)
        return _complain(f"internal error: {type(error).__name__}: {error}", INTERNAL_ERROR)


def _complain(message: str, status: int) -> int:
    with contextlib.suppress(OSError):  # where nothing can be written, the exit status tells it alone
        print(f"{NAME}: {' '.join(message.split())}", file=sys.stderr, flush=True)
    return status


def _refused(error: OSError) -> str:
    """What the system refuses: not an error of this software."""
    why = error.strerror or str(error)
    if error.filename == STANDARD_OUTPUT:
        return f"cannot write to standard output: {why}"
    return f"cannot use {error.filename!r}: {why}" if error.filename is not None else f"the system refuses: {why}"


def main() -> None:
    """The entry point of the command."""
    catch_signals()
    streams.prepare()
    status = run(sys.argv[1:])
    streams.finish()
    sys.exit(status)
