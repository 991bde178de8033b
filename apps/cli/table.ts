/** A title and two columns between rules. No frame at the sides, so that a value can be selected and copied whole. */
export function renderTable(title: string, rows: readonly (readonly [label: string, value: string])[]): string {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `${label.padEnd(labelWidth)}  ${value}`);
  const rule = '─'.repeat(Math.max(title.length, ...lines.map((line) => line.length)));
  return [rule, title, rule, ...lines, rule].join('\n');
}
