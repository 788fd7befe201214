"""The peer of bench/training: a LoRA step on SmolLM2-135M's shape by hand in PyTorch, with its fused norm, attention and optimiser.

train_step.py TYPE ROWS LENGTH RANK THREADS    for each line read takes one step, and prints its milliseconds: passed, and of processor
time; and the MiB of memory that the process had at its peak
"""

import math
import resource
import sys
import time

import torch
import torch.nn.functional as F

LAYERS, WIDTH, INNER, VOCABULARY = 30, 576, 1536, 49152
HEADS, GROUPS, SIZE = 9, 3, 64
EPSILON, THETA = 1e-5, 100_000

kind, rows, length, rank, threads = sys.argv[1], *map(int, sys.argv[2:])
dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[kind]
torch.set_num_threads(threads)
torch.manual_seed(1)


def normal(*shape):
    return (torch.randn(shape) * 0.02).to(dtype)


class Linear:
    """A frozen matrix with an adapter: W x + 2 B A x."""

    def __init__(self, out, width):
        self.w = normal(out, width)
        bound = 1 / math.sqrt(width)
        self.a = torch.empty(rank, width).uniform_(-bound, bound).to(dtype).requires_grad_()
        self.b = torch.zeros(out, rank, dtype=dtype, requires_grad=True)

    def __call__(self, x):
        return torch.add(F.linear(x, self.w), F.linear(F.linear(x, self.a), self.b), alpha=2.0)


def rotated(x):
    a, b = x.chunk(2, -1)
    return x * cosines + torch.cat([-b, a], -1) * sines


class Layer:
    def __init__(self):
        self.norm1, self.norm2 = torch.ones(2, WIDTH, dtype=dtype)
        self.q, self.k, self.v = Linear(HEADS * SIZE, WIDTH), Linear(GROUPS * SIZE, WIDTH), Linear(GROUPS * SIZE, WIDTH)
        self.o = Linear(WIDTH, HEADS * SIZE)
        self.gate, self.up, self.down = Linear(INNER, WIDTH), Linear(INNER, WIDTH), Linear(WIDTH, INNER)
        self.linears = [self.q, self.k, self.v, self.o, self.gate, self.up, self.down]

    def heads(self, x, count):
        return x.view(rows, length, count, SIZE).transpose(1, 2)

    def __call__(self, x):
        h = F.rms_norm(x, (WIDTH,), self.norm1, EPSILON)
        q = rotated(self.heads(self.q(h), HEADS))
        k = rotated(self.heads(self.k(h), GROUPS)).repeat_interleave(HEADS // GROUPS, 1)
        v = self.heads(self.v(h), GROUPS).repeat_interleave(HEADS // GROUPS, 1)
        o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(o.transpose(1, 2).flatten(2))
        h = F.rms_norm(x, (WIDTH,), self.norm2, EPSILON)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


layers = [Layer() for _ in range(LAYERS)]
embedding, norm = normal(VOCABULARY, WIDTH), torch.ones(WIDTH, dtype=dtype)
angles = torch.outer(torch.arange(length), THETA ** (-torch.arange(0, SIZE, 2) / SIZE)).repeat(1, 2)
cosines, sines = angles.cos().to(dtype), angles.sin().to(dtype)
optimizer = torch.optim.AdamW([w for layer in layers for linear in layer.linears for w in (linear.a, linear.b)], lr=1e-4, fused=True)
ids, labels = torch.randint(0, VOCABULARY, (2, rows, length))


def step():
    x = embedding[ids]
    for layer in layers:
        x = layer(x)
    logits = F.linear(F.rms_norm(x, (WIDTH,), norm, EPSILON), embedding)
    loss = F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten())
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


for _ in sys.stdin:
    start, processor = time.perf_counter(), time.process_time()
    step()
    print(f"{1000 * (time.perf_counter() - start):.3f} {1000 * (time.process_time() - processor):.3f}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
