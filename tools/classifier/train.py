"""train.py FEATURES DATA [evaluate]: see tools/train-classifier."""
import json
import sys
from pathlib import Path

import numpy

from corpus import labelled, labelled_by_us
from features import Extractor
from model import encode, rounded
from protocol import Bench, softmax, temperature_of
from synthetic import generate

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "config/classifier/lexicon.txt"
WEIGHTS = ROOT / "config/classifier/weights.bin"
EXAMPLES = Path(__file__).with_name("examples.txt")
EXPECTED = ROOT / "tests/fixtures/classifier/expected.json"
SEED = 7


def permitted_logits(bench: Bench):
    """Of the permitted rows, each by a model that saw none of its family: what calibration may be learned from."""
    return bench.logits_left_out(bench.permitted)


def evaluate(bench: Bench, by_permitted, temperature: float) -> None:
    bench.report("unseen, learned from permitted rows only (as shipped)", by_permitted, temperature)
    everything = numpy.ones(len(bench.rows), bool)
    bench.report("unseen, learned from all other families", bench.logits_left_out(everything), temperature)
    bench.report("seen: rows left out, not families", bench.logits_by_row(everything), temperature)
    bench.report("the same, learned from permitted rows only (as shipped)", bench.logits_by_row(bench.permitted),
                 temperature)


def write(bench: Bench, extractor: Extractor, temperature: float) -> None:
    model = bench.model(numpy.where(bench.permitted)[0])
    whole, scales, bias, stood_for = rounded(model, temperature)
    WEIGHTS.write_bytes(encode(model, whole, scales, bias, extractor.digest))
    texts = [line.replace("\\n", "\n") for line in EXAMPLES.read_text().splitlines() if not line.startswith("#")]
    probabilities = softmax(stood_for.logits(extractor.read(texts)))
    rows = [{"text": text, "probabilities": [round(float(p), 6) for p in row]}
            for text, row in zip(texts, probabilities)]
    EXPECTED.parent.mkdir(parents=True, exist_ok=True)
    EXPECTED.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    print(f"wrote {WEIGHTS.relative_to(ROOT)}: {len(model.known)} features, {WEIGHTS.stat().st_size} bytes, "
          f"temperature {temperature:.2f}")


def main() -> None:
    extractor = Extractor(Path(sys.argv[1]), LEXICON)
    data = Path(sys.argv[2])
    bench = Bench(extractor, labelled(data), labelled_by_us(data), generate(SEED))
    by_permitted = permitted_logits(bench)
    temperature = temperature_of(by_permitted[bench.permitted], bench.labels[bench.permitted])
    if sys.argv[3:] == ["evaluate"]:
        evaluate(bench, by_permitted, temperature)
    else:
        write(bench, extractor, temperature)


main()
