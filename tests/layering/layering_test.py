"""Each rule catches what it is for, and nothing else."""

import unittest

import rules
from layering import Table
from sources import Source

TABLE = Table("""
| component | holds | may include |
| --- | --- | --- |
| core | values | - |
| wire | bytes | core |
| catalog | prices | core |
| --- | --- Asio begins here --- | - |
| net | sockets | core wire |
| providers | vendors | core |

| word | means | else |
""")


def complaints(text, name="src/net/a.cpp"):
    source = Source(name, None, text)
    return [complaint for rule in rules.ALL for _, complaint in rule(source, TABLE)]


class Rules(unittest.TestCase):
    def fine(self, text, name="src/net/a.cpp"):
        self.assertEqual(complaints(text, name), [])

    def caught(self, text, word, name="src/net/a.cpp"):
        found = complaints(text, name)
        self.assertTrue(any(word in complaint for complaint in found), (text, found))

    def test_table(self):
        self.assertEqual(TABLE.pure, {"core", "wire", "catalog"})
        self.assertEqual(TABLE.allowed["net"], {"core", "wire", "net"})

    def test_arrows(self):
        self.fine('#include "headgate/wire/a.hpp"\n#include <vector>\n#include "a.hpp"')
        self.fine('// #include "headgate/net/a.hpp"', "include/headgate/core/a.hpp")
        self.caught('#include "headgate/net/a.hpp"', "wire may not include net", "src/wire/a.cpp")
        self.caught('#include <headgate/wire/a.hpp>', "core may not", "include/headgate/core/a.hpp")
        self.caught("int x;", "no component", "src/cache/a.cpp")

    def test_paths(self):
        self.caught('#include "../wire/a.hpp"', "climbs")
        self.caught('#include "wire/a.hpp"', "private")

    def test_pure_band(self):
        for text in ("#include <boost/asio/ip/tcp.hpp>", "#include <thread>", "auto t = Clock::now();", "spdlog::info(x);"):
            self.caught(text, "pure band", "src/wire/a.cpp")
            self.fine(text, "src/net/a.cpp")
        self.fine("// Clock::now() is for the shell", "src/wire/a.cpp")

    def test_vendors(self):
        self.caught('if (name == "DeepSeek") f();', "DeepSeek")
        self.caught("bool is_mistral;\nint mistral = 1;", "mistral")
        self.fine('// as Mistral does\nauto x = wire::openai::read(); f("put together");')
        self.fine('Vendor{"mistral"};', "src/providers/vendor.cpp")
        self.fine('Place{"gemini"};', "src/catalog/import_list.cpp")
        self.caught('if (vendor == "gemini") f();', "gemini", "src/catalog/price.cpp")

    def test_co_await(self):
        for text in ("if (a && co_await f()) g();", "bool x = co_await f() || b;", "x = a ? co_await f() : b;",
                     "if (const bool ok = co_await f(1, 2) && b; ok) g();", "f(a, b && g(co_await h()));",
                     "co_return (co_await f()) && b;", "while (a\n       && (co_await f()).ok()) g();"):
            self.caught(text, "co_await")
        for text in ("if (const bool ok = co_await f(a && b); ok && c) g();", "co_await f(a ? b : c);",
                     "f([](T&& x) -> A { co_await x; }, a && b);", "if (co_await f()) return a && b;",
                     "#if A && B\nco_await f();\n#endif", "x = co_await f();\nreturn x && y;", "g(co_await f(), a && b);",
                     'co_await f("a && b");'):
            self.fine(text)

    def test_ownership(self):
        self.caught("auto* x = new Thing;", "new")
        self.caught("worker.detach();", "detached")
        self.fine("worker.detach();", "src/net/resolver.cpp")
        self.fine("std::unique_ptr<T> x(new T(1)); return std::shared_ptr<Account>(new Account{1}); // new thing")

    def test_sleeps(self):
        self.caught("std::this_thread::sleep_for(1s);", "sleep_for", "tests/net/a_test.cpp")


if __name__ == "__main__":
    unittest.main()
