"""Initial weights that can already copy from memory.

From random weights, heads that look one token back and heads that continue a repeated sequence take millions of
tokens to form; until then nothing written to memory can be read. Here both are built by hand into an otherwise
random Llama, which then learns language around them. It stays a plain Llama: these are values, not structure.

The residual stream is divided: dimension 0 is a constant, the rest of the first half carries "this token" (the
embedding), and the second half is left for "the token before", which layer 0 writes.
"""

import math

import torch
from torch import Tensor

from core.model.llama import MemoryLayer, MemoryLlama

TOKEN_STD = 0.5  # smaller, and Muon's updates drown the circuit
CONSTANT = 1.8
PREVIOUS_GAIN = 8.0  # attention logit per rotary frequency of a previous-token head
POSITION_FREQUENCIES = 4  # the highest rotary frequencies tell neighbours apart
MATCH_GAIN = 6.0
COPY_GAIN = 0.35  # residual written per copied embedding, in units of the embedding
READOUT = 0.14  # final norm's weight: makes the first logits as large as trained ones


@torch.no_grad()
def initialise(model: MemoryLlama, seed: int) -> None:
    """Set all weights: small random ones, then the two kinds of heads."""
    generator = torch.Generator().manual_seed(seed)
    config = model.config
    width = config.hidden_size
    half = width // 2

    def normal(weight: Tensor, std: float) -> None:
        weight.copy_(torch.randn(weight.shape, generator=generator) * std)

    normal(model.embed_tokens.weight, 0.03)
    normal(model.embed_tokens.weight[:, 1:half], TOKEN_STD)
    model.embed_tokens.weight[:, 0] = CONSTANT
    model.norm.weight.fill_(READOUT)
    normal(model.new_memory_positional_emb, 0.02)
    if model.bos_embedding is not None:
        normal(model.bos_embedding, 0.02)
        model.bos_embedding[..., 0] = CONSTANT
    for layer in model.layers:
        assert isinstance(layer, MemoryLayer)
        for name, weight in layer.named_parameters():
            if weight.dim() == 2:
                normal(weight, 0.6 * weight.shape[1] ** -0.5)
            if name.startswith(("o_proj", "down_proj")):
                weight.mul_(0.5 * (2 * config.num_layers) ** -0.5)
    frequencies = config.rope_theta ** (-torch.arange(0, config.head_dim, 2).float() / config.head_dim)
    _previous_token_heads(model.layers[0], frequencies, half)
    for layer in list(model.layers)[2:]:
        _copy_heads(layer, frequencies, half, generator)


def _previous_token_heads(layer: MemoryLayer, frequencies: Tensor, half: int) -> None:
    """A head for each part of the token one back moves it into the second half; one more adds a weaker echo of the
    first part, from two back.
    """
    size = layer.head_dim
    rms = math.sqrt(((half - 1) * TOKEN_STD**2 + CONSTANT**2) / (2 * half))
    strength = math.sqrt(PREVIOUS_GAIN * math.sqrt(size)) * rms / CONSTANT
    moves = [(1, part, 1.0) for part in range(-(-half // size))]
    for head, (back, part, echo) in enumerate([*moves, (2, 0, 0.25)]):
        _clear_head(layer, head)
        start = head * size
        for i in range(POSITION_FREQUENCIES):
            # the key is turned ahead by `back` steps, so that the score peaks at that distance
            angle = float(frequencies[i]) * back
            layer.q_proj.weight[start + i, 0] = strength
            layer.k_proj.weight[start + i, 0] = strength * math.cos(angle)
            layer.k_proj.weight[start + i + size // 2, 0] = strength * math.sin(angle)
        for i in range(min(size, half - part * size)):
            source = part * size + i
            layer.v_proj.weight[start + i, source] = 1.0
            layer.o_proj.weight[half + source, start + i] = rms * echo


def _copy_heads(layer: MemoryLayer, frequencies: Tensor, half: int, generator: torch.Generator) -> None:
    """A head for each part of a token looks for the row whose token before is the current token, and copies its part.

    Only slow rotary frequencies take part: the match must not depend on distance.
    """
    size = layer.head_dim
    slow = (frequencies < 1 / 300).nonzero().flatten()
    rows = torch.cat((slow, slow + size // 2))
    for head in range(-(-half // size)):
        match = torch.randn(len(rows), half, generator=generator) * math.sqrt(MATCH_GAIN / half)
        match[:, 0] = 0.0
        _clear_head(layer, head)
        start = head * size
        layer.q_proj.weight[start + rows, :half] = match
        layer.k_proj.weight[start + rows, half : 2 * half] = match
        for i in range(max(1 - start, 0), size):
            if start + i < half:
                layer.v_proj.weight[start + i, start + i] = 1.0
                layer.o_proj.weight[start + i, start + i] = COPY_GAIN


def _clear_head(layer: MemoryLayer, head: int) -> None:
    span = slice(head * layer.head_dim, (head + 1) * layer.head_dim)
    layer.q_proj.weight[span] *= 0.05
    layer.k_proj.weight[span] *= 0.05
    layer.v_proj.weight[span] = 0.0
    layer.o_proj.weight[:, span] = 0.0
