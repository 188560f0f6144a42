"""The columns of a trace's tables: what each holds, in which unit. Stored in every exported file, too.

Counted from 0 unless a step: layers, contexts (-1: memory from before the session), questions, token places.
A memory token is (layer, serial); ages are in tokens, that is, memory tokens written since.
"""

from __future__ import annotations

COLUMNS: dict[str, dict[str, str]] = {
    "contexts": {
        "context": "number of the context",
        "text": "the whole text that was told",
        "kind": "told or unrelated",
        "tokens": "tokens of the text",
        "first_step": "first injection that wrote it; 0: none",
        "injections": "injections, one a chunk",
    },
    "injections": {
        "step": "number of the injection, counted from 1",
        "context": "context it wrote",
        "first_serial": "serial of its first memory token, the same in all layers",
        "written": "memory tokens written per layer",
        "dropped": "memory tokens dropped per layer",
        "merged": "whether waiting tokens joined the long-term store",
    },
    "store_sizes": {
        "step": "number of the injection, counted from 1",
        "layer": "layer",
        "store": "tokens in the long-term store after it",
        "pending": "dropped tokens that wait to join the store after it",
    },
    "drops": {
        "layer": "layer of the memory token",
        "serial": "serial of the memory token",
        "context": "context that wrote it",
        "age": "age when it was dropped, tokens",
        "step": "injection that dropped it",
    },
    "evicted": {
        "layer": "layer of the memory token",
        "serial": "serial of the memory token",
        "context": "context that wrote it",
        "step": "injection whose merge removed it from the long-term store",
    },
    "forgotten": {
        "step": "injections before it",
        "context": "context that was forgotten",
        "layer": "layer of the next two columns",
        "short_term": "tokens masked in the pool of the layer",
        "long_term": "tokens removed from the long-term memory of the layer",
    },
    "questions": {
        "question": "number of the question",
        "step": "injections before it",
        "text": "the question",
        "answer": "the answer",
        "finish": "why it ended: end, sentence, line, question, length or stopped",
        "prompt_tokens": "tokens of the prompt",
        "answer_tokens": "tokens of the answer",
        "probability": "of the whole answer, by the model, 0 to 1; NaN for an empty one",
    },
    "answer_tokens": {
        "question": "number of the question",
        "token": "place in the answer",
        "id": "vocabulary entry; -1: not recorded",
        "text": "text of the token",
        "probability": "by the model, 0 to 1",
    },
    "attention": {
        "question": "number of the question",
        "token": "place in the answer of the token that was chosen",
        "layer": "layer that looked",
        "source": "bos, long_term, short_term, prompt or answer",
        "context": "context of a memory source; -1 also for other sources",
        "mass": "attention probability, mean over heads; 1 in all per token and layer",
    },
    "strongest": {
        "question": "number of the question",
        "token": "place in the answer of the token that was chosen",
        "layer": "layer that looked",
        "order": "0: the memory token most looked at",
        "serial": "serial of the memory token",
        "context": "context that wrote it",
        "mass": "attention probability, mean over heads",
    },
    "retrieved": {
        "question": "number of the question",
        "layer": "layer that read",
        "order": "place in the prefix, oldest first",
        "serial": "serial of the memory token",
        "context": "context that wrote it",
        "age": "age, tokens",
        "score": "retriever's score, 0 to 1; NaN: read without scoring",
        "mass": "attention probability, mean over heads and answer tokens",
    },
}
