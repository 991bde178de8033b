import {
  GAP,
  heightOfLines,
  LINE_HEIGHT,
  NAME_HEIGHT,
  NAME_SIZE,
  PADDING,
  TAG_GAP,
  TAG_PADDING,
  widthOfTag,
} from './contents.js';
import type { PlacedBox, Point } from './layout.js';
import { element, escape } from './markup.js';
import { widthOf } from './measure.js';
import { renderRules } from './render-rules.js';

const NAME_BASELINE = 15;
const TAG_HEIGHT = 17;

/** One state: its name and tags, what it means, and below a line what is done in it. */
export function renderBox({ contents, at }: PlacedBox): string {
  const { path, name, tags, description, rules, isParent } = contents;
  const left = at.x + PADDING;
  const top = at.y + PADDING;
  const afterName = top + NAME_HEIGHT;
  const afterText = afterName + heightOfLines(description.length);
  return element(
    'g',
    {
      class: isParent ? 'state parent' : 'state',
      'data-state': path,
      ...(tags.length > 0 && { 'data-tags': tags.join(' ') }),
    },
    element('rect', { class: 'box', ...at, rx: isParent ? 12 : 8 }),
    element('text', { class: 'name', x: left, y: top + NAME_BASELINE }, escape(name)),
    ...renderTags(tags, { x: left + widthOf(name, NAME_SIZE, true), y: top + 1 }),
    ...description.map((line, index) =>
      element('text', { class: 'quiet', x: left, y: afterName + GAP + 10 + index * LINE_HEIGHT }, escape(line)),
    ),
    ...(rules.length === 0
      ? []
      : [
          element('path', { class: 'rule-off', d: `M${left} ${afterText + GAP / 2}H${at.x + at.width - PADDING}` }),
          renderRules(rules, { x: left, y: afterText + GAP }),
        ]),
  );
}

function renderTags(tags: readonly string[], from: Point): string[] {
  let x = from.x;
  return tags.flatMap((tag) => {
    const left = x + TAG_GAP;
    const width = widthOfTag(tag);
    x = left + width;
    return [
      element('rect', { class: 'tag', x: left, y: from.y, width, height: TAG_HEIGHT, rx: TAG_HEIGHT / 2 }),
      element('text', { class: 'tag-name', x: left + TAG_PADDING, y: from.y + 12.5 }, escape(tag)),
    ];
  });
}
