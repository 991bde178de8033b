import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Res } from '@nestjs/common';
import { problem } from '#libs/payments';
import { Public } from '../access/roles.js';
import { sendProblem } from '../http/problem.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

/** How the service is, for machines that watch it: ModI's `/status`, liveness and readiness. */
@ApiTags('operations')
@Public()
@Controller()
export class StatusController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get('status')
  @ApiOperation({ operationId: 'readStatus', summary: 'Whether the service works, as problem+json (ModI)' })
  @ApiResponse({ status: 200, description: 'It works.' })
  @ApiResponse({ status: 503, description: 'It does not.' })
  async status(@Res() response: Response): Promise<void> {
    const isReady = await this.isReady();
    const body = isReady
      ? problem(200, 'none', 'OK', 'The service works.')
      : problem(503, 'unavailable', 'Not available', 'The database cannot be reached.');
    sendProblem(response, body, isReady ? {} : { 'Retry-After': '5' });
  }

  @Get('health/live')
  @ApiOperation({ operationId: 'readLiveness', summary: 'The process runs' })
  @ApiResponse({ status: 200, description: 'It runs.' })
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ operationId: 'readReadiness', summary: 'The process can serve: its database answers' })
  @ApiResponse({ status: 200, description: 'It can serve.' })
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
