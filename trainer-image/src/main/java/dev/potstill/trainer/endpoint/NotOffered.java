package dev.potstill.trainer.endpoint;

/** A server does not speak a {@link Protocol}: what it said instead. */
final class NotOffered extends Exception {
    private static final long serialVersionUID = 1L;

    NotOffered(String found) {
        super(found, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
