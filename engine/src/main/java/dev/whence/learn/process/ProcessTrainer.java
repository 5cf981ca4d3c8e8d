package dev.whence.learn.process;

import dev.whence.base.Key;
import dev.whence.data.Relabelling;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.Trainer;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands runs to worker processes; there are as many workers as threads train at the same time. */
final class ProcessTrainer implements Trainer {

  private final ProcessConfig config;
  private final SharedArrays data;
  private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
  private final Deque<Worker> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger started = new AtomicInteger();
  private final Thread atExit = new Thread(this::release, "end of the worker processes");

  ProcessTrainer(ProcessConfig config, SharedArrays data) {
    this.config = config;
    this.data = data;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  @Override
  public int outputs() {
    return data.outputs();
  }

  @Override
  public float[][] run(int[] members, Relabelling changed, Key key) {
    Worker worker = idle.poll();
    if (worker == null) {
      worker = new Worker(config, data, started.getAndIncrement());
      workers.add(worker);
    }
    try {
      float[][] outputs = worker.train(members, changed, key);
      idle.push(worker);
      return outputs;
    } catch (FailedRunException e) {
      if (worker.ready()) {
        idle.push(worker);
      } else {
        workers.remove(worker);
        worker.close();
      }
      throw e;
    }
  }

  private void release() {
    workers.forEach(Worker::close);
    data.close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    release();
  }
}
