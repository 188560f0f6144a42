"""What tests of the core share: a short life with everything in it, and equality of traces."""

from __future__ import annotations

import numpy as np

from core import codec
from core.model.decoding import Decoding
from core.session import Session
from core.trace import Trace

TEXT = "Marta Quill keeps the brass key in the drawer. "


def same_trace(one: Trace, other: Trace) -> bool:
    a, b = codec.pack(one), codec.pack(other)
    return a.document == b.document and all(
        np.array_equal(a.arrays[name], b.arrays[name], equal_nan=a.arrays[name].dtype.kind == "f") for name in a.arrays
    )


def busy_life(session: Session) -> Session:
    session.inject(TEXT)
    session.inject_all([f"The train to Oslo leaves at {hour}." for hour in range(12)])
    session.answer("Where is the key?", Decoding(max_new_tokens=5))
    session.inject("short")
    session.forget(0)
    session.answer("Where is the key?", Decoding(max_new_tokens=6, temperature=0.9, top_p=0.8, seed=4))
    return session
