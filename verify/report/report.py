"""The main job of the command: requests are decided, and told as rows while they are, or as one document at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from ..engine.engine import Progress, decide
from ..engine.interrupt import Interrupted
from ..request.request import Options, Request, Unmade, quoted
from ..verdict.verdict import Verdict, exit_status
from .columns import wrap
from .document import document
from .rows import Rows, footer, question
from .terminal import Output


def as_rows(requests: Sequence[Request | Unmade], options: Options, output: Output, *, formats: bool = False) -> int:
    """Decides the requests, a row as each is decided; the exit status."""
    rows = Rows(requests)
    verdicts: list[Verdict] = []
    left: list[Verdict] = []
    start = time.monotonic() - sum(each.spent for each in requests)
    for text in (*wrap(question(requests), output.width, "", "  "), "", *rows.header(output.width)):
        output.line(text)
    try:
        with (
            output.progress([request.about.model for request in requests]) as bars,
            closing(_decide(requests, options, left)) as events,
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


def as_document(requests: Sequence[Request | Unmade], options: Options, version: str) -> int:
    """Decides the requests, then writes one JSON document, also after an interruption; the exit status."""
    verdicts: list[Verdict] = []
    left: list[Verdict] = []
    stopped: Interrupted | None = None
    start = time.monotonic() - sum(each.spent for each in requests)
    try:
        with closing(_decide(requests, options, left)) as events:
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


def _decide(
    requests: Sequence[Request | Unmade], options: Options, left: list[Verdict]
) -> Generator[Progress | Verdict, None, None]:
    """What the engine says, with what is known of requests that could not be made, in order."""
    places = [place for place, each in enumerate(requests) if isinstance(each, Request)]
    following = 0
    if places:
        with closing(decide([each for each in requests if isinstance(each, Request)], options, left)) as events:
            for event in events:
                if isinstance(event, Progress):
                    yield replace(event, row=places[event.row])
                    continue
                while not isinstance(each := requests[following], Request):
                    yield each.verdict()
                    following += 1
                yield event
                following += 1
    yield from (each.verdict() for each in requests[following:] if isinstance(each, Unmade))


def _stopped(stop: Interrupted, verdicts: Sequence[Verdict], requests: Sequence[Request | Unmade]) -> int:
    decided = sum(verdict.finished for verdict in verdicts)
    print(f"verify-precision: {stop.word}; {decided} of {len(requests)} models decided", file=sys.stderr)
    return stop.status
