/** The look of every page: the blue of the Italian public administration's kit, system letters, one column. */
export const STYLESHEET = `
:root { --blue: #0066cc; --blue-dark: #004d99; --ink: #17324d; --soft: #5a6772; --line: #d9dfe5; --ground: #f2f5f8; }
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 "Titillium Web", system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
a { color: var(--blue); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; border-radius: 4px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: #fff; }
.banner { padding: .6rem 1.25rem; background: #fff3cd; color: #5c4400; text-align: center; font-size: .95rem; }
header { padding: 1rem 0; background: var(--blue); color: #fff; }
header p { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; font-weight: 600; }
header span { display: block; font-weight: 400; font-size: .9rem; }
main { max-width: 44rem; margin: 2rem auto 3rem; padding: 0 1.25rem; }
.card { padding: 2rem; background: #fff; border-radius: 12px; box-shadow: 0 2px 20px rgb(23 50 77 / 10%); }
.card + .card { margin-top: 1.5rem; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 0 0 .75rem; font-size: 1.2rem; }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
dl { margin: 0 0 1.5rem; }
dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.index dt { color: var(--ink); }
.index dd { margin-bottom: .75rem; font-weight: 400; color: var(--soft); }
.card > :last-child { margin-bottom: 0; }
table { width: 100%; margin: 0 0 1.75rem; border-collapse: collapse; }
caption { padding-bottom: .5rem; text-align: left; font-weight: 600; }
th, td { padding: .7rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tbody th { font-weight: 400; }
th small { display: block; color: var(--soft); }
.amount { padding-left: 1rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { color: var(--soft); font-size: .9rem; font-weight: 400; }
tfoot th, tfoot td { border-top: 2px solid var(--ink); font-size: 1.25rem; font-weight: 700; }
.actions { display: grid; gap: .75rem; grid-template-columns: repeat(3, 1fr); }
.actions form { display: grid; }
.actions form:first-child { grid-column: 1 / -1; }
.scenario { display: grid; gap: .5rem; margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.scenario label { color: var(--soft); font-size: .9rem; }
select { width: 100%; min-height: 3rem; padding: .6rem; border: 1px solid var(--soft); border-radius: 6px;
  background: #fff; color: var(--ink); font: inherit; }
button { width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 2px solid var(--blue); border-radius: 6px;
  background: #fff; color: var(--blue); font: inherit; font-weight: 600; cursor: pointer; }
button:hover { border-color: var(--blue-dark); color: var(--blue-dark); }
button.primary { background: var(--blue); color: #fff; font-size: 1.15rem; }
button.primary:hover { background: var(--blue-dark); color: #fff; }
code { font-size: .95em; overflow-wrap: anywhere; }
@media (max-width: 34rem) {
  main { margin-top: 1rem; padding: 0 .75rem; } .card { padding: 1.25rem; } h1 { font-size: 1.4rem; }
  .actions { grid-template-columns: 1fr; }
}
`;
