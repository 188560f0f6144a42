"""Paper and ink: the theme, in the colours of the figures."""

from __future__ import annotations

import gradio as gr

from visualize import palette
from visualize.panels import assets

_RADIUS = gr.themes.Size(name="paper", xxs="2px", xs="2px", sm="2px", md="3px", lg="3px", xl="3px", xxl="3px")


def theme() -> gr.themes.Base:
    """Flat, hairlines, no shadows; fonts that gradio brings along, so nothing is fetched."""
    plex, mono = gr.themes.LocalFont("IBM Plex Sans"), gr.themes.LocalFont("IBM Plex Mono")
    base = gr.themes.Base(
        primary_hue="stone",
        neutral_hue="stone",
        radius_size=_RADIUS,
        spacing_size=gr.themes.sizes.spacing_sm,
        text_size=gr.themes.sizes.text_sm,
        font=(plex, "system-ui", "sans-serif"),
        font_mono=(mono, "ui-monospace", "monospace"),
    )
    light, dark = palette.LIGHT, palette.DARK
    both: dict[str, tuple[str, str]] = {
        "body_background_fill": (light.paper, dark.paper),
        "body_text_color": (light.ink, dark.ink),
        "body_text_color_subdued": (light.quiet, dark.quiet),
        "background_fill_primary": (light.paper, dark.paper),
        "background_fill_secondary": (light.paper, dark.paper),
        "block_background_fill": ("transparent", "transparent"),
        "block_border_color": ("transparent", "transparent"),
        "panel_background_fill": ("transparent", "transparent"),
        "border_color_primary": ("var(--hairline)", "var(--hairline)"),
        "border_color_accent": ("var(--ink)", "var(--ink)"),
        "color_accent_soft": ("var(--raised)", "var(--raised)"),
        "input_background_fill": ("var(--raised)", "var(--raised)"),
        "input_border_color": ("var(--hairline)", "var(--hairline)"),
        "input_border_color_focus": ("var(--ink)", "var(--ink)"),
        "input_placeholder_color": ("var(--quiet)", "var(--quiet)"),
        "button_primary_background_fill": ("var(--ink)", "var(--ink)"),
        "button_primary_background_fill_hover": ("var(--quiet)", "var(--quiet)"),
        "button_primary_text_color": ("var(--paper)", "var(--paper)"),
        "button_primary_border_color": ("var(--ink)", "var(--ink)"),
        "button_secondary_background_fill": ("transparent", "transparent"),
        "button_secondary_background_fill_hover": ("var(--raised)", "var(--raised)"),
        "button_secondary_text_color": ("var(--ink)", "var(--ink)"),
        "button_secondary_border_color": ("var(--hairline)", "var(--hairline)"),
        "slider_color": ("var(--ink)", "var(--ink)"),
        "block_label_text_color": ("var(--quiet)", "var(--quiet)"),
        "block_title_text_color": ("var(--quiet)", "var(--quiet)"),
        "link_text_color": ("var(--ink)", "var(--ink)"),
    }
    flat = {"color_accent": "var(--ink)", "block_border_width": "0px", "button_border_width": "1px"}
    shadows = ("shadow_drop", "shadow_drop_lg", "shadow_inset", "input_shadow", "input_shadow_focus", "block_shadow")
    flat |= dict.fromkeys((*shadows, "button_primary_shadow", "button_secondary_shadow"), "none")
    colours = {name: value for name, (value, _) in both.items()}
    colours |= {f"{name}_dark": value for name, (_, value) in both.items()}
    return base.set(**colours, **flat)


def css() -> str:
    """The page's style sheet, its fonts and colour variables first."""
    variables = _variables(":root", palette.LIGHT) + _variables(":root .dark, .dark", palette.DARK)
    return assets.fonts() + variables + "".join(assets.text(name) for name in assets.SHEETS)


def _variables(selector: str, theme: palette.Theme) -> str:
    values = {
        "paper": theme.paper,
        "ink": theme.ink,
        "quiet": theme.quiet,
        "hairline": theme.grid,
        "raised": theme.label,
        "accent": palette.ACCENT,
    }
    return f"{selector} {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}\n"
