/** The built-in networks: softmax, mlp and cnn, trained by stochastic gradient descent. */
@org.jspecify.annotations.NullMarked
package dev.whence.learn.network;
