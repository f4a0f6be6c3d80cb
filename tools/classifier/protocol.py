"""Figures on texts of families that were left out, and on rows of families that were not."""
import numpy
from sklearn.model_selection import StratifiedKFold

from corpus import LABELS, PERMITTED, Row
from model import BUDGET, OURS, TEMPLATES, Part, fit


class Bench:
    def __init__(self, extractor, rows: list[Row], ours: list[Row], templates):
        self.rows, self.ours, self.templates = rows, ours, templates
        self.seen = extractor.read([row.text for row in rows])
        self.ours_seen = extractor.read([row.text for row in ours])
        self.templates_seen = extractor.read([text for text, _, _ in templates])
        self.labels = numpy.array([row.label for row in rows])
        self.families = numpy.array([row.family for row in rows])
        self.permitted = numpy.array([row.source in PERMITTED for row in rows])

    def model(self, chosen):
        """Learned from the chosen rows, the templates and the rows that we labelled."""
        chosen_rows = [self.rows[i] for i in chosen]
        template_labels = [LABELS.index(label) for _, label, _ in self.templates]
        our_labels = [row.label for row in self.ours]
        parts = [
            Part([self.seen[i] for i in chosen], [row.label for row in chosen_rows],
                 [row.source for row in chosen_rows], [(row.source, row.label) for row in chosen_rows], BUDGET),
            Part(self.templates_seen, template_labels, [family for _, _, family in self.templates],
                 template_labels, BUDGET * TEMPLATES),
            Part(self.ours_seen, our_labels, ["ours"] * len(self.ours), our_labels, BUDGET * OURS),
        ]
        return fit(parts)

    def logits_left_out(self, usable) -> numpy.ndarray:
        """Each family judged by a model that saw none of it, learned from the usable rows of the others."""
        logits = numpy.zeros((len(self.rows), len(LABELS)))
        for family in sorted(set(self.families)):
            model = self.model(numpy.where(usable & (self.families != family))[0])
            held = numpy.where(self.families == family)[0]
            logits[held] = model.logits([self.seen[i] for i in held])
        return logits

    def logits_by_row(self, usable, folds: int = 5) -> numpy.ndarray:
        """Each row judged by a model that saw usable rows, others of its own family among them."""
        logits = numpy.zeros((len(self.rows), len(LABELS)))
        strata = [f"{row.family} {row.label}" for row in self.rows]  # a few have less than five members
        for learned, held in StratifiedKFold(folds, shuffle=True, random_state=1).split(strata, strata):
            logits[held] = self.model(learned[usable[learned]]).logits([self.seen[i] for i in held])
        return logits

    def report(self, title: str, logits, temperature: float) -> None:
        right = logits.argmax(axis=1) == self.labels
        confidence = softmax(logits / temperature).max(axis=1)
        order = numpy.argsort(-confidence, kind="stable")
        surest = right[order[:len(order) * 7 // 10]].mean()
        names = sorted(set(self.families))
        macro = numpy.mean([right[self.families == name].mean() for name in names])
        error = calibration_error(confidence, right)
        print(f"\n{title}: right {right.mean():.3f}, mean of families {macro:.3f}, "
              f"surest 70 % {surest:.3f}, calibration error {error:.3f}")
        for name in names:
            mine = self.families == name
            by_label = ", ".join(f"{LABELS[label]} {right[mine & (self.labels == label)].mean():.2f}"
                                 for label in sorted(set(self.labels[mine])))
            print(f"  {name:20s} {mine.sum():4d}  {right[mine].mean():.3f}  {by_label}")
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            kept = confidence >= threshold
            print(f"  threshold {threshold}: answers {kept.mean():.3f}, right of these {right[kept].mean():.3f}")


def softmax(logits) -> numpy.ndarray:
    e = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def calibration_error(confidence, right, bins: int = 10) -> float:
    place = numpy.minimum((confidence * bins).astype(int), bins - 1)
    return sum(abs(right[place == b].mean() - confidence[place == b].mean()) * (place == b).mean()
               for b in range(bins) if (place == b).any())


def temperature_of(logits, labels) -> float:
    """What the logits must be divided by for their probabilities to fit, by the likelihood."""
    def loss(t):
        return -numpy.log(softmax(logits / t)[numpy.arange(len(labels)), labels] + 1e-12).mean()
    return float(min(numpy.arange(0.4, 3.0, 0.02), key=loss))
