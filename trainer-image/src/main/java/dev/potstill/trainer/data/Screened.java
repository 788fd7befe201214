package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.potstill.trainer.data.clean.Kind;
import dev.potstill.trainer.data.clean.Rationale;
import org.jspecify.annotations.Nullable;

/**
 * What was seen in a row, in the file of all rows read.
 *
 * @param kind null where nothing was looked for any more
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Screened(
        String id,
        @Nullable String language,
        @Nullable Kind kind,
        @Nullable Boolean verified,
        @Nullable Rationale features) {}
