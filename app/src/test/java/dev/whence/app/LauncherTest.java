package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.stack.OptionalStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's search for a JDK 25. */
class LauncherTest {

  @TempDir Path folder;

  private String find(String environment) throws IOException, InterruptedException {
    Path script = OptionalStack.home().resolve(".mvn/find-jdk.sh");
    Process process =
        new ProcessBuilder(
                "sh", "-c", "%s . %s; echo \"found $JAVA_HOME\"".formatted(environment, script))
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.strip();
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      Files.writeString(jdk.resolve("bin").resolve(tool), "#!/bin/sh\n");
      jdk.resolve("bin").resolve(tool).toFile().setExecutable(true);
    }
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    return jdk;
  }

  @Test
  void javaHomeComesFirst() throws Exception {
    Path jdk = fakeJdk("a", "26.0.1");
    assertThat(find("JAVA_HOME=" + jdk)).isEqualTo("found " + jdk);
  }

  @Test
  void olderOnesArePassedOver() throws Exception {
    Path old = fakeJdk("old", "17.0.15");
    Path jdk = fakeJdk("new", "25");
    assertThat(find("JAVA_HOME=%s JAVA_25_HOME=%s; export JAVA_25_HOME;".formatted(old, jdk)))
        .isEqualTo("found " + jdk);
    assertThat(find("unset JAVA_HOME; PATH=%s/bin:$PATH;".formatted(jdk)))
        .isEqualTo("found " + jdk);
  }

  @Test
  void toolchainsAreRead() throws Exception {
    Path jdk = fakeJdk("tool", "25.0.3");
    Files.createDirectories(folder.resolve(".m2"));
    Files.writeString(
        folder.resolve(".m2/toolchains.xml"), "<x>\n<jdkHome>%s</jdkHome>\n</x>".formatted(jdk));
    assertThat(find("JAVA_HOME=; PATH=/usr/bin:/bin; HOME=%s;".formatted(folder)))
        .startsWith("found ");
  }
}
