"""The peer of bench/data: the same filters over the same rows by Hugging Face's datasets, in two processes.

collect.py CHATS EXAM TOKENIZER ROWS    prints the seconds it took, and what was counted

The same work: malformed lines, empty and cut answers, e-mail addresses, telephone numbers and secrets masked by expressions, 13-word
runs of the exam, features of reasoning by expressions, the language (py3langid, the same model), the tokens of prompts that could have
too many, and exact duplicates. Near duplicates are ours alone.
"""

import hashlib
import json
import os
import re
import sys
import time
from collections import Counter

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import datasets
import py3langid
from tokenizers import Tokenizer

datasets.disable_progress_bars()
chats, exam, tokenizer_file, rows = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
PHONE = re.compile(r"(?<![\w.+-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-. ]\d{4}(?!\w)")
SECRET = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}|\bsk-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bAIza[\w-]{35}"
    r"|\bxox[bpars]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"
    r"|(?i:(?:password|passwd|secret|token|api_?key)[\"']?\s*[:=]\s*[\"']?)[^\s\"']{12,}",
    re.S,
)
STEP = re.compile(r"^\s{0,8}(?:\d{1,2}[.)]|[-*•])\s+\S|\bstep\s+\d", re.I | re.M)
EQUATION = re.compile(r"[\w)\]}%]\s?=\s?[-$£€(\\]?\s?[\d(]")
CONNECTIVE = re.compile(
    r"\b(?:so|thus|hence|therefore|because|since|then|first|next|finally|which means|this means|let's|let us|if|given"
    r"|after|now|each|in total|altogether)\b",
    re.I,
)
CODE = re.compile(r"```.+?```", re.S)
THOUGHT = re.compile(r"<think>\s*\S.*?</think>", re.S)
CORRECTION = re.compile(r"\b(?:wait|hmm|actually|on second thought|let me (?:check|verify|re)|double-check|to verify|correction|mistake)", re.I)
FINAL = re.compile(r"####\s*\S|\\boxed\{|\banswer(?:\s+is|\s*:)|(?:^|[;.\s])=\s?-?[\d.,]+\s*\Z", re.I)
CUT = re.compile(r"(?:[,=+(\[{\\]|\b(?:the|an?|and|or|of|to|with|from|because|is|are|therefore))\s*\Z")
WORD = re.compile(r"[^\W_]+")
GRAM = 13

tokenizer = Tokenizer.from_file(tokenizer_file)


def words(text):
    return [word for word in WORD.findall(text.lower()) if len(word) > 1 or word.isdigit()]


def grams(text):
    found = words(text)
    return {" ".join(found[i : i + GRAM]) for i in range(len(found) - GRAM + 1)}


with open(exam, encoding="utf-8") as lines:
    EXAM = set().union(*(grams(json.loads(line)["question"]) for line in lines))


def screened(row):
    """Why a row is left out, its language, its text masked and the digest of that."""
    out = {"became": "kept", "language": "", "question": "", "answer": "", "digest": "", "masked": 0}
    try:
        messages = json.loads(row["text"])["messages"]
        question, answer = messages[-2]["content"], messages[-1]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        return out | {"became": "malformed"}
    contaminated = not EXAM.isdisjoint(grams(question)) or not EXAM.isdisjoint(grams(answer))
    masked = 0
    for kind, mask in ((EMAIL, "[EMAIL]"), (SECRET, "[SECRET]"), (PHONE, "[PHONE]")):
        question, first = kind.subn(mask, question)
        answer, second = kind.subn(mask, answer)
        masked += first + second
    out |= {"question": question, "answer": answer, "masked": masked}
    if not answer.strip():
        return out | {"became": "emptyAnswer"}
    if contaminated:
        return out | {"became": "contaminated"}
    if CUT.search(answer) or answer.count("```") % 2:
        return out | {"became": "truncatedAnswer"}
    points = sum(min(len(feature.findall(answer)), 2) for feature in (STEP, EQUATION, CONNECTIVE))
    points += bool(CODE.search(answer)) + bool(CORRECTION.search(answer)) + bool(FINAL.search(answer)) + 3 * bool(THOUGHT.search(answer))
    if points < 3:
        return out | {"became": "noReasoning"}
    if len(question) >= 2048 and len(tokenizer.encode(question).ids) >= 2048:
        return out | {"became": "tooLong"}
    out["language"] = py3langid.classify(question[:120])[0]
    out["digest"] = hashlib.sha256((question + "\0" + answer).encode()).hexdigest()
    return out


start = time.perf_counter()
data = datasets.load_dataset("text", data_files=chats, split=f"train[:{rows}]")
data = data.map(screened, num_proc=2, remove_columns=["text"])
seen, keep = set(), []
for place, (became, digest) in enumerate(zip(data["became"], data["digest"])):
    if became == "kept" and digest not in seen:
        seen.add(digest)
        keep.append(place)
counts = Counter(data["became"])
counts["duplicate"] = counts["kept"] - len(keep)
counts["masked"] = sum(data["masked"])
data.select(keep).to_json(chats + ".peer", num_proc=2)
print(f"{time.perf_counter() - start:.1f}")
print(len(data))
for name, count in sorted(counts.items()):
    print(name, count)
