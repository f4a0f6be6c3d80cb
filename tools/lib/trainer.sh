# shellcheck shell=bash
# What the trainers of the classifier share: their Python, and the program that reads features.

train() {
  local script=$1; shift
  local venv=build/venv-classifier
  if [[ ! -x $venv/bin/python ]] || ! "$venv/bin/python" -c 'import sklearn' 2>/dev/null; then
    say "installing numpy and scikit-learn into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement tools/classifier/requirements.txt
  fi
  configure release
  build release --target classifier_features
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
  exec nice -n 15 "$venv/bin/python" "tools/classifier/$script" \
    build/release/tests/bench/classifier/classifier_features "$@"
}
