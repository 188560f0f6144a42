"""The plain implementation: slow, obviously right, and sharing no line with core.

Reads upstream-named tensors, keeps the two LoRA adapters apart, concatenates everything, projects everything,
attends eagerly in float32, and changes its memory in place. Follows MemoryLLM and M+ step by step.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor


class Reference:
    """A model with its memory, for one sequence at a time."""

    def __init__(self, config: dict[str, Any], tensors: dict[str, Tensor]) -> None:
        self.config, self.tensors = config, tensors
        self.K = config["num_tokens"]
        self.L = config["num_hidden_layers"]
        self.R = config.get("num_ltm_blocks", 0) * self.K
        self.memory = tensors["memory"].clone()
        self.N = self.memory.shape[1]
        self.initialized = bool(tensors.get("initialized", torch.tensor(1)))
        self.ages = torch.zeros(self.L, self.N, dtype=torch.long)
        self.updates = 0
        self.store: list[list[Tensor]] = []
        self.pending: list[list[Tensor]] = []
        if self.R:
            names = ("ltm", "ltm_keys", "ltm_ages", "ltm_recall_frequencies")
            for layer in range(self.L):
                rows = [tensors[f"{name}.{layer}"].clone() for name in names]
                rows[2] = rows[2].long()
                self.store.append(rows)
                self.pending.append([row[:0] for row in rows])
        self.retrieved: list[list[int]] = []

    # --- the decoder

    def layer(self, index: int, rows: Tensor, positions: Tensor, queries: int, adapter: str) -> Tensor:
        """rows [T, d] at positions [T]; the last `queries` rows go on."""
        prefix = f"model.layers.{index}."
        heads, kv_heads = self.config["num_attention_heads"], self.config["num_key_value_heads"]
        size = self.config["head_dim"]
        normed = self.norm(rows, prefix + "input_layernorm.weight")
        q = self.project(prefix + "self_attn.q_proj", normed[-queries:], adapter).view(queries, heads, size)
        k = self.project(prefix + "self_attn.k_proj", normed, adapter).view(-1, kv_heads, size)
        v = self.project(prefix + "self_attn.v_proj", normed, adapter).view(-1, kv_heads, size)
        q, k = self.rotate(q, positions[-queries:]), self.rotate(k, positions)
        attended = torch.zeros(queries, heads, size)
        first = len(rows) - queries
        hidden = torch.arange(len(rows)) > first + torch.arange(queries)[:, None]  # later than the query
        for head in range(heads):
            group = head // (heads // kv_heads)
            scores = q[:, head] @ k[:, group].T / math.sqrt(size)
            attended[:, head] = torch.softmax(scores.masked_fill(hidden, -math.inf), -1) @ v[:, group]
        out = rows[-queries:] + self.project(prefix + "self_attn.o_proj", attended.flatten(1), adapter)
        normed = self.norm(out, prefix + "post_attention_layernorm.weight")
        gate = self.project(prefix + "mlp.gate_proj", normed, adapter)
        up = self.project(prefix + "mlp.up_proj", normed, adapter)
        return out + self.project(prefix + "mlp.down_proj", gate * torch.sigmoid(gate) * up, adapter)

    def norm(self, rows: Tensor, name: str) -> Tensor:
        scale = torch.sqrt((rows * rows).mean(-1, keepdim=True) + self.config["rms_norm_eps"])
        return rows / scale * self.tensors[name]

    def project(self, name: str, rows: Tensor, adapter: str) -> Tensor:
        if f"{name}.weight" in self.tensors:
            return rows @ self.tensors[f"{name}.weight"].T
        lora = self.config["lora_config"]
        if not self.config["add_decoder_lora"]:
            adapter = "default"
        a, b = (self.tensors[f"{name}.lora_{side}.{adapter}.weight"] for side in "AB")
        return rows @ self.tensors[f"{name}.base_layer.weight"].T + lora["lora_alpha"] / lora["r"] * (rows @ a.T @ b.T)

    def rotate(self, heads: Tensor, positions: Tensor) -> Tensor:
        """heads [T, H, hd]; pairs (i, i + hd/2) turn by position x frequency."""
        half = heads.shape[-1] // 2
        angles = positions[:, None, None] * self.frequencies()
        cos, sin = torch.cos(angles), torch.sin(angles)
        a, b = heads[..., :half], heads[..., half:]
        return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

    def frequencies(self) -> Tensor:
        size = self.config["head_dim"]
        plain = [self.config["rope_theta"] ** (-2 * i / size) for i in range(size // 2)]
        scaling = self.config["rope_scaling"]
        if not scaling:
            return torch.tensor(plain)
        factor, original = scaling["factor"], scaling["original_max_position_embeddings"]
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        scaled = []
        for frequency in plain:  # Llama 3.1: long waves are slowed down, short ones stay, between them a blend
            wavelength = 2 * math.pi / frequency
            if wavelength < original / high:
                scaled.append(frequency)
            elif wavelength > original / low:
                scaled.append(frequency / factor)
            else:
                smooth = (original / wavelength - low) / (high - low)
                scaled.append((1 - smooth) * frequency / factor + smooth * frequency)
        return torch.tensor(scaled)

    def embed(self, ids: Tensor) -> Tensor:
        return self.tensors["model.embed_tokens.weight"][ids]

    def bos(self, index: int) -> Tensor:
        empty = torch.zeros(0, self.config["hidden_size"])
        return self.tensors["bos_embedding"][index] if self.config["add_bos_embedding"] else empty

    # --- reading

    def read(self, ids: Tensor) -> Tensor:
        """Logits [n, V]; everything is rebuilt, retrieval included."""
        return self.read_and_continue(ids, ids[:0])

    def read_and_continue(self, ids: Tensor, continuation: Tensor) -> Tensor:
        """Logits [n + m, V] of a prompt and forced tokens after it; retrieval sees the prompt only."""
        hidden, n = self.embed(torch.cat((ids, continuation))), len(ids)
        self.retrieved = []
        for index in range(self.L):
            rows = hidden
            if self.initialized:
                found = self.retrieve(index, hidden[:n]) if self.R else self.memory[index, :0]
                rows = torch.cat((self.bos(index), found, self.memory[index], hidden))
            hidden = self.layer(index, rows, torch.arange(len(rows)), len(hidden), "decoder_adapter")
        head = self.tensors.get("lm_head.weight", self.tensors["model.embed_tokens.weight"])
        return self.norm(hidden, "model.norm.weight") @ head.T

    def retrieve(self, index: int, prompt: Tensor) -> Tensor:
        tokens, keys, ages, _ = self.store[index]
        size = len(tokens)
        if size < self.R:
            chosen = [i % size for i in range(size * (self.R // size + 1))][-self.R :]
        else:
            tokens, keys, ages = (
                torch.cat((a, b)) for a, b in zip(self.store[index][:3], self.pending[index][:3], strict=True)
            )
            queries = self.select(index, "query_proj", prompt)
            scores = torch.sigmoid(queries @ keys.T).mean(0)
            chosen = sorted(sorted(range(len(scores)), key=lambda i: -scores[i].item())[: self.R])
        order = sorted(range(len(chosen)), key=lambda i: (-int(ages[chosen[i]]), -i))
        self.retrieved.append([chosen[i] for i in order])
        return tokens[[chosen[i] for i in order]]

    def select(self, index: int, kind: str, rows: Tensor) -> Tensor:
        name = f"model.layers.{index}.self_attn.{kind}"
        rows = self.norm(rows, f"model.layers.{index}.input_layernorm.weight")
        if f"{name}.weight" in self.tensors:
            return rows @ self.tensors[f"{name}.weight"].T
        inner = rows @ self.tensors[f"{name}.0.weight"].T
        return inner * torch.sigmoid(inner) @ self.tensors[f"{name}.2.weight"].T

    # --- writing

    def inject(self, ids: Tensor, drops: Tensor) -> Tensor:
        """Write a context; `drops` [L, K] are the pool rows that leave."""
        if not self.initialized:
            return self.fill(ids)
        K, n = self.K, len(ids)
        context, deltas = self.embed(ids), []
        for index in range(self.L):
            rows = torch.cat((self.bos(index), self.memory[index, -K:], context)).clone()
            rows[-K:] += self.tensors["new_memory_positional_emb"][0, 0]
            out = self.layer(index, rows, torch.arange(len(rows)), max(n, K), "default")
            deltas.append(out[-K:])
            context = out[-n:]
        delta = torch.stack(deltas)
        for index in range(self.L):
            self.replace(index, delta[index], drops[index])
        if self.R:
            self.updates += 1
            if self.updates == self.config["update_ltm_frequency"]:
                self.updates = 0
                self.merge()
        return delta

    def replace(self, index: int, delta: Tensor, drops: Tensor) -> None:
        stay = [i for i in range(self.N) if i not in set(drops.tolist())]
        grown = self.ages[index] + self.K
        if self.R:
            self.store[index][2] += self.K
            self.pending[index][2] += self.K
            rows = self.memory[index, drops]
            keys = self.select(index, "key_proj", rows)
            frequencies = torch.full((len(drops),), float(self.config["initial_rf_when_moving_stm_to_ltm"]))
            arrivals = (rows, keys, grown[drops], frequencies)
            self.pending[index] = [torch.cat(pair) for pair in zip(self.pending[index], arrivals, strict=True)]
        self.memory[index] = torch.cat((self.memory[index, stay], delta))
        self.ages[index] = torch.cat((grown[stay], torch.arange(self.K - 1, -1, -1)))

    def merge(self) -> None:
        for index in range(self.L):
            rows = [torch.cat(pair) for pair in zip(self.store[index], self.pending[index], strict=True)]
            decayed = rows[3] - self.config["decay_frequency"]
            if int((decayed > 0.01).sum()) > self.R:
                rows[3] = decayed
                rows = [row[decayed > 0.01] for row in rows]
            self.store[index] = rows
            self.pending[index] = [row[:0] for row in rows]

    def fill(self, ids: Tensor) -> Tensor:
        rows, extra = self.embed(ids), self.tensors["new_memory_positional_emb"][0, 0]
        kept, deltas = min(len(ids), self.K), []
        for index in range(self.L):
            rows = rows.clone()
            rows[-kept:] += extra
            rows = self.layer(index, rows, torch.arange(len(rows)), len(rows), "default")
            deltas.append(rows[-kept:] + (extra if index < self.L - 1 else 0))
        delta = torch.stack(deltas)
        repeated = delta.repeat(1, self.N // kept, 1)
        self.memory = torch.cat((repeated, delta[:, kept - self.N % kept :]), 1)
        self.initialized = True
        return delta
