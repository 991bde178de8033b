import type { Element } from '@xmldom/xmldom';
import { DOMParser } from '@xmldom/xmldom';
import type { Point, Rectangle } from './layout.js';

/** A drawing read back from its text, as a browser would. */
export interface Drawing {
  readonly title: string;
  readonly states: ReadonlyMap<string, DrawnState>;
  readonly arrows: readonly DrawnArrow[];
  /** What the box below the states says. */
  readonly anywhere: readonly string[];
  /** How many dots mark a beginning. */
  readonly starts: number;
  box(path: string): Rectangle;
}

interface DrawnState {
  readonly box: Rectangle;
  readonly tags: readonly string[];
  readonly rules: readonly string[];
  /** Where its lowest line of text stands. */
  readonly textEndsAt: number;
}

interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  readonly rules: readonly string[];
  readonly wordsAt: readonly Point[];
}

/** @throws when the text is not well-formed XML. */
export function readDrawing(svg: string): Drawing {
  const root = new DOMParser({
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(svg, 'image/svg+xml').documentElement;
  if (!root) throw new Error('the drawing is empty');
  const groups = elements(root, 'g');
  const states = new Map(
    groups
      .filter((group) => group.hasAttribute('data-state'))
      .map((group) => [read(group, 'data-state'), readState(group)]),
  );
  return {
    title: elements(root, 'title')[0]?.textContent ?? '',
    states,
    arrows: groups.filter((group) => read(group, 'class') === 'arrow').map(readArrow),
    anywhere: groups.filter((group) => read(group, 'class').startsWith('anywhere')).flatMap(readRules),
    starts: groups.filter((group) => read(group, 'class') === 'start').length,
    box: (path) => {
      const state = states.get(path);
      if (!state) throw new Error(`no state ${path} is drawn`);
      return state.box;
    },
  };
}

function readState(group: Element): DrawnState {
  const [box] = elements(group, 'rect');
  if (!box) throw new Error('a state is drawn without a box');
  return {
    box: { x: size(box, 'x'), y: size(box, 'y'), width: size(box, 'width'), height: size(box, 'height') },
    tags: elements(group, 'text')
      .filter((text) => read(text, 'class') === 'tag-name')
      .map((text) => text.textContent ?? ''),
    rules: readRules(group),
    textEndsAt: Math.max(...elements(group, 'text').map((text) => size(text, 'y'))),
  };
}

const readArrow = (group: Element): DrawnArrow => ({
  from: read(group, 'data-from'),
  to: read(group, 'data-to'),
  rules: readRules(group),
  wordsAt: elements(group, 'text').map((text) => ({ x: size(text, 'x'), y: size(text, 'y') })),
});

/** Each rule on one line; how long a delay is depends on the installation and is left out. */
const readRules = (group: Element): string[] =>
  elements(group, 'g')
    .filter((inner) => inner.hasAttribute('data-event') && read(inner, 'class') !== 'arrow')
    .map((inner) =>
      elements(inner, 'text')
        .map((text) => text.textContent ?? '')
        .join(' '),
    )
    .map((text) => text.replace(/ \([\d.]+ (?:d|h|min|s)\)/, ''));

const elements = (within: Element, name: string): Element[] => Array.from(within.getElementsByTagName(name));
const read = (element: Element, name: string): string => element.getAttribute(name) ?? '';
const size = (element: Element, name: string): number => Number(read(element, name));

export const isInside = (inner: Rectangle, outer: Rectangle): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

export const overlaps = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;
