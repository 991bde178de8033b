import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { Caller, IncidentView, PaymentCommands, ResolutionRequest } from '#libs/payments';
import { parseIncidentQuery, resolutionSchema, validator } from '#libs/payments';
import { Commands, ForOperators, KeyHolder } from '../access/roles.js';
import { readLimit } from '../http/limit.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

const readResolution = validator<ResolutionRequest>(resolutionSchema);

/** What needs a person. */
@Controller('v1/incidents')
export class IncidentsController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  list(
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly items: readonly IncidentView[]; readonly nextCursor: string | null }> {
    const { limit, ...filters } = query;
    return this.payments.incidentViews.list({ ...parseIncidentQuery(filters), limit: readLimit(limit) });
  }

  @Get(':incidentId')
  read(@Param('incidentId') incidentId: string): Promise<IncidentView> {
    return this.payments.incidentViews.incident(incidentId);
  }

  @Post(':incidentId/resolve')
  @ForOperators()
  @HttpCode(200)
  async resolve(
    @Param('incidentId') incidentId: string,
    @Body() body: unknown,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<IncidentView> {
    await commands.resolveIncident(incidentId, readResolution(body), caller);
    return this.payments.incidentViews.incident(incidentId);
  }

  @Post(':incidentId/redrive')
  @ForOperators()
  @HttpCode(202)
  async redrive(
    @Param('incidentId') incidentId: string,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<IncidentView> {
    await commands.redriveIncident(incidentId, caller);
    return this.payments.incidentViews.incident(incidentId);
  }
}
