/** A Dockerfile as its specs need it: stages of instructions, and what the image of one build argument comes to. */

export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  /** Another stage, or an image; build arguments are filled in. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** The stage it is taken from; null is the build's context. */
  readonly stage: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

/** What an image is made of, from its base image to its last stage. */
export interface Image {
  readonly baseImage: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  /** null when it is a line for a shell, which would keep the signals to itself. */
  readonly command: readonly string[] | null;
  readonly healthcheck: readonly string[] | null;
  readonly ports: readonly number[];
  readonly copies: readonly Copy[];
  readonly runs: readonly string[];
}

/** Reads the subset of the language that our file uses. Build arguments are declared before the first stage. */
export class Dockerfile {
  readonly args: Readonly<Record<string, string>>;
  readonly #instructions: readonly Instruction[];

  constructor(text: string) {
    this.#instructions = text
      .replaceAll(/^\s*#.*\n/gm, '')
      .replaceAll(/\\\n/g, ' ')
      .split('\n')
      .map((line) => /^([A-Za-z]+)\s+(.*)$/.exec(line.trim()))
      .filter((match) => match !== null)
      .map(([, keyword = '', rest = '']) => ({ keyword: keyword.toUpperCase(), rest }));
    const first = this.#instructions.findIndex(({ keyword }) => keyword === 'FROM');
    const declared = this.#instructions.slice(0, first).filter(({ keyword }) => keyword === 'ARG');
    this.args = Object.fromEntries(declared.map(({ rest }) => assignmentOf(rest)));
  }

  /** @param given build arguments, which win over the declared defaults. */
  stages(given: Readonly<Record<string, string>> = {}): Stage[] {
    const args = { ...this.args, ...given };
    const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
    for (const instruction of this.#instructions) {
      if (instruction.keyword === 'FROM') {
        const filled = instruction.rest.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
        const [from = '', , name = ''] = filled.split(/\s+/);
        stages.push({ name, from, instructions: [] });
      } else stages.at(-1)?.instructions.push(instruction);
    }
    return stages;
  }

  /** @param target a stage; the last one when it is not given. */
  image(given: Readonly<Record<string, string>> = {}, target?: string): Image {
    const stages = this.stages(given);
    const chain: Stage[] = [];
    let next = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target);
    while (next !== undefined) {
      chain.unshift(next);
      const { from } = next;
      next = stages.find(({ name }) => name === from);
    }
    const instructions = chain.flatMap((stage) => stage.instructions);
    const all = (wanted: string): string[] =>
      instructions.filter(({ keyword }) => keyword === wanted).map(({ rest }) => rest);
    return {
      baseImage: chain[0]?.from ?? '',
      environment: Object.fromEntries(all('ENV').flatMap((rest) => rest.split(/\s+/).map(assignmentOf))),
      user: all('USER').at(-1) ?? 'root',
      command: execForm(all('CMD').at(-1)),
      healthcheck: execForm(
        all('HEALTHCHECK')
          .at(-1)
          ?.replace(/^.*?\bCMD\s+/, ''),
      ),
      ports: all('EXPOSE').map(Number),
      copies: all('COPY').map(copyOf),
      runs: all('RUN'),
    };
  }
}

function assignmentOf(text: string): [name: string, value: string] {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')];
}

function execForm(text: string | undefined): string[] | null {
  return text?.startsWith('[') ? (JSON.parse(text) as string[]) : null;
}

function copyOf(rest: string): Copy {
  const words = rest.split(/\s+/);
  const stage = words[0]?.startsWith('--from=') ? words[0].slice('--from='.length) : null;
  const paths = words.filter((word) => !word.startsWith('--'));
  return { stage, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}

/** Whether a path of the context reaches the build: the last pattern that matches it, or a folder above it, decides. */
export function isIgnored(path: string, ignoreFile: string): boolean {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return ignoreFile
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .reduce((isOut, line) => {
      const pattern = patternOf(line.replace(/^!/, ''));
      return above.some((folder) => pattern.test(folder)) ? !line.startsWith('!') : isOut;
    }, false);
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}
