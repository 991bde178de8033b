import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk.bundled.js';
import type { MachineDescription } from '#libs/engine';
import type { Arrow } from './arrows.js';
import type { Contents } from './contents.js';

const OPTIONS: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // States inside a state are ordered together with those around it: a third of the crossings.
  'elk.layered.crossingMinimization.hierarchicalSweepiness': '1',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.padding': '[top=4,left=4,bottom=4,right=4]',
};

/** Around the states inside a state. */
const MARGIN = 18;
const DOT = 12;

export const stateId = (path: string): string => `state ${path}`;
export const startId = (initial: string): string => `start ${initial}`;
export const arrowId = ({ from, to }: Arrow): string => `arrow ${from} ${to}`;

/** A machine in the words of the layout: what stands in what, how large it is, and what is joined. */
export function graphOf(
  machine: MachineDescription,
  contents: readonly Contents[],
  arrows: readonly Arrow[],
  upward: ReadonlySet<Arrow>,
): ElkNode {
  const sizes = new Map(contents.map((each) => [each.path, each]));
  const parts = (parent: string | null, initial: string | null): ElkNode[] => [
    ...(initial === null ? [] : [{ id: startId(initial), width: DOT, height: DOT }]),
    ...machine.states.filter((state) => state.parent === parent).map(nodeOf),
  ];
  const nodeOf = ({ path, initial }: { path: string; initial: string | null }): ElkNode => {
    const { width = 0, height = 0 } = sizes.get(path) ?? {};
    if (initial === null) return { id: stateId(path), width, height };
    return { id: stateId(path), layoutOptions: parentOptions(width, height), children: parts(path, initial) };
  };
  const entered = [machine, ...machine.states].flatMap(({ initial }) => initial ?? []);
  return {
    id: 'machine',
    layoutOptions: OPTIONS,
    children: parts(null, machine.initial),
    edges: [
      ...entered.map((path) => ({ id: startId(path), sources: [startId(path)], targets: [stateId(path)] })),
      ...arrows.map((arrow) => edgeOf(arrow, upward.has(arrow))),
    ],
  };
}

/** Room for its own text above the states inside. A drawing that flows down is laid out on its side: width is second. */
const parentOptions = (width: number, height: number): Record<string, string> => ({
  ...OPTIONS,
  'elk.padding': `[top=${height},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
  'elk.nodeSize.constraints': 'MINIMUM_SIZE',
  'elk.nodeSize.minimum': `(0,${width})`,
});

function edgeOf(arrow: Arrow, isUpward: boolean): ElkExtendedEdge {
  const [from, to] = [stateId(arrow.from), stateId(arrow.to)];
  const { width, height } = arrow;
  return {
    id: arrowId(arrow),
    sources: [isUpward ? to : from],
    targets: [isUpward ? from : to],
    labels: [{ text: 'a label without text is given no room', width, height }],
  };
}
