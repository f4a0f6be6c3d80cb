"""difficulty.py FEATURES ROWS [evaluate]: see tools/train-difficulty."""
import json
import sys
from pathlib import Path

import numpy

from features import Extractor
from outcomes import read
from routing import PARTITIONS, Report, left_out
from uplift import Texts, calibration, fit, shipped

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "config/classifier/lexicon.txt"
WEIGHTS = ROOT / "config/classifier/difficulty.bin"
EXAMPLES = Path(__file__).with_name("examples.txt")
EXPECTED = ROOT / "tests/fixtures/classifier/expected_difficulty.json"


def main() -> None:
    extractor = Extractor(Path(sys.argv[1]), LEXICON)
    outcomes = read(Path(sys.argv[2]))
    print(f"{len(outcomes.texts)} rows, {len(numpy.unique(outcomes.copies))} that are no near copies of each other")
    lines = [line for line in EXAMPLES.read_text().splitlines() if not line.startswith("#")]
    examples = ["", *(line.replace("\\n", "\n") for line in lines)]
    texts = Texts(extractor, outcomes.texts, examples)
    if sys.argv[3:] == ["evaluate"]:
        Report(texts, outcomes).print()
        return
    write(texts, outcomes, examples)


def write(texts: Texts, outcomes, examples: list[str]) -> None:
    scores = numpy.concatenate([left_out(texts, outcomes, partition) for partition in range(PARTITIONS)])
    calibrated = calibration(scores, numpy.tile(outcomes.uplift, PARTITIONS))
    model = fit(texts, outcomes, numpy.ones(len(outcomes.texts), bool))
    made = shipped(model, texts, calibrated)
    WEIGHTS.write_bytes(made.encode(texts))
    rows = [{"text": text, "difficulty": round(float(figure), 6)}
            for text, figure in zip(examples, made.difficulty(texts, texts.examples))]
    EXPECTED.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    print(f"wrote {WEIGHTS.relative_to(ROOT)}: {len(made.columns)} features, {WEIGHTS.stat().st_size} bytes")


main()
