"""Figures of routing by difficulty, on rows that were left out. docs/classifier.md tells the protocol."""
import numpy

from outcomes import Outcomes
from uplift import Texts, calibration, fit, source_means

FOLDS = 10
PARTITIONS = 5
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


def folds(outcomes: Outcomes, partition: int) -> numpy.ndarray:
    """Near copies fall into one fold."""
    places = numpy.random.default_rng(partition).integers(0, FOLDS, len(outcomes.copies))
    return places[outcomes.copies]


def left_out(texts: Texts, outcomes: Outcomes, partition: int, usable=None) -> numpy.ndarray:
    """Each row scored by a model that saw neither it nor a near copy."""
    fold = folds(outcomes, partition)
    scores = numpy.zeros(len(fold))
    for k in range(FOLDS):
        learned = fold != k if usable is None else (fold != k) & usable
        scores[fold == k] = fit(texts, outcomes, learned).scores(texts.values[fold == k])
    return scores


def source_left_out(texts: Texts, outcomes: Outcomes) -> numpy.ndarray:
    """Each row scored by a model that saw nothing of its source."""
    scores = numpy.zeros(len(outcomes.sources))
    for source in numpy.unique(outcomes.sources):
        held = outcomes.sources == source
        model = fit(texts, outcomes, ~held & ~numpy.isin(outcomes.copies, outcomes.copies[held]))
        scores[held] = model.scores(texts.values[held])
    return scores


def told_source(outcomes: Outcomes, partition: int) -> numpy.ndarray:
    """Who is told the subject of each row, and learned from the others what it is worth."""
    fold = folds(outcomes, partition)
    scores = numpy.zeros(len(fold))
    for k in range(FOLDS):
        means = source_means(outcomes, fold != k)
        scores[fold == k] = [means[source] for source in outcomes.sources[fold == k]]
    return scores


def routed(scores: numpy.ndarray, share: float) -> numpy.ndarray:
    """The rows with the highest scores; among equals by lot."""
    lots = numpy.random.default_rng(0).random(len(scores))
    chosen = numpy.zeros(len(scores), bool)
    chosen[numpy.lexsort((lots, -scores))[:round(share * len(scores))]] = True
    return chosen


def recovered(scores: numpy.ndarray, uplift: numpy.ndarray, share: float) -> float:
    return uplift[routed(scores, share)].sum() / uplift.sum()


def interval(outcomes: Outcomes, rows: numpy.ndarray, runs: list[numpy.ndarray], share: float) -> tuple[float, float]:
    """95 %, by drawing groups of near copies anew."""
    copies, uplift = outcomes.copies[rows], outcomes.uplift[rows]
    members = [numpy.flatnonzero(copies == number) for number in numpy.unique(copies)]
    random = numpy.random.default_rng(1)
    drawn = []
    for _ in range(1000):
        again = numpy.concatenate([members[i] for i in random.integers(0, len(members), len(members))])
        drawn.append(numpy.mean([recovered(run[rows][again], uplift[again], share) for run in runs]))
    return tuple(numpy.quantile(drawn, (0.025, 0.975)))


