package dev.potstill.trainer.text.jinja;

/** Python's None: known to be nothing. */
enum None {
    NONE
}
