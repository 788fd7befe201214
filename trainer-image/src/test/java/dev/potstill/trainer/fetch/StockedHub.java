package dev.potstill.trainer.fetch;

import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Hub that holds a model and a data set, and a place that fetches of it. */
abstract class StockedHub {
    static final String MODEL = "models/lab/small";
    static final String DATA = "datasets/lab/chats";
    static final byte[] WEIGHTS = Place.bytes(1_000_000, 1);
    static final byte[] ROWS = Place.bytes(10_000, 2);

    @TempDir
    Path folder;

    HubServer hub;
    Place place;

    @BeforeEach
    void start() throws IOException {
        hub = HubServer.start()
                .with(MODEL, "config.json", text("{}"))
                .with(MODEL, "tokenizer.json", text("{\"model\": {}}"))
                .with(MODEL, "model.safetensors", WEIGHTS)
                .with(MODEL, "pytorch_model.bin", Place.bytes(5_000, 3))
                .with(MODEL, "README.md", text("about it"))
                .with(MODEL, "onnx/model.onnx", Place.bytes(5_000, 4))
                .with(DATA, "data/en/train-0.jsonl", ROWS)
                .with(DATA, "data/de/train-0.jsonl", text("{}\n"))
                .with(DATA, "dataset_infos.json", text("{}"));
        place = place("a");
    }

    /** One of its own. */
    Place place(String name) throws IOException {
        return new Place(folder.resolve(name)).with("HF_ENDPOINT", hub.url());
    }

    /** A run of the model, on built-in data. */
    Manifest small() throws IOException {
        return place.manifest("hf://lab/small", "builtin://word-problems");
    }

    /** A run of the model and the data set. */
    Manifest both() throws IOException {
        return place.manifest("hf://lab/small", "hf://datasets/lab/chats");
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    AbstractStringAssert<?> refused(String model, String data) throws IOException {
        Manifest run = place.manifest(model, data);
        return Refused.message(() -> place.fetch(run));
    }

    @AfterEach
    void stop() {
        hub.close();
    }
}
