"""The peer of bench/response and bench/memory: TRL's GKDTrainer on the same rows, off-policy, by forward KL at a temperature, on the
student's last layers.

distil_response.py TEACHER STUDENT ROWS OUT name=value...    folders of models, lines with messages, where to save

names: type=fp32 epochs=6 batch=4 length=256 unfrozen=3 temperature=2.0 rate=3e-5 warmup=9
Prints on standard output, as JSON: the clock when training begins and ends, and the tokens of all epochs.
"""

import json
import os
import sys
import tempfile
import time

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GKDConfig, GKDTrainer

teacher_folder, student_folder, rows_file, out = sys.argv[1:5]
given = dict(type="fp32", epochs=6, batch=4, length=256, unfrozen=3, temperature="2.0", rate="3e-5", warmup=9)
given.update(pair.split("=", 1) for pair in sys.argv[5:])
dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[given["type"]]

tokenizer = AutoTokenizer.from_pretrained(teacher_folder)
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
with open(rows_file) as lines:
    chats = [json.loads(line)["messages"] for line in lines]
chats = [[dict(role=turn["role"], content=turn["content"]) for turn in chat] for chat in chats]
length = int(given["length"])
tokens = sum(min(length, len(tokenizer.apply_chat_template(chat))) for chat in chats)

teacher = AutoModelForCausalLM.from_pretrained(teacher_folder, dtype=dtype)
student = AutoModelForCausalLM.from_pretrained(student_folder, dtype=dtype)
student.requires_grad_(False)
for layer in student.model.layers[-int(given["unfrozen"]):]:
    layer.requires_grad_(True)

# TRL 0.24 samples at this temperature, and takes its loss at 1 whatever it is told.
at_one = GKDTrainer.generalized_jsd_loss
GKDTrainer.generalized_jsd_loss = staticmethod(
    lambda *logits, **others: at_one(*logits, **(others | dict(temperature=float(given["temperature"])))))

settings = GKDConfig(
    output_dir=tempfile.mkdtemp(), per_device_train_batch_size=int(given["batch"]), num_train_epochs=int(given["epochs"]),
    max_length=length, learning_rate=float(given["rate"]), lr_scheduler_type="cosine", warmup_steps=int(given["warmup"]),
    lmbda=0.0, beta=0.0, temperature=float(given["temperature"]), bf16=given["type"] == "bf16", use_cpu=True,
    gradient_checkpointing=False, dataloader_pin_memory=False, logging_steps=10, save_strategy="no", report_to=[])
trainer = GKDTrainer(
    model=student, teacher_model=teacher, args=settings, processing_class=tokenizer, train_dataset=Dataset.from_dict(dict(messages=chats)))
begin = time.time()
trainer.train()
end = time.time()
student.save_pretrained(out)
print(json.dumps(dict(begin=begin, end=end, tokens=tokens * int(given["epochs"]), trained=sum(p.numel() for p in student.parameters() if p.requires_grad))))
