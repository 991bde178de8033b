import type { MachineDescription, StateDescription } from '#libs/engine';
import { widthOf } from './measure.js';
import type { Rule } from './words.js';
import { breakText, countLines, FONT_SIZE, rulesInside, widthOfRules } from './words.js';

/** What stands written in the box of a state, and the room it takes. */
export interface Contents {
  readonly path: string;
  /** Whether states stand inside it. */
  readonly isParent: boolean;
  /** The last part of the path: the boxes around it say the rest. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: readonly string[];
  readonly rules: readonly Rule[];
  readonly width: number;
  readonly height: number;
}

export const NAME_SIZE = 15;
export const TAG_SIZE = 11;
export const PADDING = 12;
export const NAME_HEIGHT = 20;
export const LINE_HEIGHT = 16;
/** Between name, description and rules. */
export const GAP = 6;
export const TAG_GAP = 8;
export const TAG_PADDING = 7;

const LEAF_WIDTH = 280;
const PARENT_WIDTH = 420;

export function contentsOf(machine: MachineDescription, state: StateDescription): Contents {
  const isParent = state.initial !== null;
  const maxWidth = isParent ? PARENT_WIDTH : LEAF_WIDTH;
  const name = state.path.split('.').at(-1) ?? state.path;
  const description = breakText(state.description ?? '', maxWidth);
  const rules = rulesInside(machine, state, maxWidth);
  const tagsWidth = state.tags.reduce((sum, tag) => sum + TAG_GAP + widthOfTag(tag), 0);
  const width = Math.max(
    widthOf(name, NAME_SIZE, true) + tagsWidth,
    ...description.map((line) => widthOf(line, FONT_SIZE)),
    widthOfRules(rules),
  );
  return {
    path: state.path,
    isParent,
    name,
    tags: state.tags,
    description,
    rules,
    width: width + 2 * PADDING,
    height: 2 * PADDING + NAME_HEIGHT + heightOfLines(description.length) + heightOfLines(countLines(rules)),
  };
}

export const widthOfTag = (tag: string): number => widthOf(tag, TAG_SIZE) + 2 * TAG_PADDING;

/** With the gap before them. */
export const heightOfLines = (count: number): number => (count === 0 ? 0 : GAP + count * LINE_HEIGHT);
