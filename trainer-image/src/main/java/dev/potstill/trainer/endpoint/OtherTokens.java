package dev.potstill.trainer.endpoint;

/** The server's tokens are not the ones it was asked about: its model has another tokenizer. */
final class OtherTokens extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherTokens(String found) {
        super(found, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
