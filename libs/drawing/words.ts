import type { MachineDescription, StateDescription, TransitionDescription } from '#libs/engine';
import { formatDuration } from '#libs/platform';
import { widthOf } from './measure.js';

/** What a word is, for its colour. */
export type Tone = 'when' | 'time' | 'guard' | 'does' | 'aside';

export interface Word {
  readonly text: string;
  readonly tone: Tone;
}

/** One rule in words, broken into lines. */
export interface Rule {
  /** As in the description: an event type, `always` or `after`; `entry` and `exit` for what a state does by itself. */
  readonly event: string;
  readonly delay: string | null;
  readonly lines: readonly (readonly Word[])[];
}

export const FONT_SIZE = 12;
/** Lines of a rule after its first are set in. */
export const INDENT = 12;

/** What a transition says. `leadsTo` names its target where no arrow shows it. */
export function ruleOf(
  machine: MachineDescription,
  transition: TransitionDescription,
  maxWidth: number,
  leadsTo: string | null = null,
): Rule {
  const { event, delay, guard, actions } = transition;
  const isVerdict = event === 'always' && guard !== null;
  const words: Word[] = [
    ...(isVerdict ? [] : [whenOf(machine, transition)]),
    ...(guard === null ? [] : [{ text: `[${guard}]`, tone: 'guard' as const }]),
    ...doneOf(actions),
    ...(leadsTo === null ? [] : [{ text: `\u2192 ${leadsTo}`, tone: 'does' as const }]),
  ];
  return { event, delay, lines: breakLines(words, maxWidth) };
}

/** `entry / clearDeadline, watchCurrent` */
function ruleOfState(event: 'entry' | 'exit', actions: readonly string[], maxWidth: number): Rule {
  return { event, delay: null, lines: breakLines([{ text: event, tone: 'aside' }, ...doneOf(actions)], maxWidth) };
}

/** What happens in a state without leaving it. Refusals are left out: there are many, and they do nothing. */
export function rulesInside(machine: MachineDescription, state: StateDescription, maxWidth: number): readonly Rule[] {
  const stays = state.transitions.filter(({ refusal, target }) => refusal === null && staysIn(state.path, target));
  return [
    ...(state.entry.length > 0 ? [ruleOfState('entry', state.entry, maxWidth)] : []),
    ...stays.map((rule) => ruleOf(machine, rule, maxWidth, rule.target === null ? null : 'itself')),
    ...(state.exit.length > 0 ? [ruleOfState('exit', state.exit, maxWidth)] : []),
  ];
}

/** A state that is left for itself is told inside its box: a loop would only cost room. */
export const staysIn = (path: string, target: string | null): boolean => target === null || target === path;

function whenOf(machine: MachineDescription, { event, delay }: TransitionDescription): Word {
  if (event !== 'after') return { text: event, tone: 'when' };
  const ms = machine.delays.find(({ name }) => name === delay)?.ms;
  return { text: `after ${delay ?? ''}${ms === undefined ? '' : ` (${sayDuration(ms)})`}`, tone: 'time' };
}

const UNITS: Readonly<Record<string, string>> = { D: 'd', H: 'h', M: 'min', S: 's' };

/** `15 min`, `1 d 12 h` */
const sayDuration = (ms: number): string =>
  [...formatDuration(ms).matchAll(/([\d.]+)([DHMS])/g)]
    .map(([, amount = '', unit = '']) => `${amount} ${UNITS[unit] ?? unit}`)
    .join(' ');

const doneOf = (actions: readonly string[]): Word[] =>
  actions.map((name, index) => ({
    text: `${index === 0 ? '/ ' : ''}${name}${index < actions.length - 1 ? ',' : ''}`,
    tone: 'does',
  }));

/** Words stay whole; a line that would grow too wide is broken before them. */
function breakLines(words: readonly Word[], maxWidth: number): readonly (readonly Word[])[] {
  const lines: Word[][] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line && widthOfLine([...line, word], lines.length > 1) <= maxWidth) line.push(word);
    else lines.push([word]);
  }
  return lines;
}

/** Plain text, broken at its spaces into lines of about the same length, so that no word is left alone. */
export function breakText(text: string, maxWidth: number): readonly string[] {
  const words = text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, tone: 'aside' as const }));
  let lines = breakLines(words, maxWidth);
  for (let width = maxWidth - FONT_SIZE; width > 0; width -= FONT_SIZE) {
    const narrower = breakLines(words, width);
    if (narrower.length > lines.length) break;
    lines = narrower;
  }
  return lines.map((line) => line.map((word) => word.text).join(' '));
}

export function widthOfLine(words: readonly Word[], isSetIn: boolean): number {
  const isBold = (word: Word): boolean => word.tone === 'when';
  const width = words.reduce((sum, word) => sum + widthOf(word.text, FONT_SIZE, isBold(word)), 0);
  return width + (words.length - 1) * widthOf(' ', FONT_SIZE) + (isSetIn ? INDENT : 0);
}

export const widthOfRules = (rules: readonly Rule[]): number =>
  Math.max(0, ...rules.flatMap(({ lines }) => lines.map((line, index) => widthOfLine(line, index > 0))));

export const countLines = (rules: readonly Rule[]): number => rules.reduce((sum, { lines }) => sum + lines.length, 0);
