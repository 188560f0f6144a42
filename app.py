"""Palimpsest: tell a model something, watch where it goes in its memory, ask about it. Starts the page."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable, Sequence

EMBEDDED = "tiny"


def settings(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Command-line settings; host and port may also come from gradio's own environment variables, as on a Space."""
    parser = argparse.ArgumentParser(description="See inside the latent memory of MemoryLLM and M+.")
    parser.add_argument("--model", default=EMBEDDED, help="tiny (embedded), a released name, a Hub id or a folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 ...")
    parser.add_argument("--dtype", default="auto", help="auto, float32 or bfloat16")
    parser.add_argument("--attention", default="auto", help="auto, sdpa, eager or flash_attention_2")
    parser.add_argument("--device-map", choices=["auto"], help="auto: spread a large model over all GPUs and the host")
    parser.add_argument("--quantise", choices=["int8", "int4"], help="shrink a large model's weights (needs torchao)")
    parser.add_argument("--models", nargs="*", metavar="MODEL", help="what the page offers (default: all released)")
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", "7860")))
    parser.add_argument("--seed", type=int, default=0, help="of every session's memory")
    return parser.parse_args(arguments)


def quiet() -> None:
    """Nothing is reported to anyone. Must run before gradio is imported."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    local = {"localhost", "127.0.0.1"}  # gradio calls itself over HTTP, which must not go through a proxy
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(sorted(local | set(filter(None, os.environ.get(name, "").split(",")))))


def require_free(host: str, port: int) -> None:
    """Fail early and clearly when the port is taken.

    Raises:
        PalimpsestError: another program listens there, or the address is not one of this machine.
    """
    from core.errors import PalimpsestError

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise PalimpsestError(f"Cannot listen on {host}:{port} ({error}): choose another with --port.") from error


def serve(chosen: argparse.Namespace) -> None:
    """Load the model, build the page, serve it until interrupted."""
    require_free(chosen.host, chosen.port)
    from core import load
    from core.analysis.comparison import compare
    from core.analysis.experiment import retention
    from core.analysis.lens import lens
    from core.analysis.space import space
    from core.analysis.worth import answer_without, worth
    from core.link import from_link, to_link
    from core.model.checkpoint import LoadedModel
    from core.model.decoding import Decoding
    from core.model.quantising import check
    from core.session import Session
    from core.shapes import RELEASED
    from core.shelf import Settings, Shelf
    from core.tables import to_json, to_parquet
    from core.training.unrelated import unrelated
    from visualize.panels import look, page
    from visualize.panels.desk import About, Analyses, Desk, Links, Tables, log_to_stderr

    on = device(chosen.device)

    def loaded(name: str, progress: Callable[[int, int], None] | None = None) -> LoadedModel:
        small = name == EMBEDDED  # as it is: nothing is won by shrinking it
        return load(
            name,
            device=on,
            dtype=chosen.dtype,
            attention=chosen.attention,
            device_map=None if small else chosen.device_map,
            quantise=None if small else chosen.quantise,
            progress=progress,
        )

    model = loaded(chosen.model)
    settings = Settings(model.device, model.dtype, check(chosen.quantise), chosen.device_map is not None)
    shelf = Shelf(model, (EMBEDDED, *(chosen.models or RELEASED)), loaded, settings, chosen.seed)

    def opened(text: str) -> Session:
        linked = from_link(text)
        return Session.replay(shelf.model_with(linked.model_fingerprint), linked.log, linked.seed)

    def about(session: Session) -> About:
        used = session.model
        return About(
            name=used.name,
            device=str(used.device),
            dtype=str(used.dtype).removeprefix("torch."),
            backend=str(used.backend),
            embedded=used.name == EMBEDDED,
        )

    desk = Desk(
        store=shelf,
        about=about,
        restore=lambda session, path: Session.load(session.model, path),
        unrelated=unrelated,
        decoding=Decoding,
        analyses=Analyses(
            worth=worth, without=answer_without, lens=lens, space=space, compare=compare, retention=retention
        ),
        links=Links(
            write=lambda session: to_link(session.model.fingerprint, session.memory.seed, session.log),
            open=opened,
        ),
        tables=Tables(json=to_json, parquet=to_parquet),
    )
    log_to_stderr()
    built = page.build(desk)
    built.launch(
        server_name=chosen.host,
        server_port=chosen.port,
        theme=look.theme(),
        css=look.css(),
        footer_links=["api"],
        show_error=False,
        max_file_size=page.LARGEST_UPLOAD if chosen.model == EMBEDDED else page.LARGEST_UPLOAD_8B,
        ssr_mode=False,
        run_history=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(f"Palimpsest is at {built.local_url} (Ctrl+C ends it).", flush=True)
    built.block_thread()


def device(wanted: str) -> str:
    """The device to load on: `auto` takes a GPU when there is one."""
    if wanted != "auto":
        return wanted
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; what a user can mend is one line on stderr, without a stack trace."""
    chosen = settings(arguments)
    quiet()
    from core.errors import PalimpsestError

    try:
        serve(chosen)
    except PalimpsestError as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
