package dev.whence.torch.architecture;

/** What an architecture is built for: pictures of one shape, and so many outputs. */
public record Pictures(long channels, long height, long width, long outputs) {}
