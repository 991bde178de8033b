/**
 * The looks of a drawing, for light and dark screens. It travels inside the SVG, and every rule is bound to the class
 * of its root, so that a drawing shown in a page does not dress the page.
 */
export const STYLESHEET = `
.machine-drawing {
  --paper: #ffffff; --parent: #f4f6f9; --leaf: #ffffff; --border: #8a94a3; --ink: #1c2430; --quiet: #566171;
  --line: #64708a; --guard: #0b5cad; --time: #7a3fc4; --tag: #fff1cc; --tag-ink: #6b4700; --lit: #c2410c;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12px;
}
@media (prefers-color-scheme: dark) {
  .machine-drawing {
    --paper: #10151c; --parent: #171e28; --leaf: #1f2834; --border: #5d6b7e; --ink: #e8edf4; --quiet: #a3afbf;
    --line: #8d9bb0; --guard: #86bdff; --time: #cda6ff; --tag: #4a3500; --tag-ink: #ffd978; --lit: #ff9d5c;
  }
}
.machine-drawing .paper { fill: var(--paper); }
.machine-drawing text { fill: var(--ink); }
.machine-drawing .title { font-size: 22px; font-weight: 600; }
.machine-drawing .name { font-size: 15px; font-weight: 600; }
.machine-drawing .quiet, .machine-drawing .aside { fill: var(--quiet); }
.machine-drawing .box { fill: var(--leaf); stroke: var(--border); stroke-width: 1.25; }
.machine-drawing .parent > .box { fill: var(--parent); }
.machine-drawing .rule-off { stroke: var(--border); stroke-width: 0.75; opacity: 0.6; }
.machine-drawing .tag { fill: var(--tag); }
.machine-drawing .tag-name { fill: var(--tag-ink); font-size: 11px; }
.machine-drawing .when { font-weight: 600; }
.machine-drawing .guard { fill: var(--guard); }
.machine-drawing .time { fill: var(--time); }
.machine-drawing .does { fill: var(--quiet); }
.machine-drawing .line { fill: none; stroke: var(--line); stroke-width: 1.25; }
.machine-drawing .head, .machine-drawing .dot { fill: var(--line); }
.machine-drawing .arrow:hover .line { stroke: var(--lit); stroke-width: 2.5; }
.machine-drawing .arrow:hover .head { fill: var(--lit); }
`;
