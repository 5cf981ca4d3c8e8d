/** The study on disk: manifest, Zarr arrays, ledger, checksums, lock. */
@org.jspecify.annotations.NullMarked
package dev.whence.store;
