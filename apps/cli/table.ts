/** Two columns in a frame, as wide as their longest text. */
export function renderTable(title: string, rows: readonly (readonly [label: string, value: string])[]): string {
  const left = Math.max(...rows.map(([label]) => label.length));
  const right = Math.max(...rows.map(([, value]) => value.length), title.length - left - 3);
  const line = (begin: string, middle: string, end: string): string =>
    `${begin}${'─'.repeat(left + 2)}${middle}${'─'.repeat(right + 2)}${end}`;
  return [
    line('┌', '─', '┐'),
    `│ ${title.padEnd(left + right + 3)} │`,
    line('├', '┬', '┤'),
    ...rows.map(([label, value]) => `│ ${label.padEnd(left)} │ ${value.padEnd(right)} │`),
    line('└', '┴', '┘'),
  ].join('\n');
}
