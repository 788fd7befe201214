package dev.potstill.trainer.fetch;

import dev.potstill.api.Data;
import dev.potstill.contract.DataForm;

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
        return valueOf(DataForm.of(format).name());
    }

    boolean isData() {
        return this != Model && this != Tokenizer;
    }

    DataForm form() {
        return DataForm.valueOf(name());
    }
}
