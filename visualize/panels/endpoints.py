"""Named API endpoints for scripts and agents: the same operations as on the page, one memory per client.

Errors arrive at the client as messages. Docstrings are the documentation that clients and MCP show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import SnapshotError
from visualize.panels.ask import checked
from visualize.panels.desk import ENGINE, Desk, message_of
from visualize.panels.remains import report
from visualize.panels.session_bar import file_of
from visualize.panels.wiring import key_of


def build(desk: Desk) -> None:
    """Declare the endpoints in the current Blocks."""

    def inject(text: str, request: gr.Request) -> dict[str, Any]:
        """Write a text into this client's latent memory.

        Args:
            text: What to remember. Long texts are split into chunks; under 16 tokens a warning comes back.

        Returns:
            {"contexts": numbers of the contexts written, "tokens": int, "chunks": int, "warnings": list of str}
        """
        with answering(desk):
            told = desk.session(key_of(request)).inject(text)
            return {
                "contexts": list(told.contexts),
                "tokens": told.tokens,
                "chunks": told.chunks,
                "warnings": list(told.warnings),
            }

    def ask(
        request: gr.Request, question: str, max_new_tokens: int = 48, temperature: float = 0.0, seed: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Ask a question; it is answered from latent memory alone, the told texts are not in the prompt.

        Args:
            question: The question, in plain words.
            max_new_tokens: Longest answer, 1 to 256 tokens.
            temperature: 0 takes the likeliest token each time; up to 2 samples more freely.
            seed: Seed of the sampling.

        Returns:
            A stream of {"answer": text so far, "tokens": list, "finish": null, then why it ended}
        """
        with answering(desk):
            decoding = desk.decoding(*checked(max_new_tokens, temperature, 1.0, seed))
            with closing(desk.session(key_of(request)).ask(question, decoding)) as stream:
                for answer in stream:
                    yield {"answer": answer.text, "tokens": list(answer.tokens), "finish": answer.finish}

    def memory(request: gr.Request) -> dict[str, Any]:
        """What this client's memory holds.

        Returns:
            {"step": injections so far, "model": sizes, "contexts": per context the text and the share (0 to 1) that
            is left in short-term and long-term memory, "layers": per layer the tokens held}
        """
        with explained():
            return report(desk.session(key_of(request)).trace)

    def forget(context: int, request: gr.Request) -> dict[str, Any]:
        """Overwrite what is left of a context, in short-term and long-term memory.

        Args:
            context: Its number, as /inject and /memory give it.

        Returns:
            {"context": int, "short_term": tokens per layer, "long_term": tokens per layer} that were overwritten
        """
        with answering(desk):
            event = desk.session(key_of(request)).forget(context)
            return {
                "context": event.context,
                "short_term": event.short_term.tolist(),
                "long_term": event.long_term.tolist(),
            }

    def undo(request: gr.Request) -> str:
        """Take the last operation back.

        Returns:
            What was taken back.
        """
        with answering(desk):
            return desk.session(key_of(request)).undo()

    def reset(request: gr.Request) -> str:
        """Put the memory back to the model's own. Undo brings it back.

        Returns:
            A confirmation.
        """
        with answering(desk):
            desk.session(key_of(request)).reset()
            return "Memory is as the model brought it."

    computing: dict[str, Any] = dict(ENGINE)
    for operation in (inject, ask, forget, undo, reset):
        gr.api(operation, api_name=operation.__name__, **computing)
    gr.api(memory, api_name="memory", concurrency_limit=None)
    _files(desk, computing)


def _files(desk: Desk, computing: dict[str, Any]) -> None:
    """/export and /restore need a component: only those turn a path into a file that the client gets, and back."""

    def exported(request: gr.Request) -> str:
        """Save this client's session (memory, trace and event log) as one safetensors file; the page's Load reads it.

        Returns:
            The file.
        """
        with answering(desk):
            return str(file_of(desk, key_of(request)))

    def restored(session: str | None, request: gr.Request) -> dict[str, Any]:
        """Go on from a session that /export or the page's Save wrote, with the same model. Another client that restores
        it has a fork: neither sees what the other does.

        Args:
            session: The file.

        Returns:
            What the memory holds, as /memory gives it.
        """
        with answering(desk):
            if not session:
                raise SnapshotError("No file arrived: give one that /export or Save wrote.")
            key = key_of(request)
            desk.store.put(key, desk.restore(desk.session(key), Path(session)))
            return report(desk.session(key).trace)

    file, found = gr.File(visible=False, label="session"), gr.JSON(visible=False, label="memory")
    quiet: dict[str, Any] = {"show_progress": "hidden", **computing}
    gr.Button(visible=False).click(exported, None, file, api_name="export", **quiet)
    gr.Button(visible=False).click(restored, file, found, api_name="restore", **quiet)


@contextmanager
def explained() -> Iterator[None]:
    """Errors as messages for the client, never as a trace of the server's insides."""
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        raise gr.Error(message_of(error), print_exception=False) from None


@contextmanager
def answering(desk: Desk) -> Iterator[None]:
    """The same for calls that compute, in turn with everyone else."""
    with explained(), desk.working():
        yield
