import { escapeIdentifier } from 'pg';
import type { SideRow } from '../core/event.js';
import type { Statement } from './transaction.js';

/**
 * Statements for rows of other tables, one per table, set of columns, and what is done about a row that is there. Only
 * the columns a row brings are named: a column left out keeps its default, which `jsonb_populate_recordset` alone would
 * overwrite with null.
 */
export function sideRowStatements(rows: readonly SideRow[]): Statement[] {
  const groups = new Map<string, SideRow[]>();
  for (const side of rows) {
    const shape = JSON.stringify([side.table, side.key, side.replaces ?? false, ...Object.keys(side.row).sort()]);
    const group = groups.get(shape);
    if (group) group.push(side);
    else groups.set(shape, [side]);
  }
  return [...groups.values()].map(statement);
}

function statement(group: readonly SideRow[]): Statement {
  const [first] = group;
  if (!first) throw new RangeError('a group of side rows is never empty');
  const table = first.table.split('.').map(escapeIdentifier).join('.');
  const columns = Object.keys(first.row).sort().map(escapeIdentifier);
  const onConflict = first.replaces
    ? `do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`
    : 'do nothing';
  return {
    text: `
    insert into ${table} (${columns.join(', ')})
    select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, $1::jsonb)
    on conflict (${escapeIdentifier(first.key)}) ${onConflict}`,
    values: [JSON.stringify(latest(group, first).map((side) => side.row))],
  };
}

/** One statement may overwrite a row once: of several decisions about one row in a transaction the last one stands. */
function latest(group: readonly SideRow[], { key, replaces }: SideRow): readonly SideRow[] {
  return replaces ? [...new Map(group.map((side) => [side.row[key], side])).values()] : group;
}
