import { LABEL_PADDING } from './arrows.js';
import type { PlacedArrow, PlacedStart, Point } from './layout.js';
import { element, round } from './markup.js';
import { renderRules } from './render-rules.js';

const CORNER = 7;
const HEAD_LENGTH = 9;
const HEAD_HALF_WIDTH = 4.5;

/** One arrow with the rules that take its way. */
export function renderArrow({ arrow, way, label }: PlacedArrow): string {
  const events = [...new Set(arrow.rules.map(({ event }) => event))];
  return element(
    'g',
    { class: 'arrow', 'data-from': arrow.from, 'data-to': arrow.to, 'data-event': events.join(' ') },
    ...renderWay(way),
    element(
      'g',
      { class: 'label' },
      renderRules(arrow.rules, { x: label.x + LABEL_PADDING, y: label.y + LABEL_PADDING / 2 }),
    ),
  );
}

export function renderStart({ dot, way }: PlacedStart): string {
  const radius = dot.width / 2;
  return element(
    'g',
    { class: 'start' },
    element('circle', { class: 'dot', cx: dot.x + radius, cy: dot.y + radius, r: radius }),
    ...renderWay(way),
  );
}

/** The line stops short of its tip, which the head covers. */
function renderWay(way: readonly Point[]): string[] {
  const [before, tip] = way.slice(-2);
  if (!before || !tip) return [];
  const towards = directionOf(before, tip);
  const neck = { x: tip.x - towards.x * HEAD_LENGTH, y: tip.y - towards.y * HEAD_LENGTH };
  const side = { x: towards.y * HEAD_HALF_WIDTH, y: towards.x * HEAD_HALF_WIDTH };
  const head = [tip, { x: neck.x + side.x, y: neck.y + side.y }, { x: neck.x - side.x, y: neck.y - side.y }];
  return [
    element('path', { class: 'line', d: roundedLine([...way.slice(0, -1), neck]) }),
    element('path', { class: 'head', d: `M${head.map(written).join('L')}Z` }),
  ];
}

function roundedLine(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) return `M${written(point)}`;
    if (!after) return `L${written(point)}`;
    const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
    const [into, outOf] = [directionOf(before, point), directionOf(point, after)];
    const begin = { x: point.x - into.x * radius, y: point.y - into.y * radius };
    const end = { x: point.x + outOf.x * radius, y: point.y + outOf.y * radius };
    return `L${written(begin)}Q${written(point)} ${written(end)}`;
  });
  return parts.join('');
}

const written = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

/** Ways run along the axes, so lengths need no roots. */
const distance = (from: Point, to: Point): number => Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
const directionOf = (from: Point, to: Point): Point => ({ x: Math.sign(to.x - from.x), y: Math.sign(to.y - from.y) });
