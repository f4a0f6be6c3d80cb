"""C++ sources as the rules see them: comments blanked out, strings apart from code, line numbers kept."""

import re
from pathlib import Path

TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<string>R"(?P<tag>[^()\\\s]*)\((?:.*?)\)(?P=tag)"|"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9a-fA-F])'(?:\\.[^'\n]*|[^'\\\n])')", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


class Source:
    def __init__(self, path, root, text=None):
        self.name = str(Path(path).relative_to(root)) if text is None else str(path)
        self.text = Path(path).read_text() if text is None else text
        # Without comments; without comments, strings and characters.
        self.spoken = TOKEN.sub(lambda m: blank(m[0]) if m["comment"] else m[0], self.text)
        self.code = TOKEN.sub(lambda m: blank(m[0]), self.text)

    def line_of(self, at):
        return self.text.count("\n", 0, at) + 1

    def includes(self):
        """(line, is quoted, path) of each #include."""
        for match in INCLUDE.finditer(self.spoken):
            yield self.line_of(match.start()), match[1] == '"', match[2]

    def component(self):
        """The folder under include/headgate or src that the file belongs to, or None."""
        parts = Path(self.name).parts
        if parts[:2] == ("include", "headgate"):
            return parts[2]
        return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def sources(root, *folders):
    for folder in folders:
        for path in sorted(Path(root, folder).rglob("*")):
            if path.suffix in (".hpp", ".cpp", ".h", ".in") and "node_modules" not in path.parts:
                yield Source(path, root)
