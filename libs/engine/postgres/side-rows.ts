import { escapeIdentifier } from 'pg';
import type { SideRow } from '../core/event.js';
import type { Statement } from './transaction.js';

/**
 * Inserts for rows of other tables, one per table and set of columns. Only the columns a row brings are named:
 * a column left out keeps its default, which `jsonb_populate_recordset` alone would overwrite with null. A row that
 * exists already is left as it is.
 */
export function sideRowStatements(rows: readonly SideRow[]): Statement[] {
  const groups = new Map<string, SideRow[]>();
  for (const side of rows) {
    const shape = JSON.stringify([side.table, ...Object.keys(side.row).sort()]);
    const group = groups.get(shape);
    if (group) group.push(side);
    else groups.set(shape, [side]);
  }
  return [...groups.values()].map(insertStatement);
}

function insertStatement(group: readonly SideRow[]): Statement {
  const [first] = group;
  if (!first) throw new RangeError('a group of side rows is never empty');
  const table = first.table.split('.').map(escapeIdentifier).join('.');
  const columns = Object.keys(first.row).sort().map(escapeIdentifier).join(', ');
  return {
    text: `
    insert into ${table} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)
    on conflict do nothing`,
    values: [JSON.stringify(group.map((side) => side.row))],
  };
}
