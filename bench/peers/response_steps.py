"""Optimiser steps of the response stage, written in plain PyTorch: a teacher, a student of some of its layers, rows of random tokens
with their answers marked, the loss of every step.

  peers/python peers/response_steps.py MODEL OUT [name=value ...]     MODEL: a folder with config.json and safetensors

names: rows=16 batch=4 accumulation=2 epochs=5 keep=3 unfrozen=2 rate=1e-3 warmup=2 seed=42 threads=1
OUT gets a JSON of the rows, the order of each step, and, for each case of CASES, the settings and the losses.
"""
import json, math, random, sys
import torch
from transformers import AutoModelForCausalLM

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
CASES = [
    dict(divergence="ForwardKL", temperature="2.0"),
    dict(divergence="ReverseKL", temperature="1.0"),
    dict(divergence="SkewedKL", temperature="2.0", topK=8),
    dict(divergence="JensenShannon", temperature="1.5", beta="0.3", crossEntropyPercent=30),
    dict(divergence="ForwardKL", temperature="2.0", topK=8, tail="OneToken"),
]
DEFAULTS = dict(skew="0.1", beta="0.5", interpolationStart="0.4", topK=1000000, tail="Bucket", crossEntropyPercent=0,
                onPolicyPercent=0, onPolicyMaxTokens=1)


class SplittableRandom:
    """java.util.SplittableRandom, as far as shuffling needs it (Steele et al., 2014)."""

    def __init__(self, seed):
        self.seed = seed & MASK

    def next_int(self):
        self.seed = (self.seed + GOLDEN) & MASK
        z = self.seed
        z = ((z ^ (z >> 33)) * 0x62A9D9ED799705F5) & MASK
        return (((z ^ (z >> 28)) * 0xCB24D0A5C88C35B3) & MASK) >> 32

    def below(self, bound):
        r = self.next_int()
        if bound & (bound - 1) == 0:
            return r & (bound - 1)
        while True:
            u = r >> 1
            if u + (bound - 1) - u % bound < 1 << 31:
                return u % bound
            r = self.next_int()


def mix(value):
    z = (value + GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def micro_batches(rows, epochs, batch, accumulation, seed):
    for epoch in range(epochs):
        order, draws = [0] * rows, SplittableRandom(mix(mix(seed) + epoch))
        for i in range(rows):
            j = draws.below(i + 1)
            order[i] = order[j]
            order[j] = i
        for at in range(0, rows, batch * accumulation):
            step = order[at:at + batch * accumulation]
            yield [step[b:b + batch] for b in range(0, len(step), batch)]


def buckets(z, ids, whole):
    """log probabilities of the listed tokens, and of all others together."""
    lp = torch.log_softmax(z, -1)
    listed = lp.gather(1, ids)
    if whole:
        return listed
    rest = lp.scatter(1, ids, float("-inf")).logsumexp(-1, keepdim=True)
    return torch.cat([listed, rest], -1)


def distance(zq, zp, case):
    tau, k = float(case["temperature"]), min(case["topK"], zp.size(1))
    ids = zp.topk(k, -1)[1]
    whole = k == zp.size(1)
    lq = buckets(zq / tau, ids, whole)
    lp = buckets(zp / tau, ids, whole) if case["tail"] == "Bucket" else torch.log_softmax(buckets(zp, ids, whole) / tau, -1)
    kl = lambda a, b: (a.exp() * (a - b)).sum()
    mix = lambda a, x, y: torch.logaddexp(x + math.log(a), y + math.log(1 - a))
    beta, skew = float(case["beta"]), float(case["skew"])
    value = {
        "ForwardKL": lambda: kl(lp, lq),
        "ReverseKL": lambda: kl(lq, lp),
        "SkewedKL": lambda: kl(lp, mix(skew, lp, lq)),
        "JensenShannon": lambda: beta * kl(lp, mix(beta, lp, lq)) + (1 - beta) * kl(lq, mix(beta, lp, lq)),
    }[case["divergence"]]()
    return value * tau * tau


def answer_logits(model, row):
    """Of the positions before each token of the answer."""
    return model(torch.tensor([row["ids"]])).logits[0, row["answer"] - 1:-1].float()


def losses(folder, rows, case, s):
    teacher = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    student = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    layers, keep = student.model.layers, int(s["keep"])
    student.model.layers = torch.nn.ModuleList([layers[i * (len(layers) - 1) // (keep - 1)] for i in range(keep)])
    for i, layer in enumerate(student.model.layers):
        layer.self_attn.layer_idx = i
    student.config.num_hidden_layers = keep
    student.config.use_cache = False
    student.requires_grad_(False)
    trained = [p for layer in student.model.layers[-int(s["unfrozen"]):] for p in layer.parameters()]
    for p in trained:
        p.requires_grad_(True)
    optimizer = torch.optim.AdamW(trained, lr=0, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    steps = list(micro_batches(len(rows), int(s["epochs"]), int(s["batch"]), int(s["accumulation"]), int(s["seed"])))
    warmup = min(int(s["warmup"]), len(steps) // 10)
    share, found = case["crossEntropyPercent"] / 100, []
    for step, batches in enumerate(steps):
        units = sum(len(rows[i]["ids"]) - rows[i]["answer"] for batch in batches for i in batch)
        total = 0.0
        for batch in batches:
            for row in (rows[i] for i in batch):
                with torch.no_grad():
                    zp = answer_logits(teacher, row)
                zq = answer_logits(student, row)
                loss = (1 - share) * distance(zq, zp, case)
                if share:
                    labels = torch.tensor(row["ids"][row["answer"]:])
                    loss = loss + share * torch.nn.functional.cross_entropy(zq, labels, reduction="sum")
                (loss / units).backward()
                total += loss.item() / units
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        done = (step - warmup) / max(1, len(steps) - warmup)
        rate = (step + 1) / (warmup + 1) if step < warmup else 0.5 * (1 + math.cos(math.pi * done))
        optimizer.param_groups[0]["lr"] = float(s["rate"]) * rate
        optimizer.step()
        optimizer.zero_grad()
        found.append(total)
    return found


def main():
    folder, out = sys.argv[1:3]
    s = dict(rows=16, batch=4, accumulation=2, epochs=5, keep=3, unfrozen=2, rate="1e-3", warmup=2, seed=42, threads=1)
    s.update(pair.split("=", 1) for pair in sys.argv[3:])
    torch.set_num_threads(int(s["threads"]))
    vocabulary = json.load(open(folder + "/config.json"))["vocab_size"]
    draws = random.Random(int(s["seed"]))
    rows = []
    for _ in range(int(s["rows"])):
        length = draws.randint(8, 20)
        rows.append(dict(ids=[draws.randrange(3, vocabulary) for _ in range(length)], answer=draws.randint(1, length - 2)))
    order = list(micro_batches(len(rows), int(s["epochs"]), int(s["batch"]), int(s["accumulation"]), int(s["seed"])))
    cases = [{**DEFAULTS, "unfrozenLayers": int(s["unfrozen"]), **case} for case in CASES]
    result = dict(
        made="by bench/peers/response_steps.py: torch %s and transformers, fp32, on the model of this name" % torch.__version__,
        model=folder.rstrip("/").split("/")[-1], settings={k: str(v) for k, v in s.items()}, rows=rows, order=order,
        cases=[dict(response=case, losses=losses(folder, rows, case, s)) for case in cases])
    with open(out, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
    for case in result["cases"]:
        print(case["response"]["divergence"], " ".join("%.6f" % loss for loss in case["losses"]))


main()
