# Sourced by ./whence and ./mvnw: sets JAVA_HOME to a JDK 25 or later, or ends with one line.
# Looks where Maven's toolchain discovery looks: JAVA_HOME, JAVA<n>_HOME, PATH, ~/.m2/toolchains.xml,
# the folders of SDKMAN, jenv, jbang, asdf, mise and IDEs, and the system's folders.

whence_min_java=25

# Prints the major version of the JDK in $1, or nothing where there is no JDK (a JRE has no javac).
whence_java_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p'
  fi
}

whence_try_jdk() {
  [ -n "$1" ] || return 1
  whence_major=$(whence_java_major "$1")
  [ -n "$whence_major" ] && [ "$whence_major" -ge "$whence_min_java" ] || return 1
  JAVA_HOME=$1
  export JAVA_HOME
}

whence_find_jdk() {
  whence_try_jdk "${JAVA_HOME-}" && return
  for whence_home in $(env | sed -n 's/^JAVA_\{0,1\}2[5-9]_HOME[A-Z0-9_]*=//p'); do
    whence_try_jdk "$whence_home" && return
  done
  whence_path=$(command -v javac 2>/dev/null || true)
  if [ -n "$whence_path" ]; then
    while [ -L "$whence_path" ]; do
      whence_link=$(readlink "$whence_path")
      case $whence_link in
        /*) whence_path=$whence_link ;;
        *) whence_path=$(dirname "$whence_path")/$whence_link ;;
      esac
    done
    whence_try_jdk "$(cd "$(dirname "$whence_path")/.." && pwd)" && return
  fi
  if [ -r "${HOME-}/.m2/toolchains.xml" ]; then
    for whence_home in $(sed -n 's:.*<jdkHome>\(.*\)</jdkHome>.*:\1:p' "$HOME/.m2/toolchains.xml"); do
      whence_try_jdk "$whence_home" && return
    done
  fi
  set +f # mvnw switches globbing off
  for whence_home in \
    /usr/lib/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/java/* /opt/jdk* /opt/*/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.m2/jdks/* \
    "${HOME-}"/.jenv/versions/* "${HOME-}"/.jbang/cache/jdks/* \
    "${HOME-}"/.asdf/installs/java/* "${HOME-}"/.local/share/mise/installs/java/* \
    "${HOME-}"/.gradle/jdks/*; do
    whence_try_jdk "$whence_home" && return
  done
  echo "whence: expected a JDK $whence_min_java or later, found none (looked in JAVA_HOME, PATH and the usual folders); install Temurin $whence_min_java or set JAVA_HOME" >&2
  exit 1
}

whence_find_jdk
