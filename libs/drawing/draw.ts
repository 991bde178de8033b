import type { MachineDescription } from '#libs/engine';
import { layOut } from './layout.js';
import { renderDrawing } from './render.js';

/**
 * Draws a machine as one SVG document: states as boxes in their boxes, what leads from one to another as arrows that
 * say event, [guard] and / what is done, and inside each box what is done there without leaving it. Refusals are left
 * out. The same description gives the same text, byte for byte, on every machine.
 *
 * Each state's group carries `data-state` (`redirected.choosing`) and each rule `data-event` (`attempt.opened`,
 * `always`, `after`), so that a page which shows the drawing can light them up.
 *
 * @returns text that begins with `<svg`: no script, nothing fetched, every foreign text escaped.
 * @throws when a transition leads to a state the description does not hold.
 */
export async function drawMachine(machine: MachineDescription): Promise<string> {
  return renderDrawing(machine, await layOut(machine));
}
