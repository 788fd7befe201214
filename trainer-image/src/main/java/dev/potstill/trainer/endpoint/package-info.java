/** Teachers and judges that are asked over HTTP, at OpenAI-compatible servers. */
@NullMarked
package dev.potstill.trainer.endpoint;

import org.jspecify.annotations.NullMarked;
