import type { MachineDescription } from '#libs/engine';
import { renderArrow, renderStart } from './render-arrow.js';
import { renderBox } from './render-box.js';
import type { Layout } from './layout.js';
import { element, escape } from './markup.js';
import { panelOf, renderPanel } from './panel.js';
import { STYLESHEET } from './stylesheet.js';
import { breakText } from './words.js';
import { LINE_HEIGHT } from './contents.js';

const MARGIN = 20;
const TITLE_HEIGHT = 34;
const GAP = 16;
const MIN_WIDTH = 460;
const LEGEND_WIDTH = 720;
const HOW_TO_READ =
  'An arrow says: event [guard] / what is done. A [guard] alone is a verdict, read off what was heard, after each event. ' +
  'Inside a box stands what is done there without leaving it. Refused events are not drawn.';

/** The whole picture: title, how to read it, states and arrows, and below them what is heard everywhere. */
export function renderDrawing(machine: MachineDescription, layout: Layout): string {
  const innerWidth = Math.max(layout.width, MIN_WIDTH);
  const legend = breakText(HOW_TO_READ, Math.min(innerWidth, LEGEND_WIDTH));
  const panel = panelOf(machine, innerWidth);
  const top = MARGIN + TITLE_HEIGHT + legend.length * LINE_HEIGHT + GAP;
  const below = top + layout.height + GAP;
  const width = innerWidth + 2 * MARGIN;
  const height = below + (panel === null ? 0 : panel.height) + MARGIN;
  const ids = { title: `${machine.name}-title`, description: `${machine.name}-description` };
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'machine-drawing',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': `${ids.title} ${ids.description}`,
    'data-machine': machine.name,
    'data-version': machine.version ?? '',
  };
  return `${element(
    'svg',
    attributes,
    '\n',
    element('title', { id: ids.title }, escape(`Machine ${machine.name}, version ${machine.version ?? '-'}`)),
    '\n',
    element('desc', { id: ids.description }, escape(describe(machine))),
    '\n',
    element('style', {}, STYLESHEET),
    '\n',
    element('rect', { class: 'paper', width, height }),
    '\n',
    renderTitle(machine, legend),
    '\n',
    element(
      'g',
      { transform: `translate(${MARGIN + (innerWidth - layout.width) / 2} ${top})` },
      '\n',
      ...layout.boxes.map((box) => `${renderBox(box)}\n`),
      ...layout.starts.map((start) => `${renderStart(start)}\n`),
      ...layout.arrows.map((arrow) => `${renderArrow(arrow)}\n`),
    ),
    '\n',
    ...(panel === null ? [] : [renderPanel(panel, { x: MARGIN, y: below }), '\n']),
  )}\n`;
}

const renderTitle = (machine: MachineDescription, legend: readonly string[]): string =>
  element(
    'g',
    {},
    element(
      'text',
      { x: MARGIN, y: MARGIN + 20 },
      element('tspan', { class: 'title' }, escape(machine.name)),
      element('tspan', { class: 'quiet', dx: 10 }, escape(`version ${machine.version ?? '-'}`)),
    ),
    ...legend.map((line, index) =>
      element('text', { class: 'quiet', x: MARGIN, y: MARGIN + TITLE_HEIGHT + 12 + index * LINE_HEIGHT }, escape(line)),
    ),
  );

/** For who cannot see it: the states by name, and where each leads. */
function describe(machine: MachineDescription): string {
  const sentences = machine.states.map(({ path, transitions }) => {
    const targets = new Set(transitions.flatMap(({ target, refusal }) => (refusal === null ? (target ?? []) : [])));
    return targets.size === 0 ? `${path} leads nowhere.` : `${path} leads to ${[...targets].join(', ')}.`;
  });
  return `A statechart. It begins in ${machine.initial ?? 'no state'}. ${sentences.join(' ')}`;
}
