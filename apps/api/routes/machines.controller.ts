import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { MachineDescription, RegisteredMachine } from '#libs/engine';
import { describeMachine } from '#libs/engine';
import { NotFound } from '#libs/payments';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** What may happen, for developers: read off the machines themselves. */
@ApiTags('machines')
@ApiBearerAuth()
@Controller('v1/machines')
export class MachinesController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  @ApiOperation({ operationId: 'listMachines', summary: 'The machines this build runs' })
  @ApiResponse({ status: 200, description: 'Names, versions, states, events, delays, effects.' })
  list() {
    return { items: this.payments.registry.machines.map(summary) };
  }

  @Get(':name')
  @ApiOperation({ operationId: 'readMachine', summary: 'A machine: states, transitions, guards, delays, effects' })
  @ApiResponse({ status: 200, description: 'The machine, read off its definition.' })
  read(@Param('name') name: string) {
    const machine = this.find(name);
    return { ...summary(machine), definition: describe(machine) };
  }

  @Get(':name/counts')
  @ApiOperation({ operationId: 'countInstances', summary: 'How many instances are in each state' })
  @ApiResponse({ status: 200, description: 'State path to number of instances.' })
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
