/**
 * In light and dark, on a telephone as on a desk. The reader brings a look of its own; what is said here of its classes is
 * what could not be read (contrast below 4.5:1), did not fit on 390 pixels, or is said above the reader already.
 */
export const PAGE_STYLE = `
:root { --blue: #0062c4; --ink: #17324d; --soft: #455a6b; --ground: #ffffff; --line: #d9dfe5; --go: #0b6b3d;
  --get: #0b5cad; --post: #0b6b3d; --put: #8a4600; --delete: #a8201a; }
html.dark-mode { --blue: #8ec5ff; --ink: #e8eef4; --soft: #b4c2cf; --ground: #1c2022; --line: #3c4650; --go: #7fd8a8; }
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--ground); }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 "Titillium Web", system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
:focus-visible { outline: 3px solid var(--blue) !important; outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; padding: .5rem 1rem; background: var(--ground); color: var(--blue); }
header { border-bottom: 1px solid var(--line); padding: 1.5rem 0 .5rem; }
header > *, .waiting { max-width: 75rem; margin: 0 auto .75rem; padding: 0 1.25rem; overflow-wrap: anywhere; }
header h1 { font-size: 1.6rem; line-height: 1.25; }
header p { text-wrap: pretty; }
header [lang=en] { color: var(--soft); }
header ul { padding-left: 2.4rem; }
header a, .waiting a { color: var(--blue); }
.waiting { margin-top: 2rem; }
main:focus { outline: none !important; }

#reader .wrapper { max-width: 75rem; }
#reader .information-container { display: none; }
#reader .scheme-container { margin: 0; padding: 1rem 0; background: none; box-shadow: none; }
#reader a.nostyle, #reader .opblock-tag small, #reader .opblock .opblock-summary-description { color: var(--ink); }
#reader .opblock .opblock-summary-method { color: #fff; text-shadow: none; }
#reader .opblock-get .opblock-summary-method { background: var(--get); }
#reader .opblock-post .opblock-summary-method { background: var(--post); }
#reader .opblock-put .opblock-summary-method { background: var(--put); }
#reader .opblock-delete .opblock-summary-method { background: var(--delete); }
#reader .btn.authorize { border-color: var(--go); color: var(--go); }
#reader .btn.authorize svg { fill: var(--go); }
#reader .parameter__name.required span, #reader .parameter__name.required::after { color: var(--delete); }
html.dark-mode #reader .parameter__name.required span, html.dark-mode #reader .parameter__name.required::after { color: #ff9d96; }
#reader .response-col_links { display: none; }
#reader .markdown code, #reader .renderedMarkdown code { color: inherit; background: rgb(127 127 127 / 15%); }

@media (max-width: 40rem) {
  #reader .wrapper { padding: 0 .75rem; }
  #reader .opblock-tag { flex-wrap: wrap; }
  #reader .opblock-tag a { flex: 1; }
  #reader .opblock-tag small { order: 1; flex-basis: 100%; padding: .25rem 0 0; }
  #reader .opblock .opblock-summary { flex-wrap: wrap; }
  #reader .opblock .opblock-summary-path { max-width: 100%; }
  #reader .opblock .opblock-summary-description { flex-basis: 100%; padding: .25rem 0 0; }
  #reader .servers > label, #reader .servers > label select { max-width: 100%; }
  #reader .table-container, #reader .responses-inner, #reader .opblock-body { overflow-x: auto; }
}
`;