class Report:
    def __init__(self, texts: Texts, outcomes: Outcomes):
        self.texts, self.outcomes = texts, outcomes
        self.runs = [left_out(texts, outcomes, partition) for partition in range(PARTITIONS)]
        self.unseen = source_left_out(texts, outcomes)

    def print(self) -> None:
        self.print_methods()
        self.print_transfer()
        self.print_curve()
        self.print_calibration()
        self.print_sources()

    def line(self, name: str, rows: numpy.ndarray, runs: list[numpy.ndarray]) -> None:
        figures = [numpy.mean([recovered(run[rows], self.outcomes.uplift[rows], share) for run in runs])
                   for share in SHARES]
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")

    def print_methods(self) -> None:
        outcomes, rows = self.outcomes, self.outcomes.mmlu
        everything = numpy.ones(len(rows), bool)
        in_sample = source_means(outcomes, everything, prior=0)
        print("\nMMLU: share of the gap recovered, by share of strong calls")
        print("| by | " + " | ".join(f"{share:.0%}" for share in SHARES) + " |")
        self.line("length", rows, [numpy.array([float(len(text)) for text in outcomes.texts])])
        self.line("subject, told", rows, [told_source(outcomes, p) for p in range(PARTITIONS)])
        self.line("subject, told, same rows", rows, [numpy.array([in_sample[s] for s in outcomes.sources])])
        self.line("difficulty, row left out", rows, self.runs)
        self.line("difficulty, subject left out", rows, [self.unseen])
        self.line("who knows the outcome", rows, [outcomes.uplift])
        low, high = interval(outcomes, rows, self.runs, 0.3)
        figures = [recovered(run[rows], outcomes.uplift[rows], 0.3) for run in self.runs]
        print(f"difficulty at 30 %: 95 % interval {low:.3f} to {high:.3f}; "
              f"partitions {min(figures):.3f} to {max(figures):.3f}; random 0.300")
        plain = rows & ~numpy.isin(outcomes.sources, ["mmlu_moral_scenarios", "mmlu_high_school_mathematics"])
        self.line("difficulty, without moral_scenarios and high_school_mathematics", plain, self.runs)

    def print_transfer(self) -> None:
        print("\nOther sources: the same, within each")
        for source in ("gsm8k", "mt_bench_score"):
            rows = self.outcomes.sources == source
            length = numpy.array([float(len(text)) for text in self.outcomes.texts])
            self.line(f"{source} (n={rows.sum()}), by length", rows, [length])
            self.line(f"{source}, row left out", rows, self.runs)
            self.line(f"{source}, source left out", rows, [self.unseen])

    def print_curve(self) -> None:
        print("\nMMLU, learned from a part of the rows")
        lots = numpy.random.default_rng(2).random(len(self.outcomes.copies))[self.outcomes.copies]
        for share in (0.1, 0.2, 0.35, 0.5, 0.7):
            runs = [left_out(self.texts, self.outcomes, p, lots < share) for p in range(PARTITIONS)]
            self.line(f"{share:.0%}", self.outcomes.mmlu, runs)

    def print_calibration(self) -> None:
        scores, uplift = self.runs[0], self.outcomes.uplift
        fold = folds(self.outcomes, 0)
        difficulty = numpy.zeros(len(scores))
        for k in range(FOLDS):
            difficulty[fold == k] = calibration(scores[fold != k], uplift[fold != k])(scores[fold == k])
        print("\nAll rows, by tenths of difficulty: told, and what the strong model gained")
        for part in numpy.array_split(numpy.argsort(difficulty), 10):
            print(f"| {difficulty[part].mean():.3f} | {uplift[part].mean():.3f} |")
        for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
            asked = (difficulty >= threshold) & self.outcomes.mmlu
            print(f"threshold {threshold}: strong on {asked.sum() / self.outcomes.mmlu.sum():.3f} of MMLU, "
                  f"recovers {uplift[asked].sum() / uplift[self.outcomes.mmlu].sum():.3f}")

    def print_sources(self) -> None:
        outcomes = self.outcomes
        asked = numpy.mean([self.asked_of_mmlu(run) for run in self.runs], axis=0)
        print("\nBy source, one threshold for 30 % of all MMLU rows; recovered/all is of the gap of all MMLU rows")
        print("| source | rows | weak | strong | strong calls | routed | of the whole gap | recovered |")
        whole = outcomes.uplift[outcomes.mmlu].sum()
        for source in numpy.unique(outcomes.sources):
            mine = outcomes.sources == source
            gain = (asked * outcomes.uplift)[mine].sum()
            weak = outcomes.weak[mine]
            print(f"| {source} | {mine.sum()} | {weak.mean():.3f} | {outcomes.strong[mine].mean():.3f} | "
                  f"{asked[mine].mean():.2f} | {weak.mean() + gain / mine.sum():.3f} | "
                  f"{outcomes.uplift[mine].sum() / whole:.3f} | {gain / whole:.3f} |")

    def asked_of_mmlu(self, scores: numpy.ndarray) -> numpy.ndarray:
        """What one threshold sends to the strong model when it sends 30 % of the MMLU rows there."""
        return scores >= numpy.quantile(scores[self.outcomes.mmlu], 0.7)
