import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { drawMachine } from '#libs/drawing';
import type { MachineDescription, RegisteredMachine } from '#libs/engine';
import { describeMachine } from '#libs/engine';
import { NotFound } from '#libs/payments';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** What may happen, for developers: read off the machines themselves. */
@Controller('v1/machines')
export class MachinesController {
  /** By machine and version: drawn when first asked for, and kept, since neither changes while the process lives. */
  private readonly drawings = new Map<string, Promise<string>>();

  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  list() {
    return { items: this.payments.registry.machines.map(summary) };
  }

  /** Stands before `:name`, which would take the whole of `payment.svg` for a name. */
  @Get(':name.svg')
  @Header('Content-Type', 'image/svg+xml; charset=utf-8')
  draw(@Param('name') name: string): Promise<string> {
    const machine = this.find(name);
    const key = `${machine.name} ${machine.current}`;
    const drawing = this.drawings.get(key) ?? drawMachine(describe(machine));
    this.drawings.set(key, drawing);
    drawing.catch(() => this.drawings.delete(key)); // the next one who asks may have more luck
    return drawing;
  }

  @Get(':name')
  read(@Param('name') name: string) {
    const machine = this.find(name);
    return { ...summary(machine), definition: describe(machine) };
  }

  @Get(':name/counts')
  async counts(@Param('name') name: string) {
    return { name, counts: await this.payments.store.countByState(this.find(name).name) };
  }

  private find(name: string): RegisteredMachine {
    const machine = this.payments.registry.machines.find((candidate) => candidate.name === name);
    if (!machine) throw new NotFound('machine', name);
    return machine;
  }
}

function describe(machine: RegisteredMachine): MachineDescription {
  const current = machine.versions[machine.current];
  if (!current) throw new NotFound('machine', machine.name);
  return describeMachine(current);
}

function summary(machine: RegisteredMachine) {
  const description = describe(machine);
  return {
    name: machine.name,
    version: machine.current,
    states: description.states.map((state) => state.path),
    events: description.events,
    delays: description.delays,
    effects: description.effects,
  };
}
