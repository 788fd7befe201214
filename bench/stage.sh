# Sourced by bench/response, bench/memory and bench/linear: the response stage as a process of ours, and TRL's GKDTrainer on the same rows, by turns.

# prepare: builds, and writes the models to $scratch.
prepare() {
  local model=${MODEL:-examples/smollm2/model/SmolLM2-135M-Instruct.Q4_1.gguf}
  data=${DATA:-../shared/data/gsm8k} type=${TYPE:-fp32}
  require_type "$type"
  [ -f "$data/train.jsonl" ] || { echo "${0##*/}: DATA: found no train.jsonl in '$data', expected GSM8K's train.jsonl and test.jsonl there" >&2; exit 64; }
  data=$(cd "$data" && pwd)
  [ -n "${MODEL:-}" ] || bench/fetch-smollm2 >&2
  build_sides
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  as_launched
  echo "preparing…" >&2
  "${java[@]}" -cp "$classpath" bench/Student.java "$model" "$type" "${LAYERS:-15}" "$scratch" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  trainer=("${java[@]}" -cp "$classpath" dev.potstill.trainer.Main)
}

# stage WORKSPACE NAME: the words of the command that runs a stage.
stage() { printf '%s\n' "${trainer[@]}" "$2" --run "$scratch/$1.yaml" --workspace "$scratch/$1" --port 0; }

# run_stage EPOCHS: $scratch/sides.json then tells of both, ours first; $ours and $peer are the students they saved.
run_stage() {
  local rate=${RATE:-3e-5} epochs=$1 response
  prepare
  make_data work 64 4 "$epochs" "$rate"
  rows=$(echo "$scratch"/work/stages/Data-*/train.jsonl)
  mapfile -t response < <(stage work Response)
  echo "distilling by turns, some minutes…" >&2
  bench/peers/python bench/peers/by_turns.py "${SECONDS_A_TURN:-5}" "$scratch/sides.json" \
    "${response[@]}" -- \
    "$(bench/peers/python -c 'import sys; print(sys.executable)')" bench/peers/distil_response.py \
    "$scratch/teacher" "$scratch/student" "$rows" "$scratch/peer" \
    "type=$type" "epochs=$epochs" "rate=$rate" "warmup=$(warmup "$epochs")" >"$scratch/peer.json" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  ours=$(echo "$scratch"/work/stages/Response-*/student)
  peer=$scratch/peer
  [ -f "$ours/config.json" ] && [ -f "$peer/config.json" ] || { cat "$scratch/log" "$scratch/peer.json" >&2; exit 70; }
}

# A tenth of the steps, as our stages warm up.
warmup() { echo $((64 / 4 * $1 / 10)); }

# make_data WORKSPACE ROWS BATCH EPOCHS RATE [LEAST]: short rows, so that none is longer than 256 tokens, and one more to be held out;
# exactly so many, or from LEAST on, as some are too much alike or the one is not held out.
make_data() {
  local data_stage
  awk -v count=$(($2 + 1)) 'length($0) < 600 && found++ < count' "$data/train.jsonl" >"$scratch/$1.jsonl"
  cat >"$scratch/$1.yaml" <<RUN
apiVersion: potstill.dev/v1alpha1
kind: DistillationRun
metadata: {name: bench-response}
spec:
  teachers: [{name: teacher, model: "file://$scratch/teacher"}]
  student: {model: "file://$scratch/student"}
  data:
    sources: [{uri: "file://$scratch/$1.jsonl"}]
    filter: {reasoning: Any}
    augmentation: {samplesPerPrompt: 0}
    heldOut: {percent: 1, maxRows: 1}
  stages: [Data, Response]
  training: {batchSize: $3, gradientAccumulation: 1, maxLength: 256, precision: ${type^^}, learningRate: "$5"}
  response: {epochs: $4, temperature: "2.0", unfrozenLayers: 3, topK: ${TOPK:-1024}}
RUN
  mapfile -t data_stage < <(stage "$1" Data)
  "${data_stage[@]}" >&2 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 70; }
  rows=$(cat "$scratch/$1"/stages/Data-*/train.jsonl | wc -l)
  local most=$2
  [ -z "${6:-}" ] || most=$(($2 + 1))
  [ "$rows" -ge "${6:-$2}" ] && [ "$rows" -le "$most" ] ||
    { echo "${0##*/}: found $rows rows, expected $2" >&2; exit 70; }
}

# json FILE EXPRESSION: of the value x in the last line of a file that holds one; both sides print other lines besides.
json() {
  python3 -c '
import json, sys
x = json.loads(next(line for line in reversed(open(sys.argv[1]).read().splitlines()) if line.startswith(("{\"", "[{"))))
print(eval(sys.argv[2]))' "$scratch/$1" "$2"
}
