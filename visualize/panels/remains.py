"""What is left of every context: the told list's numbers and the answer of /memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.trace import Context, Trace, forgotten_contexts, long_term_at, pool_at
from visualize.prepare import life, remaining


@dataclass(frozen=True)
class Remains:
    """A context and the share of its memory tokens that is left, over all layers."""

    context: Context
    short_term: float  # 0..1
    long_term: float  # 0..1
    forgotten: bool


def remains(trace: Trace) -> tuple[Remains, ...]:
    """Every context in the order told."""
    left = remaining(life(trace))
    gone = forgotten_contexts(trace)
    return tuple(
        Remains(
            context=context,
            short_term=float(left.short_term[context.index] / max(left.written[context.index], 1)),
            long_term=float(left.long_term[context.index] / max(left.written[context.index], 1)),
            forgotten=context.index in gone,
        )
        for context in trace.contexts
    )


def report(trace: Trace) -> dict[str, Any]:
    """A session's memory as JSON: per context what is left, per layer how much is held, and the step."""
    model, pool = trace.model, pool_at(trace)
    stores = [long_term_at(trace, layer) for layer in range(model.num_layers)]
    return {
        "step": trace.step,
        "model": {
            "name": model.name,
            "layers": model.num_layers,
            "tokens_per_injection": model.num_tokens,
            "pool_size": model.pool_size,
            "retrieved": model.retrieved,
            "chunk_length": model.chunk_length,
        },
        "contexts": [
            {
                "context": item.context.index,
                "text": item.context.text,
                "kind": item.context.kind,
                "tokens": len(item.context.spans),
                "short_term": round(item.short_term, 4),
                "long_term": round(item.long_term, 4),
                "forgotten": item.forgotten,
            }
            for item in remains(trace)
        ],
        "layers": [
            {
                "layer": layer,
                "short_term": int((~pool.forgotten[layer]).sum()),
                "long_term": int((~store.pending).sum()),
                "pending": int(store.pending.sum()),
            }
            for layer, store in enumerate(stores)
        ],
    }
