package dev.whence.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whence.base.Api;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where scores come from that are no fit: {@code scores.json}.
 *
 * @param method name of the method that computed the scores, such as trak
 * @param output name of the recorded output that the scores explain
 * @param file name of the file that the scores were read from; null where they were computed here
 * @param crc32c CRC-32C of the file's bytes, as hexadecimal digits; null without a file
 * @param computed how they were computed here; null where they were read from a file
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Api
public record ScoreOrigin(
    String method,
    String output,
    @Nullable String file,
    @Nullable String crc32c,
    @Nullable Computed computed) {

  /**
   * How scores were computed, and what that took.
   *
   * @param settings of the method
   * @param inOutputUnits whether a score is a change of the output; scores of other methods only
   *     rank
   * @param models number of models that were trained
   * @param seconds that it took, with the models; 0 until it is done
   * @param bytes that must stay to answer for another target
   */
  public record Computed(
      ObjectNode settings, boolean inOutputUnits, int models, double seconds, long bytes) {}
}
