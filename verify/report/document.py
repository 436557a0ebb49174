"""Verdicts as one JSON document, described in `docs/json.md`. Rationals are strings; times are seconds, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..request.identity import digests
from ..request.request import Options, Request, Unmade
from ..request.schema import SCHEMA
from ..solver.ask import SOLVERS
from ..verdict.verdict import Decided, Verdict, Witness, spans

INTERRUPTED = "INTERRUPTED"
"""The status of a model that was not finished: whatever was decided of it, it is no verdict."""


def document(
    requests: Sequence[Request | Unmade],
    options: Options,
    verdicts: Sequence[Verdict],
    *,
    exit_status: int,
    seconds: float,
    version: str,
    interrupted: bool = False,
) -> dict[str, Any]:
    """The document for what was asked and what has been decided of it."""
    asked = [request.about for request in requests]
    by_name = {request.about.model: request for request in requests}
    return {
        "schema": SCHEMA,
        "version": version,
        "question": {
            "models": [each.model for each in asked],
            "arithmetic": asked[0].arithmetic,
            "against": asked[0].against,
            "claim": asked[0].claim,
            "assume": asked[0].assume or None,
            "first": asked[0].first,
            "last": asked[0].last,
        },
        "options": {
            "jobs": options.jobs,
            "timeout": options.seconds,
            "memory": options.memory,
            "solvers": list(options.solvers or SOLVERS),
            "every": bool(options.solvers),
            "proofs": None if options.proofs is None else str(options.proofs),
        },
        "interrupted": interrupted,
        "exit_status": exit_status,
        "seconds": round(seconds, 3),
        "verdicts": [_verdict(verdict, by_name[verdict.model]) for verdict in verdicts],
    }


def _verdict(verdict: Verdict, request: Request | Unmade) -> dict[str, Any]:
    return {
        "model": verdict.model,
        "file": request.about.file or None,
        "programs": digests(request.claim) if isinstance(request, Request) else None,
        "arithmetic": verdict.arithmetic,
        "against": verdict.against,
        "claim": verdict.claim,
        "assume": verdict.assume or None,
        "first": verdict.first,
        "last": verdict.last,
        "status": str(verdict.status) if verdict.finished else INTERRUPTED,
        "shortest": verdict.shortest,
        "evidence": list(verdict.evidence),
        "reason": verdict.reason,
        "decided": {
            "spans": ", ".join(map(spans, verdict.ranges)),
            "ranges": [[lengths.start, lengths.stop - 1] for lengths in verdict.ranges],
        },
        "witness": None if verdict.witness is None else _witness(verdict.witness),
        "runs": [_run(each) for each in verdict.runs],
        "formats": [{"site": site, "format": form} for site, form in verdict.formats],
        "notes": list(verdict.notes),
        "unkept": verdict.unkept,
        "seconds": round(verdict.seconds, 3),
    }


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "word": list(witness.word),
        "length": len(witness.word),
        "against": witness.left,
        "low": witness.right,
        "divergence": witness.divergence,
        "least": witness.least,
    }


def _run(each: Decided) -> dict[str, Any]:
    return {
        "first": each.length,
        "last": each.length + each.size - 1,
        "status": str(each.status),
        "evidence": each.evidence,
        "solver": each.solver,
        "certificate": None if each.certificate is None else asdict(each.certificate),
        "reason": each.reason,
        "note": each.note,
        "seconds": round(each.seconds, 3),
    }
