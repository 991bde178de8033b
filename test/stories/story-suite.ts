import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { perform } from './language.js';
import type { Line } from './outcome.js';
import { readOutcome, tellChanges } from './outcome.js';
import type { Script } from './script.js';
import { parseScript, titleOf, writeScript } from './script.js';
import { Stage } from './stage.js';
import { Story } from './story.js';

/** Set, the outcomes are written into the files instead of being compared: their diff is then read by a person. */
const REWRITES = process.env['REWRITE_STORIES'] === '1';
/** Generous, for a machine that is busy with other things. */
const STORY_MS = 120_000;

interface StoryFile {
  readonly file: URL;
  readonly text: string;
  readonly script: Script;
}

/** Plays every story with the queues where `environment` puts them. A stage is shared by stories of the same settings. */
export function describeStories(queues: string, environment: () => Record<string, string>): void {
  describe(`the stories, with the queues on ${queues}`, () => {
    for (const [name, stories] of bySettings(readStories())) {
      describe(name || 'with the usual settings', () => {
        let stage: Stage;
        beforeAll(async () => {
          stage = await Stage.open({ ...environment(), ...stories[0]?.script.settings });
        }, STORY_MS);
        afterAll(() => stage.close(), STORY_MS);

        it.each(stories.map((story) => [titleOf(story.script), story] as const))(
          '%s',
          async (_, { file, text, script }) => {
            const played = writeScript(await play(stage, script));
            if (REWRITES) writeFileSync(file, played);
            else expect(played).toBe(text);
          },
          STORY_MS,
        );
      });
    }
  });
}

/** The same script with the outcomes that this play of it had. */
async function play(stage: Stage, script: Script): Promise<Script> {
  await stage.clear();
  const story = new Story(stage);
  const steps: Script['steps'][number][] = [];
  let before: readonly Line[] = [];
  for (const { lines } of script.steps) {
    for (const line of lines.filter((candidate) => !candidate.startsWith('#'))) await perform(story, line);
    const after = await readOutcome(story);
    steps.push({ lines, outcome: tellChanges(before, after, story.takeRefusals()) });
    before = after;
  }
  return { ...script, steps };
}

function readStories(): readonly StoryFile[] {
  const folder = new URL('.', import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.story'))
    .sort()
    .map((name) => {
      const file = new URL(name, folder);
      const text = readFileSync(file, 'utf8');
      return { file, text, script: parseScript(text) };
    });
}

function bySettings(stories: readonly StoryFile[]): Map<string, StoryFile[]> {
  const groups = new Map<string, StoryFile[]>();
  for (const story of stories) {
    const name = story.script.head.filter((line) => line.startsWith('with ')).join(', ');
    groups.set(name, [...(groups.get(name) ?? []), story]);
  }
  return groups;
}
