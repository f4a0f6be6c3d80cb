"""Prompts from templates: our own words for each task, in many languages."""
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
SLOT = re.compile(r"\{([A-Za-z_]+)\}")
HEADINGS = ["Text: ", "Article: ", "Passage:\n", "\"", "```\n", "### Input:\n", "Document: ", "正文：", "Content: "]
OPENINGS = ["Please ", "please ", "Can you ", "Could you please ", "Hi, ", "I need you to ", "Hey, ", "Your task: ",
            "### Instruction:\n", "Instruction: ", "Question: ", "Okay, "]
CLOSINGS = [" Thanks!", " please", " Be concise.", " Answer briefly.", " Think carefully.", "\n\nAnswer:", "\n### Response:",
            " Keep it simple.", " 谢谢", "\nOutput:"]


def fillings() -> dict[str, list[str]]:
    slots: dict[str, list[str]] = {}
    for line in (HERE / "fill.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if "::" in line.split(" ")[0]:
            name, value = line.split(":: ", 1)
            slots.setdefault(name, []).append(value.replace("\\n", "\n").replace(" | ", "\n"))
        else:
            name, values = line.split(": ", 1)
            slots.setdefault(name, []).extend(values.split(" | "))
    return slots


def templates():
    label = ""
    for line in (HERE / "templates.txt").read_text().splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line and not line.startswith("#"):
            yield label, line.replace("\\n", "\n")


class Writer:
    def __init__(self, seed: int):
        self.slots = fillings()
        # Small talk is what is translated and labelled, too.
        self.slots["chatty"] = [t for label, t in templates() if label == "chat" and "{" not in t]
        self.random = random.Random(seed)

    def material(self) -> str:
        text = self.random.choice(self.slots["passage"])
        if self.random.random() < 0.3:
            text += "\n\n" + self.random.choice(self.slots["passage"])
        if self.random.random() < 0.25:
            heading = self.random.choice(HEADINGS)
            text = heading + text + {'"': '"', "```\n": "\n```"}.get(heading, "")
        return text

    def value(self, match: re.Match) -> str:
        name = match[1]
        if name == "n":
            return str(self.random.choice([2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 24, 30, 45, 50, 60, 75, 100, 120, 250, 400]))
        if name == "text":
            return self.material()
        if name[0].isupper():
            chosen = self.random.choice(self.slots[name.lower()])
            return chosen[0].upper() + chosen[1:]
        return self.random.choice(self.slots[name]) if name in self.slots else match[0]

    def disturb(self, text: str) -> str:
        """As people type: politeness, small letters, no full stop, quotes of other shapes."""
        chance = self.random.random
        if chance() < 0.15 and text[:1].isascii() and text[:1].isupper():
            opening = self.random.choice(OPENINGS)
            text = opening + (text[0].lower() + text[1:] if opening[-1] == " " else text)
        if chance() < 0.08 and len(text) > 25:
            text += self.random.choice(CLOSINGS)
        if chance() < 0.15 and len(text) < 300:
            text = text.lower()
        if chance() < 0.15 and text[-1] in ".?!。？":
            text = text[:-1]
        return text

    def write(self, template: str) -> str:
        return self.disturb(SLOT.sub(self.value, template))


def generate(seed: int, copies: int = 8) -> list[tuple[str, str, str]]:
    """(text, capability, family): the family is the template, so that a feature of one template alone is left out."""
    writer = Writer(seed)
    out = {}
    for number, (label, template) in enumerate(templates()):
        for _ in range(copies if "{" in template else 1):
            out.setdefault(writer.write(template), (label, f"template {number}"))
    return [(text, label, family) for text, (label, family) in out.items()]
