"""Loads what the trainer saved with transformers and peft, and compares logits.

usage: check_saved.py DIR, with DIR/NAME/student and DIR/NAME/expected.safetensors (ids, logits)
"""
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import load_file

TOLERANCE = 1e-4


def load(student):
    if (student / "adapter_config.json").exists():
        return peft.AutoPeftModelForCausalLM.from_pretrained(student, dtype=torch.float32), "peft"
    return transformers.AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32), "transformers"


def main():
    transformers.logging.set_verbosity_error()
    worst = 0.0
    print(f"{'student':<28} {'loaded by':<13} {'architecture':<24} worst logit difference")
    for expected in sorted(pathlib.Path(sys.argv[1]).glob("*/expected.safetensors")):
        student = expected.parent / "student"
        model, library = load(student)
        tokenizer = transformers.AutoTokenizer.from_pretrained(student)
        assert len(tokenizer) <= model.config.vocab_size
        wanted = load_file(expected)
        with torch.no_grad():
            found = model.eval()(input_ids=wanted["ids"].long()[None]).logits[0]
        difference = float((found - wanted["logits"]).abs().max())
        worst = max(worst, difference)
        name = type(model.get_base_model() if library == "peft" else model).__name__
        print(f"{expected.parent.name:<28} {library:<13} {name:<24} {difference:.1e}")
    print(f"worst {worst:.1e}, {'within' if worst <= TOLERANCE else 'past'} the tolerance of {TOLERANCE:.0e}")
    sys.exit(0 if worst <= TOLERANCE else 1)


main()
