"""Writes small random models and what transformers computes on them, in the layout that bench/golden reads.

usage: golden_models.py DIR [SEED [NAME ...]]
"""
import json
import pathlib
import random
import sys

import torch
import transformers
from safetensors.torch import save_file

VOCABULARY = 99


def shapes(draw):
    """One of each family and of each setting that changes the arithmetic; sizes drawn anew for every seed."""
    width = draw.choice([24, 32, 48])
    base = dict(
        vocab_size=VOCABULARY, hidden_size=width, intermediate_size=draw.choice([40, 56, 72]),
        num_hidden_layers=draw.choice([2, 3, 4]), num_attention_heads=4, num_key_value_heads=draw.choice([1, 2, 4]),
        max_position_embeddings=256, bos_token_id=1, eos_token_id=2, pad_token_id=0,
        tie_word_embeddings=draw.random() < 0.5, rope_theta=draw.choice([1e4, 5e5]))
    llama3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                  original_max_position_embeddings=16)
    yarn = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=8)
    latent = dict(
        base, num_key_value_heads=4, kv_lora_rank=draw.choice([8, 16]), q_lora_rank=24, qk_rope_head_dim=8,
        qk_nope_head_dim=draw.choice([8, 12]), v_head_dim=draw.choice([8, 10]), moe_intermediate_size=20,
        n_routed_experts=8, n_group=draw.choice([1, 2, 4]), topk_group=1, num_experts_per_tok=2, n_shared_experts=1,
        first_k_dense_replace=1, routed_scaling_factor=2.5, rms_norm_eps=1e-6)
    deepseek_yarn = dict(yarn, mscale=0.7, mscale_all_dim=1.0, beta_fast=32, beta_slow=1)
    t = transformers
    yield "llama", t.LlamaConfig(**base)
    yield "llama-head-size", t.LlamaConfig(**base, head_dim=10, rms_norm_eps=1e-5)
    yield "llama-biases", t.LlamaConfig(**base, attention_bias=True, mlp_bias=True)
    yield "llama-rope-llama3", t.LlamaConfig(**base, rope_scaling=llama3)
    yield "llama-rope-linear", t.LlamaConfig(**base, rope_scaling=dict(rope_type="linear", factor=4.0))
    yield "llama-rope-yarn", t.LlamaConfig(**base, rope_scaling=yarn)
    yield "qwen2", t.Qwen2Config(**base)
    yield "qwen2-window", t.Qwen2Config(**base, use_sliding_window=True, sliding_window=6, max_window_layers=1)
    yield "qwen3", t.Qwen3Config(**base, head_dim=12)
    yield "qwen3-biases", t.Qwen3Config(**base, attention_bias=True, rope_scaling=yarn)
    yield "mistral", t.MistralConfig(**base, sliding_window=None)
    yield "mistral-window", t.MistralConfig(**base, sliding_window=5)
    yield "mixtral", t.MixtralConfig(**base, num_local_experts=5, num_experts_per_tok=3)
    yield "mixtral-top1", t.MixtralConfig(
        **base, num_local_experts=4, num_experts_per_tok=1, sliding_window=7, output_router_logits=True)
    yield "deepseek-v3", t.DeepseekV3Config(**latent)
    yield "deepseek-v3-yarn", t.DeepseekV3Config(**latent, rope_scaling=deepseek_yarn)
    yield "deepseek-v3-no-query-latent", t.DeepseekV3Config(**dict(latent, q_lora_rank=None, norm_topk_prob=False))
    yield "deepseek-v3-groups", t.DeepseekV3Config(**dict(
        latent, n_group=4, topk_group=2, num_experts_per_tok=3, n_shared_experts=2, first_k_dense_replace=0,
        rope_interleave=False, attention_bias=True))


def expected(model, draw):
    rows, length = 2, 24
    ids = torch.randint(3, VOCABULARY, (rows, length), generator=draw)
    mask = torch.ones_like(ids)
    mask[1, 17:] = 0
    ids[mask == 0] = 0
    labels = ids.clone()
    labels[:, :4] = -100
    labels[mask == 0] = -100
    out = model(input_ids=ids, attention_mask=mask, labels=labels, output_hidden_states=True)
    out.loss.backward()
    norms = {n: float(p.grad.norm()) for n, p in model.named_parameters() if p.grad is not None}
    prompt = ids[:1, :8]
    routers = getattr(model.config, "output_router_logits", None)
    model.config.output_router_logits = False  # transformers' balance loss fails on a single token with a longer mask
    with torch.no_grad():
        greedy = model.generate(prompt, do_sample=False, max_new_tokens=16, min_new_tokens=16, use_cache=True)
    model.config.output_router_logits = routers
    tensors = {f"hidden.{i}": h for i, h in enumerate(out.hidden_states)}
    tensors.update(input_ids=ids.int(), attention_mask=mask.int(), labels=labels.int(), logits=out.logits,
                   greedy_prompt=prompt.int(), greedy=greedy.int())
    return {k: v.detach().contiguous() for k, v in tensors.items()}, dict(loss=float(out.loss), grad_norms=norms)


def main():
    root = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    names = sys.argv[3:]
    draw = random.Random(seed)
    for number, (name, config) in enumerate(shapes(draw)):
        if names and name not in names:
            continue
        torch.manual_seed(1000 * seed + number)
        config._attn_implementation = "eager"
        model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
        with torch.no_grad():
            for key, value in list(model.named_parameters()) + list(model.named_buffers()):
                if key.endswith(("norm.weight",)):
                    value.uniform_(0.5, 1.5)
                elif key.endswith("bias"):
                    value.normal_(0, 0.1)
                elif value.dim() == 2 and "inv_freq" not in key:
                    value.normal_(0, 0.15)
        model.generation_config.eos_token_id = None
        tensors, numbers = expected(model, torch.Generator().manual_seed(seed))
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        save_file(tensors, folder / "expected.safetensors")
        (folder / "expected.json").write_text(json.dumps(numbers))


main()
