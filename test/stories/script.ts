/**
 * A story as it lies in its file: what it says in its first lines, and steps. A step is some lines of what happens, and
 * below `----` what came of it, up to an empty line.
 */
export interface Script {
  /** The comment at the head of the file; its first line is the title. */
  readonly head: readonly string[];
  /** Settings that differ from the defaults, as `with NAME=value` says. */
  readonly settings: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Step {
  /** As written; a line that begins with `#` is a remark. */
  readonly lines: readonly string[];
  readonly outcome: readonly string[];
}

const RULE = '----';
const SETTING = /^with ([A-Z_]+)=(\S+)$/;

/** @throws when a step has no outcome's place, or there is no title */
export function parseScript(text: string): Script {
  const [first = '', ...blocks] = text.trim().split(/\n{2,}/);
  const head = first.split('\n');
  if (!head[0]?.startsWith('# ')) throw new Error('a story begins with its title: `# What happens, and how it ends.`');
  const settings = head.flatMap((line) => {
    const [, name = '', value = ''] = SETTING.exec(line) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  return { head, settings: Object.fromEntries(settings), steps: blocks.map(parseStep) };
}

function parseStep(block: string): Step {
  const lines = block.split('\n');
  const rule = lines.indexOf(RULE);
  if (rule < 1) throw new Error(`what came of it belongs below ${RULE}:\n${block}`);
  return { lines: lines.slice(0, rule), outcome: lines.slice(rule + 1) };
}

export const titleOf = ({ head }: Script): string => (head[0] ?? '').replace(/^# /, '');

/** The text of its file. */
export function writeScript({ head, steps }: Script): string {
  const blocks = steps.map(({ lines, outcome }) => [...lines, RULE, ...outcome].join('\n'));
  return `${[head.join('\n'), ...blocks].join('\n\n')}\n`;
}
