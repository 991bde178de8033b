import type { ElkExtendedEdge, ElkNode, ElkShape } from 'elkjs/lib/elk.bundled.js';
import type { MachineDescription } from '#libs/engine';
import type { Arrow } from './arrows.js';
import { arrowsOf } from './arrows.js';
import type { Contents } from './contents.js';
import { contentsOf } from './contents.js';
import { findUpward } from './flow.js';
import { arrowId, graphOf, startId, stateId } from './graph.js';
import { runLayout } from './thread.js';

/** Where everything stands, in pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Parents before children. */
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
  readonly starts: readonly PlacedStart[];
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox {
  readonly contents: Contents;
  readonly at: Rectangle;
}

/** The way runs from the state that is left to the one that is entered. */
export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly way: readonly Point[];
  readonly label: Rectangle;
}

/** The dot from which the machine, or a state with states inside, is entered. */
export interface PlacedStart {
  readonly dot: Rectangle;
  readonly way: readonly Point[];
}

/**
 * Lays a machine out, in layers from the first state downwards.
 * @throws when a transition leads to a state the description does not hold.
 */
export async function layOut(machine: MachineDescription): Promise<Layout> {
  const contents = machine.states.map((state) => contentsOf(machine, state));
  const arrows = arrowsOf(machine);
  const upward = findUpward(machine, arrows);
  const drawn = await runLayout(graphOf(machine, contents, arrows, upward));
  const nodes = new Map(nodesIn(drawn).map((node) => [node.id, node]));
  const edges = new Map((drawn.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width: Math.ceil(drawn.width ?? 0),
    height: Math.ceil(drawn.height ?? 0),
    boxes: contents.map((each) => ({ contents: each, at: rectangleOf(nodes.get(stateId(each.path))) })),
    arrows: arrows.map((arrow) => {
      const edge = edges.get(arrowId(arrow));
      const way = wayOf(edge);
      return { arrow, way: upward.has(arrow) ? way.reverse() : way, label: rectangleOf(edge?.labels?.[0]) };
    }),
    starts: [machine, ...machine.states].flatMap(({ initial }) =>
      initial === null
        ? []
        : [{ dot: rectangleOf(nodes.get(startId(initial))), way: wayOf(edges.get(startId(initial))) }],
    ),
  };
}

const nodesIn = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(nodesIn)];

function rectangleOf(shape: ElkShape | undefined): Rectangle {
  const { x, y, width, height } = shape ?? {};
  if (x === undefined || y === undefined || width === undefined || height === undefined) {
    throw new Error('the layout left a part of the drawing without a place');
  }
  return { x, y, width, height };
}

function wayOf(edge: ElkExtendedEdge | undefined): Point[] {
  const [section] = edge?.sections ?? [];
  if (!section) throw new Error('the layout left an arrow of the drawing without a way');
  return [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
}
