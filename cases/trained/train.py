"""Trains the model in this folder: does a word begin with 1? Needs torch and safetensors; run in this folder.

One layer, one head, no mask, no layer normalisation, learned positions up to 10, softmax attention; the logits are read
at the last position, so that the head must find the first one. `first.safetensors` is the state dict as torch holds it.
"""

import itertools
import math

import torch
from safetensors.torch import save_file
from torch import nn

LONGEST, SIZE, KEY, HIDDEN = 10, 6, 4, 8


class Transformer(nn.Module):
    """The textbook computation, with softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(2, SIZE)
        self.positions = nn.Embedding(LONGEST, SIZE)
        self.query, self.key, self.value = nn.Linear(SIZE, KEY), nn.Linear(SIZE, KEY), nn.Linear(SIZE, KEY)
        self.output = nn.Linear(KEY, SIZE)
        self.hidden, self.out = nn.Linear(SIZE, HIDDEN), nn.Linear(HIDDEN, SIZE)
        self.unembed = nn.Linear(SIZE, 2)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Words [batch, n] to logits [batch, 2] at the last position."""
        x = self.tokens(words) + self.positions.weight[: words.shape[1]]
        scores = self.query(x) @ self.key(x).transpose(1, 2) / math.sqrt(KEY)
        x = x + self.output(torch.softmax(scores, dim=-1) @ self.value(x))
        x = x + self.out(torch.relu(self.hidden(x)))
        return self.unembed(x[:, -1])


def main() -> None:
    """Trains on all words up to the longest, one length at a time, and saves the state dict."""
    torch.manual_seed(1)
    model = Transformer()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.001)
    words = {n: torch.tensor(list(itertools.product((0, 1), repeat=n))) for n in range(1, LONGEST + 1)}
    for step in range(3000):
        batch = words[step % LONGEST + 1]
        loss = nn.functional.cross_entropy(model(batch), batch[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 < LONGEST:
            print(step, batch.shape[1], loss.item())
    wrong = sum(int((model(batch).argmax(dim=1) != batch[:, 0]).sum()) for batch in words.values())
    print(f"{wrong} words of length 1..{LONGEST} are wrong")
    save_file(model.state_dict(), "first.safetensors")


if __name__ == "__main__":
    main()
