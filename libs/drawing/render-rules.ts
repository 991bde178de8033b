import { LINE_HEIGHT } from './contents.js';
import type { Point } from './layout.js';
import { element, escape } from './markup.js';
import type { Rule, Word } from './words.js';
import { INDENT } from './words.js';

const BASELINE = 12;

/** Rules one below the other, each in a group that names its event, so that a page can light it up. */
export function renderRules(rules: readonly Rule[], at: Point): string {
  let y = at.y;
  return rules
    .map(({ event, delay, lines }) => {
      const written = lines.map((words, index) =>
        renderLine(words, at.x + (index === 0 ? 0 : INDENT), y + index * LINE_HEIGHT),
      );
      y += lines.length * LINE_HEIGHT;
      return element('g', { 'data-event': event, ...(delay !== null && { 'data-delay': delay }) }, ...written);
    })
    .join('');
}

const renderLine = (words: readonly Word[], x: number, top: number): string =>
  element(
    'text',
    { x, y: top + BASELINE },
    words.map(({ text, tone }) => element('tspan', { class: tone }, escape(text))).join(' '),
  );
