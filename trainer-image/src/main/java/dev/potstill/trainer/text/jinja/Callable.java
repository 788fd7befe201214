package dev.potstill.trainer.text.jinja;

/** A value that can be called: a function, a method of a value, a macro. */
@FunctionalInterface
interface Callable {
    Object call(Given given);
}
