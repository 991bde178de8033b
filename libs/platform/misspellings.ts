import type { Environment, Fault } from './environment.js';

const OURS = /^(?:PORTOS|IRIS)_/;
const FARTHEST = 2;

/** A variable that nobody reads but that is nearly one of ours would leave its setting at the default in silence. */
export function findMisspellings(environment: Environment, known: ReadonlySet<string>): Fault[] {
  return Object.keys(environment)
    .filter((variable) => OURS.test(variable) && !known.has(variable))
    .sort()
    .flatMap((variable) => {
      const meant = nearest(variable, known);
      return meant === null ? [] : [{ variable, problem: `is not a setting; did you mean ${meant}?` }];
    });
}

function nearest(variable: string, known: ReadonlySet<string>): string | null {
  const [closest] = [...known]
    .map((name) => ({ name, distance: distanceBetween(variable, name) }))
    .filter(({ distance }) => distance <= FARTHEST)
    .sort((a, b) => a.distance - b.distance);
  return closest?.name ?? null;
}

/** How many letters must be changed, added, left out or swapped with their neighbour to turn one text into the other. */
function distanceBetween(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const cheapest = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
        swapped ? at(row - 2, column - 2) + 1 : Infinity,
      );
      rows[row]?.push(cheapest);
    }
  }
  return at(from.length, to.length);
}
