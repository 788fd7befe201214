"""Trains the tokenizer that both sides of bench/data count tokens with: tokenizer.py CHATS OUT"""

import itertools
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
with open(sys.argv[1], encoding="utf-8") as lines:
    tokenizer.train_from_iterator(
        itertools.islice(lines, 5000),
        trainers.BpeTrainer(vocab_size=8000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
    )
tokenizer.save(sys.argv[2])
