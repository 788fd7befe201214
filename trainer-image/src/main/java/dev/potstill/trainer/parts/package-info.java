/** Work in numbered parts that several trainers do together on one folder. */
@NullMarked
package dev.potstill.trainer.parts;

import org.jspecify.annotations.NullMarked;
