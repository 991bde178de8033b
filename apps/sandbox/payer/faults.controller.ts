import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Faults } from '../faults.js';
import { DELETE_WAYS } from '../settings.js';
import { InputReader } from './input.js';

const MOST_LATENCY_MS = 60_000;
const MOST_DOWN_SECONDS = 86_400;

/** The hand of the tester on the faults of IRIS. */
@Controller('sandbox/faults')
export class FaultsController {
  constructor(private readonly faults: Faults) {}

  /** Replaces the faults in force; what is not named is as if nothing were wrong, so `{}` ends them all. */
  @Post()
  @HttpCode(200)
  set(@Body() body: unknown): ReturnType<Faults['inForce']> {
    const none = this.faults.none();
    const reader = new InputReader(body ?? {});
    const plan = {
      latencyMs: reader.number('latencyMs', none.latencyMs, MOST_LATENCY_MS, true),
      errorRate: reader.number('errorRate', none.errorRate, 1, false),
      duplicateRate: reader.number('duplicateRate', none.duplicateRate, 1, false),
      reorderRate: reader.number('reorderRate', none.reorderRate, 1, false),
      downForSeconds: reader.number('downForSeconds', none.downForSeconds, MOST_DOWN_SECONDS, false),
      seed: reader.seed('seed', none.seed),
      onDelete: reader.oneOf('onDelete', DELETE_WAYS, none.onDelete),
    };
    reader.finish();
    this.faults.set(plan);
    return this.faults.inForce();
  }

  @Get()
  show(): ReturnType<Faults['inForce']> {
    return this.faults.inForce();
  }
}
