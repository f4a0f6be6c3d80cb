"""The rules. Each takes a source and the table and yields (line, complaint)."""

import re

from sources import blank

# Dialects (openai) and kinds of provider that are no company (simulated) may be named anywhere.
VENDORS = re.compile(
    r"\b(anthropic|azure|bedrock|claude|deepseek|fireworks|gemini|groq|mistral|ollama|openrouter|qwen|vertex|vllm|xai"
    r"|together(?=ai|\.xyz)|api\.openai\.com)\b|\"together\"", re.I)
MAY_NAME_VENDORS = {"providers", "dialects", "config"}
READERS_OF_FOREIGN_LISTS = "catalog/import"  # of prices, each with its own words for vendors
MAY_DETACH = {"src/net/resolver.cpp"}  # getaddrinfo() cannot be interrupted; its threads own all they touch
NOT_IN_THE_PURE_BAND = {
    "Asio or Beast": re.compile(r"boost/asio|boost/beast|boost::asio|boost::beast"),
    "a thread": re.compile(r"<thread>|std::j?thread\b"),
    "a clock": re.compile(r"::now\s*\("),
    "the log": re.compile(r"\bspdlog\b"),
}


def is_test(source):
    return source.name.startswith("tests/")


def matches(pattern, source, text):
    for match in pattern.finditer(text):
        yield source.line_of(match.start()), match[0]


def arrows(source, table):
    """Includes only what the table allows."""
    component = source.component()
    if component is None:
        return
    if component not in table.allowed:
        yield 1, f"{component} is no component of docs/architecture.md"
        return
    for line, _, path in source.includes():
        parts = path.split("/")
        if parts[0] == "headgate" and parts[1] not in table.allowed[component]:
            yield line, f"{component} may not include {parts[1]}"


def private_headers(source, _):
    """A header without headgate/ in its path is the component's own."""
    if is_test(source):
        return
    for line, quoted, path in source.includes():
        if quoted and not path.startswith("headgate/") and "/" in path:
            yield line, f"{path} is private to another folder"


def no_way_up(source, _):
    for line, _, path in source.includes():
        if "../" in path:
            yield line, f"{path} climbs out of its folder"


def pure_band(source, table):
    if source.component() not in table.pure:
        return
    for what, pattern in NOT_IN_THE_PURE_BAND.items():
        for line, found in matches(pattern, source, source.spoken):
            yield line, f"the pure band does not know {what}: {found}"


def vendors(source, _):
    if is_test(source) or source.component() in MAY_NAME_VENDORS or READERS_OF_FOREIGN_LISTS in source.name:
        return
    for line, found in matches(VENDORS, source, source.spoken):
        yield line, f"{found}: only providers, dialects and configuration name vendors"


class Frame:
    """One pair of brackets, or the file: what its current operand has shown so far."""

    def __init__(self, bracket="", is_condition=False):
        self.bracket, self.is_condition = bracket, is_condition
        self.awaits, self.branch, self.inner = [], None, []

    def end_operand(self):
        found = [(at, self.branch) for at in self.awaits] if self.branch else []
        self.inner += self.awaits
        self.awaits, self.branch = [], None
        return found


EXPRESSION = re.compile(r"^[ \t]*#.*$|\bco_await\b|(?<=\s)(?:&&|\|\||\?)(?=\s)|[(\[{}\])]|[,;]", re.M)
CONDITION = re.compile(r"\b(if|while|for|switch)\s*(constexpr\s*)?$")


def awaits_in_branches(code):
    """(position, operator) of each co_await that is part of an operand holding &&, || or ?:."""
    stack = [Frame()]
    for match in EXPRESSION.finditer(code):
        token, frame = match[0], stack[-1]
        if token == "co_await":
            frame.awaits.append(match.start())
        elif token in ("&&", "||", "?"):
            frame.branch = token
        elif token in ("(", "[", "{"):
            if token == "{":
                yield from frame.end_operand()
            stack.append(Frame(token, bool(CONDITION.search(code, max(0, match.start() - 20), match.start()))))
        elif token in (",", ";"):
            yield from frame.end_operand()
        elif token in (")", "]", "}") and len(stack) > 1:
            yield from frame.end_operand()
            stack.pop()
            if frame.bracket != "{" and not frame.is_condition:
                stack[-1].awaits += frame.inner  # what stands in parentheses is part of the operand around them


def co_await_in_a_branch(source, _):
    """GCC 12 destroys the temporaries of a co_await inside &&, || and ?: twice."""
    for at, operator in awaits_in_branches(source.code):
        yield source.line_of(at), f"co_await inside {operator}"


def ownership(source, _):
    if source.name not in MAY_DETACH:
        for line, _ in matches(re.compile(r"\.detach\(\)"), source, source.code):
            yield line, "a detached thread outlives its owner"
    owned_at_once = re.compile(r"_ptr<[^;{}()]*>\s*\w*\(\s*new\b")
    for line, _ in matches(re.compile(r"\bnew\s+[A-Za-z_:]"), source, owned_at_once.sub(lambda m: blank(m[0]), source.code)):
        yield line, "raw new: nobody owns it yet"


def no_sleeps(source, _):
    if is_test(source):
        for line, found in matches(re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b"), source, source.code):
            yield line, f"{found}: wait for a condition, not for time"


ALL = [arrows, private_headers, no_way_up, pure_band, vendors, co_await_in_a_branch, ownership, no_sleeps]
