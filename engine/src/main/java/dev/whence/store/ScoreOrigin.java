package dev.whence.store;

/**
 * Where scores of another tool come from: {@code scores.json}.
 *
 * @param method name of the method that computed the scores, such as trak
 * @param output name of the recorded output that the scores explain
 * @param file name of the file that the scores were read from
 * @param crc32c CRC-32C of the file's bytes, as hexadecimal digits
 */
public record ScoreOrigin(String method, String output, String file, String crc32c) {}
