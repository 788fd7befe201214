package dev.potstill.trainer.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** What {@code namespace()} makes: values that keep what a loop gives them. */
record Namespace(Map<String, Object> values) {

    Namespace {
        values = new HashMap<>(values);
    }
}
