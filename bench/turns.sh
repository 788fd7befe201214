# Sourced by the benchmarks that have a side of ours and a peer do one thing each by turns, in processes that stay up between.

. bench/build.sh

# Makes both sides ready: see build_trainer.
build_sides() {
  scratch=$(mktemp -d)
  trap 'kill ${ours_pid:-} ${peer_pid:-} 2>/dev/null || true; rm -rf "$scratch"' EXIT
  bench/peers/python -c ''
  build_trainer
}

# start_sides SOURCE PEER ARGUMENT...: our side is SOURCE, run by java, the other PEER, run by Python.
start_sides() {
  rm -f "$scratch"/{ours,peer}.{go,done}
  mkfifo "$scratch"/{ours,peer}.{go,done}
  "${java[@]}" -cp "$classpath" "$1" "${@:3}" <"$scratch/ours.go" >"$scratch/ours.done" 2>"$scratch/log" &
  ours_pid=$!
  bench/peers/python "$2" "${@:3}" <"$scratch/peer.go" >"$scratch/peer.done" &
  peer_pid=$!
  exec 3>"$scratch/ours.go" 4<"$scratch/ours.done" 5>"$scratch/peer.go" 6<"$scratch/peer.done"
}

# Ends both, so that they can be started again.
stop_sides() {
  exec 3>&- 4<&- 5>&- 6<&-
  wait $ours_pid || { cat "$scratch/log" >&2; exit 70; }
  wait $peer_pid || exit 70 # which has said why
  unset ours_pid peer_pid
}

turn() {
  local figures
  echo go >&"$2"
  read -r figures <&"$3" || { cat "$scratch/log" >&2; exit 70; }
  echo "$figures" >>"$scratch/$1"
}

# take_turns ROUNDS: two to warm up and then so many rounds. Both sides meet the same machine, whatever else it does.
# $scratch/ours and $scratch/peer then hold a line a round, after those of earlier starts.
take_turns() {
  local round
  for round in 1 2; do
    turn warm 3 4
    turn warm 5 6
  done
  for ((round = 0; round < $1; round++)); do
    turn ours 3 4
    turn peer 5 6
  done
}

# The median of a list of numbers, one a line.
median() { sort -n | awk '{ a[NR] = $1 } END { print (a[int((NR + 1) / 2)] + a[int(NR / 2) + 1]) / 2 }'; }

# The least of them.
least() { sort -n | head -n 1; }

# Refuses a TYPE that is neither of ours.
require_type() {
  case "$1" in fp32 | bf16) ;; *) echo "${0##*/}: TYPE: found $1, expected fp32 or bf16" >&2; exit 64 ;; esac
}
