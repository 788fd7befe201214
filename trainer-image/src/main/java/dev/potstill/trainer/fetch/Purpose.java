package dev.potstill.trainer.fetch;

import dev.potstill.api.Data;

/** What a location is read as: it decides which of its files are needed. */
enum Purpose {
    Model,
    Tokenizer,
    Lines,
    Parquet,
    Text,
    /** A suite's questions: in whatever form they are. */
    Questions;

    static Purpose of(Data.Format format) {
        return switch (format) {
            case ChatJsonl, PromptJsonl -> Lines;
            case Parquet -> Parquet;
            case Text -> Text;
        };
    }
}
