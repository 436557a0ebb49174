"""The main job of the command: requests are decided, and told as rows while they are, or as one document at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing

from ..engine.engine import Progress, decide
from ..engine.interrupt import Interrupted
from ..request.request import Options, Request, quoted
from ..verdict.verdict import Verdict, exit_status
from .columns import wrap
from .document import document
from .rows import Rows, footer, question
from .terminal import Output


def as_rows(requests: Sequence[Request], options: Options, output: Output, *, formats: bool = False) -> int:
    """Decides the requests, a row as each is decided; the exit status."""
    rows = Rows(requests)
    verdicts: list[Verdict] = []
    left: list[Verdict] = []
    start = time.monotonic()
    for text in (*wrap(question(requests), output.width, "", "  "), "", *rows.header(output.width)):
        output.line(text)
    try:
        with (
            output.progress([request.claim.program.name for request in requests]) as bars,
            closing(decide(requests, options, left)) as events,
        ):
            for event in events:
                if isinstance(event, Progress):
                    bars.to(event)
                    continue
                bars.end(len(verdicts))
                verdicts.append(event)
                _row(rows, event, output, formats=formats)
    except Interrupted as stop:
        for verdict in left:
            _row(rows, verdict, output, formats=formats)
        return _stopped(stop, [*verdicts, *left], requests)
    output.line()
    output.line(footer(verdicts, time.monotonic() - start), status=True)
    _complain_of_unkept(verdicts, options)
    return exit_status(verdicts)


def _row(rows: Rows, verdict: Verdict, output: Output, *, formats: bool) -> None:
    for text in rows.row(verdict, output.width):
        output.line(text, status=True)
    for text in rows.details(verdict, output.width, formats=formats):
        output.line(text)


def as_document(requests: Sequence[Request], options: Options, version: str) -> int:
    """Decides the requests, then writes one JSON document, also after an interruption; the exit status."""
    verdicts: list[Verdict] = []
    left: list[Verdict] = []
    stopped: Interrupted | None = None
    start = time.monotonic()
    try:
        with closing(decide(requests, options, left)) as events:
            verdicts.extend(event for event in events if isinstance(event, Verdict))
    except Interrupted as stop:
        stopped = stop
    status = exit_status(verdicts) if stopped is None else stopped.status
    told = document(
        requests,
        options,
        [*verdicts, *left],
        exit_status=status,
        seconds=time.monotonic() - start,
        version=version,
        interrupted=stopped is not None,
    )
    print(json.dumps(told, indent=2), flush=True)
    _complain_of_unkept(verdicts, options)
    return status if stopped is None else _stopped(stopped, [*verdicts, *left], requests)


def _complain_of_unkept(verdicts: Sequence[Verdict], options: Options) -> None:
    unkept = [f"{quoted(verdict.model)}: {verdict.unkept}" for verdict in verdicts if verdict.unkept]
    if unkept:
        where = quoted(str(options.proofs))
        print(f"verify-precision: --proofs: no record is kept in {where} of {'; '.join(unkept)}", file=sys.stderr)


def _stopped(stop: Interrupted, verdicts: Sequence[Verdict], requests: Sequence[Request]) -> int:
    decided = sum(verdict.finished for verdict in verdicts)
    print(f"verify-precision: {stop.word}; {decided} of {len(requests)} models decided", file=sys.stderr)
    return stop.status
