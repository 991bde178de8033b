import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import type { Response } from 'express';
import { Res } from '@nestjs/common';
import { problem } from '#libs/payments';
import { Public } from '../access/roles.js';
import { sendProblem } from '../http/problem.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** How the service is, for machines that watch it: ModI's `/status`, liveness and readiness. */
@Public()
@Controller()
export class StatusController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get('status')
  async status(@Res() response: Response): Promise<void> {
    const isReady = await this.isReady();
    const body = isReady
      ? problem(200, 'none', 'OK', 'The service works.')
      : problem(503, 'unavailable', 'Not available', 'The database cannot be reached.');
    sendProblem(response, body, isReady ? {} : { 'Retry-After': '5' });
  }

  @Get('health/live')
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready() {
    if (!(await this.isReady())) throw new ServiceUnavailableException();
    return { status: 'ready' };
  }

  private async isReady(): Promise<boolean> {
    try {
      await this.payments.store.readInstances([]); // as cheap as a question can be: anybody may ask it
      return true;
    } catch {
      return false;
    }
  }
}
