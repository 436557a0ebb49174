"""Public reports of bugs in low precision, as small models: each has its known answer, by loops in numpy or by hand.

    05_*    sums of ones stick at 256 in bfloat16 and at 2,048 in half precision (huggingface/candle#3727,
            numpy/numpy#22208, ROCm/MIOpen#2109)
    08_*    an additive mask of -1e8 does not fit half precision (facebookresearch/fairseq#3575)
    10_*    halves rounded to even or away (NVIDIA/TensorRT#3009)
    12_*    token ids above 2,048 collide in half precision (deepspeedai/DeepSpeed#5701)
    23_*    sums in 8-bit floats stick at 16 or 8 (Dao-AILab/flash-attention#2250)
    and attention weights in bfloat16 (Dao-AILab/flash-attention#2721), of which ones are averaged

The models stand in `tests/reports`.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from logbits import load, verify
from support.marks import slow

REPORTS = Path(__file__).parent / "reports"
SUMS = "bf16 iterative nearest-even"
ANSWERS: list[tuple[str, int, str, str, int, str]] = [
    ("05_ones_acc", 256, SUMS, "exact", 0, ""),
    ("05_ones_acc", 342, SUMS, "exact", 341, "h^341"),
    ("05_ones", 300, SUMS, "exact", 257, "h^257"),
    ("05_ones", 300, "bf16 iterative(right) nearest-even", "exact", 257, "h^257"),
    ("05_ones", 300, "bf16 iterative(tree) nearest-even", "exact", 257, "h^257"),
    ("05_ones", 300, "bf16 iterative nearest-even accumulators(float(24, 8))", "exact", 0, ""),
    ("05_maj", 600, SUMS, "exact", 257, "0^128 1^129"),
    ("08_mask", 8, "fp16 nearest-even", "exact", 1, "P"),
    ("08_mask", 8, "bf16 nearest-even", "exact", 0, ""),
    ("10_int8", 4, "int8(1, 0) nearest-even", "int8(1, 0) nearest-away", 1, "p"),
    ("12_ids", 4, "fp16 nearest-even", "exact", 1, "t2049"),
    ("12_same", 16, "fp16 nearest-even", "exact", 2, "t2048 t2049"),
    ("23_seq", 64, "e4m3fn iterative nearest-even", "exact", 21, "h^21"),
    ("23_seq", 64, "e5m2 iterative nearest-even", "exact", 10, "h^10"),
    ("23_seq", 64, "e4m3fn accumulators(fp16) iterative nearest-even", "exact", 0, ""),
    ("05_ones", 128, "bf16 weights(bf16) nearest-even", "exact", 61, "h^61"),
    ("05_ones", 128, "bf16 weights(float(8, 8), toward-zero) nearest-even", "exact", 3, "h^3"),
    ("05_ones", 300, "bf16 denominator(bf16, iterative) nearest-even", "exact", 258, "h^258"),
]
"""A model, the bound, an arithmetic and another, the shortest length that breaks (0 for none), and its first word."""

LONG = 200
"""From which bound on it takes more than a second or two."""


@pytest.mark.parametrize(
    ("model", "bound", "arithmetic", "against", "length", "word"),
    [slow(*each) if each[1] > LONG else each for each in ANSWERS],
)
def test_the_answer_is_the_known_one(
    model: str, bound: int, arithmetic: str, against: str, length: int, word: str
) -> None:
    found = verify(load(REPORTS / f"{model}.json"), n=bound, arithmetic=arithmetic, against=against)
    if not length:
        assert found.verified
        assert found.witness is None
        return
    assert found.refuted
    assert found.shortest
    assert found.witness is not None
    runs = [(symbol, len(list(several))) for symbol, several in groupby(found.witness.word)]
    assert " ".join(symbol if times == 1 else f"{symbol}^{times}" for symbol, times in runs) == word
    assert len(found.witness.word) == length
