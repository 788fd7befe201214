# Sourced by bench/response and bench/memory: the response stage as a process of ours, and TRL's GKDTrainer on the same rows, by turns.

# run_stage EPOCHS: $scratch/sides.json then tells of both, ours first; $ours and $peer are the students they saved.
run_stage() {
  local data=${DATA:-../shared/data/gsm8k} model=${MODEL:-examples/smollm2/model/SmolLM2-135M-Instruct.Q4_1.gguf}
  local type=${TYPE:-fp32} rate=${RATE:-3e-5} epochs=$1
  require_type "$type"
  [ -f "$data/train.jsonl" ] || { echo "${0##*/}: DATA: found no train.jsonl in '$data', expected GSM8K's train.jsonl and test.jsonl there" >&2; exit 64; }
  data=$(cd "$data" && pwd)
  [ -n "${MODEL:-}" ] || bench/fetch-smollm2 >&2
  build_trainer
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  java=("${java[@]}" -XX:+UseSerialGC -XX:MaxRAMPercentage=25 -XX:TrimNativeHeapInterval=10000 -Dai.djl.offline=true)
  export GOMP_SPINCOUNT=10000 # as the launcher of the trainer has it; for both
  echo "preparing…" >&2
  "${java[@]}" -cp "$classpath" bench/Student.java "$model" "$type" "${LAYERS:-15}" "$scratch" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  write_run "$data" "$type" "$rate" "$epochs"
  trainer=("${java[@]}" -cp "$classpath" dev.potstill.trainer.Main)
  "${trainer[@]}" Data --run "$scratch/run.yaml" --workspace "$scratch/work" --port 0 >&2 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  rows=$(echo "$scratch"/work/stages/Data-*/train.jsonl)
  [ "$(wc -l <"$rows")" = 64 ] || { echo "${0##*/}: found $(wc -l <"$rows") rows, expected 64" >&2; exit 70; }
  echo "distilling by turns, some minutes…" >&2
  bench/peers/python bench/peers/by_turns.py "${SECONDS_A_TURN:-5}" "$scratch/sides.json" \
    "${trainer[@]}" Response --run "$scratch/run.yaml" --workspace "$scratch/work" --port 0 -- \
    "$(bench/peers/python -c 'import sys; print(sys.executable)')" bench/peers/distil_response.py \
    "$scratch/teacher" "$scratch/student" "$rows" "$scratch/peer" \
    "type=$type" "epochs=$epochs" "rate=$rate" "warmup=$(warmup "$epochs")" >"$scratch/peer.json" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  ours=$(echo "$scratch"/work/stages/Response-*/student)
  peer=$scratch/peer
  [ -f "$ours/config.json" ] && [ -f "$peer/config.json" ] || { cat "$scratch/log" "$scratch/peer.json" >&2; exit 70; }
}

# A tenth of the steps, as our stages warm up.
warmup() { echo $((64 / 4 * $1 / 10)); }

# Short rows, so that none is longer than 256 tokens; one of the 65 is held out.
write_run() {
  awk 'length($0) < 600 && count++ < 65' "$1/train.jsonl" >"$scratch/rows.jsonl"
  cat >"$scratch/run.yaml" <<RUN
apiVersion: potstill.dev/v1alpha1
kind: DistillationRun
metadata: {name: bench-response}
spec:
  teachers: [{name: teacher, model: "file://$scratch/teacher"}]
  student: {model: "file://$scratch/student"}
  data:
    sources: [{uri: "file://$scratch/rows.jsonl"}]
    filter: {reasoning: Any}
    augmentation: {samplesPerPrompt: 0}
    heldOut: {percent: 1, maxRows: 1}
  stages: [Data, Response]
  training: {batchSize: 4, gradientAccumulation: 1, maxLength: 256, precision: ${2^^}, learningRate: "$3"}
  response: {epochs: $4, temperature: "2.0", unfrozenLayers: 3}
RUN
}

# json FILE EXPRESSION: of the value x that a file holds.
json() { python3 -c 'import json, sys; x = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$scratch/$1" "$2"; }
