package dev.whence.store;

/**
 * Where scores of another tool come from: {@code scores.json}.
 *
 * @param method what computed them, such as trak
 * @param output the recorded output that they are about
 * @param file name of the file they were read from
 * @param crc32c of its bytes
 */
public record ScoreOrigin(String method, String output, String file, String crc32c) {}
