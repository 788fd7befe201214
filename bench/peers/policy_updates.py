"""Ten updates of a policy in plain PyTorch on a model that transformers loads: the peer of bench/policy-updates.

policy_updates.py MODEL [SEED]    MODEL is a Hugging Face folder; prints, as one JSON object, the settings, the answers and
                                  scores that both sides are given, and the loss terms of every update by PPO and by GRPO

Answers are drawn at random, not by the model: both sides must see the same ones. An update takes the log probabilities under the
policy as it is, and passes twice over the answers, in two steps a pass, every second answer a step.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM

SETTINGS = {
    "updates": 10, "group": 4, "epochs": 2, "steps": 2,
    "learningRate": 5e-4, "valueLearningRate": 1e-2, "valueStart": 0.3, "valueWeight": 0.1,
    "clip": 0.2, "valueClip": 0.2, "discount": 1.0, "lambda": 0.95, "klCoefficient": 0.05,
}


def draw(vocabulary, seed):
    """Answers of three prompts an update, four each, and a score for each answer."""
    random = torch.Generator().manual_seed(seed)

    def tokens(least, most):
        length = int(torch.randint(least, most + 1, (1,), generator=random))
        return torch.randint(3, vocabulary, (length,), generator=random).tolist()

    def group():
        prompt = tokens(3, 8)
        return [
            {"prompt": prompt, "answer": tokens(2, 9), "score": round(float(torch.rand(1, generator=random)), 3)}
            for _ in range(SETTINGS["group"])
        ]

    return [sum((group() for _ in range(3)), []) for _ in range(SETTINGS["updates"])]


class Learner:
    def __init__(self, folder, value):
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        self.reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        for name, weight in self.model.named_parameters():
            weight.requires_grad_(name.startswith("model.layers."))
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.groups = [(trained, torch.optim.AdamW(trained, lr=SETTINGS["learningRate"], weight_decay=0))]
        self.head = torch.nn.Linear(self.model.config.hidden_size, 1)
        if value:
            torch.nn.init.zeros_(self.head.weight)
            torch.nn.init.constant_(self.head.bias, SETTINGS["valueStart"])
            head = list(self.head.parameters())
            self.groups.append((head, torch.optim.AdamW(head, lr=SETTINGS["valueLearningRate"], weight_decay=0)))

        # An expert that no token chose has a gradient of 0, not none: it moves on by its momentum.
        for weights, _ in self.groups:
            for weight in weights:
                weight.grad = torch.zeros_like(weight)

    def look(self, model, row):
        """Log probabilities and values of an answer's tokens [T]."""
        ids = torch.tensor([row["prompt"] + row["answer"]])
        out = model(ids, output_hidden_states=True)
        before = slice(len(row["prompt"]) - 1, ids.size(1) - 1)
        logp = out.logits[0, before].log_softmax(-1).gather(1, torch.tensor(row["answer"])[:, None])[:, 0]
        return logp, self.head(out.hidden_states[-1][0, before].detach())[:, 0]

    def step(self):
        for weights, optimizer in self.groups:
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)


def clipped(logp, old, advantages):
    ratio = (logp - old).exp()
    near = ratio.clamp(1 - SETTINGS["clip"], 1 + SETTINGS["clip"])
    return torch.max(-advantages * ratio, -advantages * near)


@torch.no_grad()
def judge(learner, answers):
    judged = []
    for row in answers:
        old, values = learner.look(learner.model, row)
        reference, _ = learner.look(learner.reference, row)
        judged.append({**row, "old": old, "reference": reference, "values": values})
    return judged


def estimate(judged):
    """Advantages, whitened over all tokens, and returns."""
    for row in judged:
        rewards = -SETTINGS["klCoefficient"] * (row["old"] - row["reference"])
        rewards[-1] += row["score"]
        later, advantages = 0.0, torch.zeros_like(rewards)
        for t in reversed(range(len(rewards))):
            coming = row["values"][t + 1] if t + 1 < len(rewards) else 0.0
            delta = rewards[t] + SETTINGS["discount"] * coming - row["values"][t]
            later = delta + SETTINGS["discount"] * SETTINGS["lambda"] * later
            advantages[t] = later
        row["advantages"], row["returns"] = advantages, advantages + row["values"]
    every = torch.cat([row["advantages"] for row in judged])
    for row in judged:
        row["advantages"] = (row["advantages"] - every.mean()) * torch.rsqrt(every.var() + 1e-8)


def ppo(learner, rows):
    tokens = sum(len(row["answer"]) for row in rows)
    policy = value = 0.0
    for row in rows:
        logp, values = learner.look(learner.model, row)
        policy = policy + clipped(logp, row["old"], row["advantages"]).sum() / tokens
        near = torch.clamp(values, row["values"] - SETTINGS["valueClip"], row["values"] + SETTINGS["valueClip"])
        worse = torch.max((values - row["returns"]) ** 2, (near - row["returns"]) ** 2)
        value = value + 0.5 * worse.sum() / tokens
    (policy + SETTINGS["valueWeight"] * value).backward()
    return {"policy": policy.item(), "value": value.item()}


def compare(judged):
    """An answer's score against those of its group."""
    size = SETTINGS["group"]
    for start in range(0, len(judged), size):
        scores = torch.tensor([row["score"] for row in judged[start : start + size]])
        for row, score in zip(judged[start : start + size], scores):
            row["advantages"] = (score - scores.mean()) / (scores.std() + 1e-4)


def grpo(learner, rows):
    policy = kl = 0.0
    for row in rows:
        logp, _ = learner.look(learner.model, row)
        policy = policy + clipped(logp, row["old"], row["advantages"]).mean() / len(rows)
        far = row["reference"] - logp
        kl = kl + (far.exp() - far - 1).mean() / len(rows)
    (policy + SETTINGS["klCoefficient"] * kl).backward()
    return {"policy": policy.item(), "klLoss": kl.item()}


def run(learner, updates, prepare, loss):
    curves = []
    for answers in updates:
        judged = judge(learner, answers)
        prepare(judged)
        terms = {"kl": sum((row["old"] - row["reference"]).sum().item() for row in judged) / len(judged)}
        for _ in range(SETTINGS["epochs"]):
            for step in range(SETTINGS["steps"]):
                for name, each in loss(learner, judged[step :: SETTINGS["steps"]]).items():
                    terms[name] = terms.get(name, 0.0) + each / (SETTINGS["epochs"] * SETTINGS["steps"])
                learner.step()
        curves.append(terms)
    return curves


folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
drawn = draw(AutoModelForCausalLM.from_pretrained(folder).config.vocab_size, seed)
print(json.dumps({
    "settings": SETTINGS,
    "answers": drawn,
    "ppo": run(Learner(folder, True), drawn, estimate, ppo),
    "grpo": run(Learner(folder, False), drawn, compare, grpo),
}))
