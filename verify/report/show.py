"""A model as text for people: its operations, and for a length and an arithmetic the format of each stored value."""

from __future__ import annotations

from ...encode.arithmetic.format import Dyadic
from ...encode.arithmetic.scales import sites, undyadic
from ..request import words as request
from ..request.request import RequestError
from . import listing
from .columns import wrap


def shown(model: str, n: str | None, bits: str | None, arithmetic: str | None, width: int | None) -> list[str]:
    """The lines about a model.

    Raises:
        RequestError: for the first thing that is wrong.
    """
    case = request.case(model)
    if n is None and bits is None and arithmetic is None:
        return listing.listing(case, width)
    low = request.chosen(bits, arithmetic)
    if n is None:
        raise RequestError("give --n too: scales are chosen for a greatest length")
    bound = request.length(n)
    request.fits(case.program, low, bound)
    formats = list(map(str, sites(case.program, low, bound)))
    notes = undyadic(case.program, bound) if isinstance(low.format, Dyadic) else ()
    about = [f"stored in {low}, scales for n = {bound}", *(f"note: {note}" for note in notes)]
    return [
        *listing.listing(case, width, formats),
        "",
        *(line for text in about for line in wrap(text, width, "", "  ")),
    ]
