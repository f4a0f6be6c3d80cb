"""Configurations that the tests share. JSON is YAML, so they are written as they are."""

QUICK = {"connect": "600ms", "first_byte": "600ms", "between_bytes": "600ms", "total": "8s"}


def provider(url, **fields):
    return {"type": "openai_compatible", "base_url": url, "key": "none", "timeouts": QUICK, **fields}


def gateway(folder, providers, models, **sections):
    """Open access, free ports, data under `folder`; `pools.default` holds all models unless given."""
    config = {
        "server": {"listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "workers": 1},
        "data_dir": str(folder / "data"),
        "providers": providers,
        "models": models,
        "pools": {"default": list(models)},
        "scheduler": {"temperature": 0, "exploration": 0},  # the best is asked first, always
        "failover": {"max_attempts": 3, "within": "60s", "named_models": "strict"},
        "access": {"auth": "open"},
    }
    for name, value in sections.items():
        config[name] = {**config[name], **value} if isinstance(config.get(name), dict) else value
    return config


def one(folder, upstream, timeouts=(), **sections):
    """One provider `lab` with one model `a`; `timeouts` change single deadlines of the provider."""
    return gateway(folder, {"lab": provider(upstream.url, timeouts={**QUICK, **dict(timeouts)})},
                   {"a": {"provider": "lab", "upstream": "up-a"}}, **sections)


def two(folder, first_url, second_url, first=(), **sections):
    """`a` then `b` in the default pool; `alone` is the first upstream under an account of its own."""
    providers = {"first": provider(first_url, **dict(first)),
                 "lone": provider(first_url, **dict(first)),
                 "second": provider(second_url)}
    models = {"a": {"provider": "first", "upstream": "up-a"},
              "b": {"provider": "second", "upstream": "up-b"},
              "alone": {"provider": "lone", "upstream": "up-a"}}
    return gateway(folder, providers, models, **{"pools": {"default": ["a", "b"]}, **sections})
