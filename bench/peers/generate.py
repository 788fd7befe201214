"""The peer of bench/generate: SmolLM2-135M's decoding step by hand in PyTorch, with cached keys and values, greedy.

generate.py TYPE BATCH TOKENS THREADS    for each line read generates once, and prints the milliseconds of each step
"""

import sys
import time

import torch
import torch.nn.functional as F

LAYERS, WIDTH, INNER, VOCABULARY = 30, 576, 1536, 49152
HEADS, GROUPS, SIZE = 9, 3, 64
EPSILON, THETA = 1e-5, 100_000

kind, batch, tokens, threads = sys.argv[1], *map(int, sys.argv[2:])
dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[kind]
torch.set_num_threads(threads)
torch.manual_seed(1)


def normal(*shape):
    return (torch.randn(shape) * 0.02).to(dtype)


class Layer:
    def __init__(self):
        self.norm1, self.norm2 = torch.ones(2, WIDTH, dtype=dtype)
        self.q, self.o = normal(HEADS * SIZE, WIDTH), normal(WIDTH, HEADS * SIZE)
        self.k, self.v = normal(GROUPS * SIZE, WIDTH), normal(GROUPS * SIZE, WIDTH)
        self.gate, self.up, self.down = normal(INNER, WIDTH), normal(INNER, WIDTH), normal(WIDTH, INNER)
        self.keys, self.values = torch.zeros(2, batch, GROUPS, tokens, SIZE, dtype=dtype)

    def step(self, x, place, cos, sin):
        h = F.rms_norm(x, (WIDTH,), self.norm1, EPSILON)
        # The heads of a group share keys and values: they are its queries, as if they were positions.
        q = rotated(F.linear(h, self.q).view(batch, GROUPS, HEADS // GROUPS, SIZE), cos, sin)
        self.keys[:, :, place] = rotated(F.linear(h, self.k).view(batch, GROUPS, SIZE), cos, sin)
        self.values[:, :, place] = F.linear(h, self.v).view(batch, GROUPS, SIZE)
        seen = slice(0, place + 1)
        a = F.scaled_dot_product_attention(q, self.keys[:, :, seen], self.values[:, :, seen])
        x = x + F.linear(a.reshape(batch, HEADS * SIZE), self.o)
        h = F.rms_norm(x, (WIDTH,), self.norm2, EPSILON)
        return x + F.linear(F.silu(F.linear(h, self.gate)) * F.linear(h, self.up), self.down)


def rotated(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


layers = [Layer() for _ in range(LAYERS)]
embedding, norm = normal(VOCABULARY, WIDTH), torch.ones(WIDTH, dtype=dtype)
angles = torch.outer(torch.arange(tokens), THETA ** (-torch.arange(0, SIZE, 2) / SIZE))
cosines, sines = angles.cos().to(dtype), angles.sin().to(dtype)


@torch.inference_mode()
def generate():
    ids = torch.ones(batch, dtype=torch.long)
    times = []
    for place in range(tokens):
        start = time.perf_counter()
        x = embedding[ids]
        for layer in layers:
            x = layer.step(x, place, cosines[place], sines[place])
        ids = F.linear(F.rms_norm(x, (WIDTH,), norm, EPSILON), embedding).argmax(-1)
        ids.tolist()
        times.append((time.perf_counter() - start) * 1000)
    return times


for _ in sys.stdin:
    # The first step is left out, as it is the prompt's on our side.
    print(*(f"{milliseconds:.3f}" for milliseconds in generate()[1:]), flush=True)
