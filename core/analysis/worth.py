"""What a context was worth to an answer: the answer's log-probability with and without it.

"Without" masks the context's tokens in both memories exactly as forgetting does, positions staying; the retriever
searches anew for every prompt, so other tokens may take the place of masked ones. This is leave-one-out
attribution, as ContextCite's baseline (Cohen-Wang et al., arXiv 2409.00729) does it to texts in a prompt; worths of
contexts that say the same do not add up.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch

from core.analysis.work import Cancelled, Progress, Work
from core.answering import Asking, end_tokens, question_prompt
from core.errors import InputError
from core.findings import Worth
from core.memory.forgetting import held, mask
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.reading import decode, read
from core.session import Answer, Session
from core.trace import BEFORE, Floats, Ints, before, origin, question_at, serials_of


def worth(
    session: Session, question: int = -1, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Worth:
    """What every context with anything left in memory was worth to an answer that was given.

    Two passes per context: the prompt, then the whole answer at once.

    Args:
        question: place among the trace's questions; negative ones count from the end.

    Raises:
        InputError: no such question, it is too long ago, or its answer has no tokens.
        CancelledError: `cancelled` said so.
    """
    trace = session.trace
    asked = question_at(trace, question)
    memory = session.memory_when(question)
    ended = asked.finish == "end"
    if len(asked.answer_ids) != len(asked.answer_tokens):
        raise InputError("This answer was saved without its token ids, by an older version. Ask again.")
    if not asked.answer_tokens and not ended:
        raise InputError("This answer was stopped before its first token: there is nothing to explain. Ask again.")
    prompt, ids = question_prompt(session.model, asked.question), asked.answer_ids.tolist()
    context_of = origin(trace).context
    left = np.unique(context_of[held(memory)])
    left = left[left != BEFORE]
    work = Work(len(left) + 2, progress, cancelled)

    def likelihood(contexts: Ints) -> Floats:
        masked = mask(memory, np.flatnonzero(np.isin(context_of, contexts)))
        found = log_probabilities(session.model, masked, prompt, ids, ended)
        work.step()
        return found

    whole, nothing = likelihood(left[:0]), likelihood(left)
    without = [likelihood(left[row : row + 1]) for row in range(left.size)]
    return Worth(
        question=question % len(trace.questions),
        contexts=left,
        whole=whole,
        without=np.array(without, np.float32).reshape(-1, whole.size),
        nothing=nothing,
    )


def answer_without(
    session: Session, question: int, contexts: Iterable[int], decoding: Decoding | None = None
) -> Answer:
    """Answer a question of the trace again, greedily, as if these contexts had been forgotten before it.

    Raises:
        InputError: no such question or context, or the question is too long ago.
    """
    trace, contexts = session.trace, tuple(contexts)
    asked = question_at(trace, question)
    for context in contexts:
        if not 0 <= context < len(trace.contexts):
            raise InputError(f"There is no context {context}: {len(trace.contexts)} were told, counted from 0.")
    memory = mask(session.memory_when(question), serials_of(trace, contexts))
    asking = Asking(session.model, memory, before(trace, asked), asked.question)
    for _ in asking.answer(decoding or Decoding()):
        pass
    event = asking.event()
    return Answer(event.answer, event.answer_tokens, event.finish, event)


def log_probabilities(
    model: LoadedModel, memory: MemoryState, prompt: list[int], ids: list[int], ended: bool
) -> Floats:
    """Natural log-probabilities of the tokens of a given answer (teacher forcing).

    Args:
        ended: the answer ended by an end token; its log-probability (any of the model's) comes last.

    Returns:
        [A], or [A + 1] when `ended`.
    """
    reading = read(model.network, memory, torch.tensor(prompt, device=model.device), last_only=True)
    logits = [reading.logits[-1:]]
    if fed := ids if ended else ids[:-1]:
        logits.append(decode(model.network, reading.cache, torch.tensor(fed, device=model.device)).logits)
    rows = torch.cat(logits).float().log_softmax(dim=-1).cpu()
    chosen = rows[torch.arange(len(ids)), torch.tensor(ids, dtype=torch.long)]
    if ended:
        ends = torch.tensor(sorted(end_tokens(model)))
        chosen = torch.cat((chosen, rows[-1, ends].logsumexp(dim=0)[None]))
    return np.asarray(chosen.numpy(), np.float32)
