"""The corpora of a run, by number: made when they are wanted, or ahead of need by other processes, in parts, which
hand them over as files.
"""

import gc
import os
import pickle
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Thread

import torch
from tokenizers import Tokenizer

from core.training.batches import Corpus, together

AHEAD = 2  # corpora that are made or wait, besides the one in use
NICENESS = 10  # of those who make them: whoever trains goes first


@dataclass(frozen=True)
class Corpora:
    """What corpora follow from.

    size: contexts of each. part: contexts of it that are made at a time. chunk_length: tokens of a chunk.
    """

    seed: int
    size: int
    part: int
    chunk_length: int

    @property
    def parts(self) -> int:
        """Of a corpus."""
        return max(1, self.size // self.part)

    def corpus(self, tokenizer: Tokenizer, number: int) -> Corpus:
        return together(self.corpus_part(tokenizer, number, part) for part in range(self.parts))

    def corpus_part(self, tokenizer: Tokenizer, number: int, part: int) -> Corpus:
        seed = (self.seed * 100_000 + number) * 100 + part
        return Corpus(tokenizer, seed, self.size // self.parts, self.chunk_length)


class Makers:
    """Processes that make corpora. They stay as long as the training, whatever its phase.

    folder: where the corpora are.
    """

    def __init__(self, corpora: Corpora, tokenizer: Tokenizer, workers: int, first: int) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="palimpsest-", ignore_cleanup_errors=True)
        self.folder = self._files.name
        self._parts = range(corpora.parts)
        self._kept = self._ordered = first  # the first corpus on disk, and the next to be ordered
        context = get_context("spawn")
        self._orders: Queue[tuple[int, int]] = context.Queue()
        making = corpora, tokenizer.to_str(), self.folder, self._orders
        self._processes = [context.Process(target=_make, args=making, daemon=True) for _ in range(workers)]
        self.order(first, first)
        for process in self._processes:
            process.start()

    @property
    def failed(self) -> bool:
        return any(process.exitcode for process in self._processes)

    def order(self, now: int, oldest: int) -> None:
        """Have the corpora after `now` made, and remove those before `oldest`, which nobody reads any more."""
        while self._ordered <= now + AHEAD:
            for part in self._parts:
                self._orders.put((self._ordered, part))
            self._ordered += 1
        while self._kept < oldest:
            for part in self._parts:
                _path(self.folder, self._kept, part).unlink(missing_ok=True)  # nobody may have waited for it
            self._kept += 1

    def close(self) -> None:
        """Stop them and remove their files."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        self._files.cleanup()


def read(folder: str, number: int, parts: int) -> Corpus:
    """A corpus, as soon as all its parts are there."""
    gc.disable()
    corpus = together(_read(_path(folder, number, part)) for part in range(parts))
    gc.freeze()  # nothing in it is garbage before all of it is
    gc.enable()
    return corpus


def end_with_parent() -> None:
    """Let this process end when the one that trains does, however that comes about."""

    def watch() -> None:
        parent = parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _path(folder: str, number: int, part: int) -> Path:
    return Path(folder) / f"{number}-{part}.corpus"


def _read(path: Path) -> Corpus:
    while not path.exists():
        time.sleep(0.02)
    corpus: Corpus = pickle.loads(path.read_bytes())
    return corpus


def _make(corpora: Corpora, words: str, folder: str, orders: "Queue[tuple[int, int]]") -> None:
    """Make the parts of corpora that are ordered, by the number of the corpus and of the part."""
    end_with_parent()
    os.nice(NICENESS)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_str(words)
    while True:
        number, part = orders.get()
        gc.disable()  # it would look through a million questions again and again
        corpus = corpora.corpus_part(tokenizer, number, part)
        path = _path(folder, number, part)
        partial = path.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(corpus))
        partial.replace(path)
        del corpus
        gc.enable()
