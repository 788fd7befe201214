# Sourced by ./potstill and ./verify: finds the JDK and Maven, and says in a line what is missing.
java_wanted=25

# Says in a line what is missing and what to do; 69 is sysexits' "unavailable".
missing() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 69
}

# The major version of the JDK in a folder, or nothing where there is none.
jdk_version() {
  [[ -x "$1/bin/javac" && -r "$1/release" ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  local on_path candidate version
  on_path="$(command -v javac || true)"
  on_path="${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}"
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/* "${HOME:-/nowhere}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ -n "$candidate" ]] || continue
    version="$(jdk_version "$candidate")"
    if [[ -n "$version" && "$version" -ge $java_wanted ]]; then
      printf '%s' "$candidate"
      return
    fi
  done
  missing "no JDK $java_wanted or later found in JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman or /Library/Java: install one (for example Temurin $java_wanted, adoptium.net) or set JAVA_HOME"
}

require_maven() {
  local version
  command -v mvn >/dev/null || missing "no Maven found in PATH: install Maven 3.8 or later (for example 'apt-get install maven')"
  version="$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p')"
  if [[ ! "$version" =~ ^([0-9]+)\.([0-9]+)$ ]] || ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] < 3008)); then
    missing "Maven ${version:-of unknown version} found, 3.8 or later needed: install a newer one"
  fi
}
