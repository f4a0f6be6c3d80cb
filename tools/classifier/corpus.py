"""The rows: which may be learned from, and which only measure. docs/classifier.md gives the reasons."""
import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

LABELS = ["chat", "code", "reasoning_math", "summarization", "extraction_classification",
          "translation_multilingual", "creative_writing", "question_answering"]

# Licences that allow what is shipped to be learned from these.
PERMITTED = {
    "belle_eval_zh": "ODC-By",
    "clinc_small_talk": "CC BY 3.0",
    "gsm8k": "MIT",
    "humaneval": "MIT",
    "mbpp": "CC BY 4.0",
    "mmlu": "MIT",
    "mt_bench": "Apache-2.0",
    "vicuna_bench": "Apache-2.0",
    "self_instruct_seed": "Apache-2.0",
    # Labelled by us: labels.tsv.
    "arena_hard_v01": "Apache-2.0",
    "selfinstruct_user": "Apache-2.0",
    "notinject": "MIT",
    "deepset": "Apache-2.0",
    "wildguard_benign": "ODC-By",
    "xstest": "CC BY 4.0",
}
# Only measured with: autoj_scenario, parrot_wmt22 (no licence stated), t0_p3 (its member sets have licences of their
# own, some of them non-commercial), mgsm_* (none in the copy, share-alike elsewhere).

FAMILIES = {"mt_bench": "bench", "vicuna_bench": "bench", "gsm8k": "gsm"}


@dataclass(frozen=True)
class Row:
    text: str
    label: int
    source: str

    @property
    def family(self) -> str:
        """What is left out together: the same items, or the same authors."""
        return "gsm" if self.source.startswith("mgsm") else FAMILIES.get(self.source, self.source)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def labelled(data: Path) -> list[Row]:
    lines = (data / "capability.jsonl").open()
    rows = [json.loads(line) for line in lines]
    return [Row(row["text"], LABELS.index(row["label"]), row["source"]) for row in rows]


def labelled_by_us(data: Path) -> list[Row]:
    """Rows of another file that labels.tsv knows: the labels are ours, the texts are not in the repository."""
    table = Path(__file__).with_name("labels.tsv").read_text().splitlines()
    known = dict(line.split("\t") for line in table)
    rows = []
    with gzip.open(data / "injection.jsonl.gz", "rt") as file:
        for line in file:
            row = json.loads(line)
            label = known.get(fingerprint(row["text"]))
            if label:
                rows.append(Row(row["text"], LABELS.index(label), row["source"]))
    return rows
