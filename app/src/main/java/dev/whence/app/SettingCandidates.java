package dev.whence.app;

import dev.whence.learn.LearnerFactory;
import dev.whence.learn.LearnerSetting;
import dev.whence.pool.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** What {@code --set} may begin with, for completion in a shell. */
final class SettingCandidates implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    TreeSet<String> names = new TreeSet<>();
    for (LearnerFactory factory : ServiceLoader.load(LearnerFactory.class)) {
      LearnerSetting.of(factory).forEach(setting -> names.add(setting.name() + "="));
    }
    List<String> all = new ArrayList<>(names);
    return all.iterator();
  }

  /** Names of learners. */
  static final class Learners implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return LearnerFactory.known().keySet().iterator();
    }
  }

  /** Names of outputs. */
  static final class Outputs implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Output.values()).map(Output::label).iterator();
    }
  }
}
