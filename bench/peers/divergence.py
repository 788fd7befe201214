"""How far students are from their teacher on rows that none was trained on, computed by transformers.

divergence.py TEACHER ROWS COUNT STUDENT...    folders of models; ROWS holds question and answer a line, of which the first COUNT count

Prints for each student KL(teacher || student) in nats, the mean over the answers' tokens, a line.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

teacher_folder, rows_file, count, *students = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(teacher_folder)
rows = []
with open(rows_file) as lines:
    for line in list(lines)[:int(count)]:
        row = json.loads(line)
        chat = [dict(role="user", content=row["question"]), dict(role="assistant", content=row["answer"])]
        asked = len(tokenizer.apply_chat_template(chat[:1], add_generation_prompt=True))
        rows.append((torch.tensor([tokenizer.apply_chat_template(chat)]), asked))


@torch.inference_mode()
def likelihoods(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for ids, asked in rows:
        yield torch.log_softmax(model(ids).logits[0, asked - 1:-1], -1)


wanted = list(likelihoods(teacher_folder))
for student in students:
    sums = [(p.exp() * (p - q)).sum(-1) for p, q in zip(wanted, likelihoods(student))]
    print("%.4f" % torch.cat(sums).mean())
