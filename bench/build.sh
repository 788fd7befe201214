# Sourced by the benchmarks that run classes of the trainer.

# Builds the trainer, and sets $java and $classpath.
build_trainer() {
  . ./toolchain.sh
  require_maven
  JAVA_HOME=$(find_jdk)
  export JAVA_HOME
  echo "building…" >&2
  mvn -q -B -ntp -pl trainer-image -am package -DskipTests -Dspotless.check.skip >&2
  java=("$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  classpath=$(echo trainer-image/target/potstill-trainer-*.jar):$(cat trainer-image/target/classpath)
}

# Has $java run with the flags that the launcher of the trainer gives it.
with_launcher_flags() {
  java=("${java[@]}" -XX:+UseSerialGC -XX:MaxRAMPercentage=25 -XX:TrimNativeHeapInterval=60000 -Dai.djl.offline=true)
}

# The same, and the peer's threads wait as ours do.
as_launched() {
  with_launcher_flags
  export GOMP_SPINCOUNT=10000
}
