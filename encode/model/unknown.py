"""What stands for a value that is known only when a program runs: features, scores, s-ops, selectors.

Python's own answers about such an object would be wrong without a word: `a == b` would be False, `if a` always true,
and `a in [b, c]` would compare identities. So every operator that a class does not define is refused here, each with
what to write instead; numpy, which would spread an operation over an array, is told to leave them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn


def _refusal(operation: str) -> Any:  # noqa: ANN401 (subclasses define what they support)
    def refuse(self: Unknown, *_: object) -> NoReturn:
        raise self.refused(operation)

    return refuse


class Unknown:
    """The operators of Python, refused; `NOUN` says what the object is, `INSTEAD` what to write for an operator."""

    NOUN: ClassVar[str]
    INSTEAD: ClassVar[Mapping[str, str]]

    __array_ufunc__ = None

    def refused(self, operation: str) -> TypeError:
        """The exception for an operator that makes no sense here."""
        instead = self.INSTEAD.get(operation, "it has a value only when the program runs")
        return TypeError(f"{operation} is not defined for {self.NOUN}: {instead}")

    def __bool__(self) -> bool:
        # Python reads `0 <= x <= 1` as `0 <= x and x <= 1` and would silently drop the first half.
        raise TypeError(f"{self.NOUN} is not true or false here: {self.INSTEAD['truth']}")

    __hash__ = object.__hash__
    __eq__ = _refusal("==")
    __ne__ = _refusal("!=")
    __lt__ = _refusal("<")
    __le__ = _refusal("<=")
    __gt__ = _refusal(">")
    __ge__ = _refusal(">=")
    __add__ = __radd__ = _refusal("+")
    __sub__ = __rsub__ = _refusal("-")
    __mul__ = __rmul__ = _refusal("*")
    __truediv__ = __rtruediv__ = _refusal("/")
    __floordiv__ = __rfloordiv__ = _refusal("//")
    __mod__ = __rmod__ = _refusal("%")
    __divmod__ = __rdivmod__ = _refusal("divmod")
    __pow__ = __rpow__ = _refusal("**")
    __matmul__ = __rmatmul__ = _refusal("@")
    __and__ = __rand__ = _refusal("&")
    __or__ = __ror__ = _refusal("|")
    __xor__ = __rxor__ = _refusal("^")
    __lshift__ = __rlshift__ = _refusal("<<")
    __rshift__ = __rrshift__ = _refusal(">>")
    __neg__ = _refusal("-")
    __pos__ = _refusal("+")
    __invert__ = _refusal("~")
    __abs__ = _refusal("abs")
    __round__ = __floor__ = __ceil__ = __trunc__ = _refusal("rounding")
    __int__ = __float__ = __complex__ = _refusal("a conversion to a number")
    __contains__ = _refusal("in")
    __iter__ = None
    __getitem__ = _refusal("[]")
