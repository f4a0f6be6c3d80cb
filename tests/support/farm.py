"""Models by name, each at a scripted provider of its own that says who it is."""

from support import configs, payloads, steps
from support.polling import eventually
from support.upstream import Upstream


class Farm:
    """`farm.start({"a": {}, "b": {"price": ...}})` runs a daemon; `farm["a"]` is the provider of model `a`.

    A model's fields are those of the configuration; `at` holds fields of its provider, `at-NAME`.
    """

    def __init__(self, start, folder):
        self._start, self._folder, self._upstreams = start, folder, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for upstream in self._upstreams.values():
            upstream.close()

    def __getitem__(self, name):
        if name not in self._upstreams:
            self._upstreams[name] = Upstream(steps.answer_with(f"from {name}"))
        return self._upstreams[name]

    def asked(self, name):
        """How many requests the provider of this model has seen."""
        return len(self[name].requests)

    def config(self, models, **sections):
        providers, entries = {}, {}
        for name, fields in models.items():
            fields = {"upstream": f"up-{name}", **fields}
            at = fields.pop("at", {})
            providers[f"at-{name}"] = configs.provider(self[name].url, **at)
            entries[name] = {"provider": f"at-{name}", **fields}
        return configs.gateway(self._folder, providers, entries, **sections)

    def start(self, models, **sections):
        return self._start(self.config(models, **sections))

    def reload(self, gateway, models, **sections):
        """Returns once the new configuration is in use."""
        before = sum("configuration reloaded" in line for line in gateway.logs)
        gateway.reload(self.config(models, **sections))
        assert eventually(lambda: sum("configuration reloaded" in line for line in gateway.logs) > before), gateway.logs


def chosen(reply):
    """The configured name of the model that answered."""
    return reply.get("x-headgate-model")


def ask(gateway, model="auto", text="Say hello.", headers=(), **fields):
    return gateway.chat(payloads.chat(model, text, **fields), headers=dict(headers))
