import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildClient } from '../../apps/cli/client.js';

const run = promisify(execFile);
const ROOT = process.cwd();

/** What a project writes in strict TypeScript; `skipLibCheck` is off, so that our declarations are checked as well. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
    outDir: 'built',
    rootDir: '.',
  },
  include: ['*.ts'],
};

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * A plain TypeScript project outside the repository that has installed the client from its package file. Nothing is
 * fetched: what the package depends on is linked from our node_modules.
 */
export class OutsideProject {
  readonly #running = new Set<RunningProgram>();

  private constructor(
    readonly folder: string,
    readonly manifest: Manifest,
    /** What is in the package file. */
    readonly packed: readonly string[],
  ) {}

  static async create(): Promise<OutsideProject> {
    const folder = await mkdtemp(path.join(tmpdir(), 'portos-outside-'));
    const built = path.join(folder, 'client');
    await buildClient(ROOT, built);
    const { stdout } = await npm(
      built,
      'pack',
      '--json',
      '--offline',
      '--ignore-scripts',
      '--pack-destination',
      folder,
    );
    const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    await rm(built, { recursive: true });
    const modules = path.join(folder, 'node_modules');
    const installed = path.join(modules, 'portos-payments-client');
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xzf', path.join(folder, pack.filename), '-C', installed, '--strip-components=1']);
    const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as Manifest;
    for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
      await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
      await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'junction');
    }
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'outside', type: 'module' }));
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    return new OutsideProject(
      folder,
      manifest,
      pack.files.map((file) => file.path),
    );
  }

  write(name: string, program: string): Promise<void> {
    return writeFile(path.join(this.folder, `${name}.ts`), program);
  }

  /** What the compiler finds wrong with all that was written; it compiles all the same. */
  async compile(): Promise<string> {
    const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiling = run(process.execPath, [compiler, '--project', this.folder], { cwd: this.folder });
    return compiling.then(
      () => '',
      (error: unknown) => (error as { readonly stdout?: string }).stdout ?? String(error),
    );
  }

  start(name: string, environment: Readonly<Record<string, string>>): RunningProgram {
    const script = path.join(this.folder, 'built', `${name}.js`);
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [script], { cwd: this.folder, env: { PATH, ...environment } });
    const program = new RunningProgram(child);
    this.#running.add(program);
    return program;
  }

  /** Ends what still runs. */
  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((program) => program.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

function npm(cwd: string, ...args: string[]): Promise<{ readonly stdout: string }> {
  const script = process.env['npm_execpath'];
  if (script !== undefined) return run(process.execPath, [script, ...args], { cwd });
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd, shell: process.platform === 'win32' });
}

/** A program of the project, while it runs. */
export class RunningProgram {
  output = '';
  readonly #exited: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
    this.#exited = once(child, 'close');
  }

  /** @returns what the text matched, as soon as it is printed @throws when the program ends before */
  async prints(text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = text.exec(this.output);
      if (found) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended before it printed ${String(text)}:\n${this.output}`);
      await Promise.race([this.#exited, this.child.stdout && once(this.child.stdout, 'data')]);
    }
  }

  /** The exit code, null after a signal. */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.#exited;
  }
}
