import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Caller, IncidentView, PaymentCommands, ResolutionRequest } from '#libs/payments';
import { INCIDENT_KINDS, parseIncidentQuery, resolutionSchema, validator } from '#libs/payments';
import { Commands, ForOperators, KeyHolder } from '../access/roles.js';
import { readLimit } from '../http/limit.js';
import type { Payments } from '../payments.token.js';
import { PAYMENTS } from '../payments.token.js';

const readResolution = validator<ResolutionRequest>(resolutionSchema);

const WHOSE_KEY = 'For operators. Where PORTOS_OPERATOR_KEY is not set, the holder of PORTOS_API_KEY decides too.';

/** What needs a person. */
@ApiTags('incidents')
@ApiBearerAuth()
@Controller('v1/incidents')
export class IncidentsController {
  constructor(@Inject(PAYMENTS) private readonly payments: Payments) {}

  @Get()
  @ApiOperation({ operationId: 'listIncidents', summary: 'What needs a person, the newest first' })
  @ApiResponse({ status: 200, description: 'One page of incidents.' })
  @ApiQuery({ name: 'kind', required: false, enum: [...INCIDENT_KINDS] })
  @ApiQuery({ name: 'state', required: false, enum: ['open', 'resolved'] })
  @ApiQuery({ name: 'cursor', required: false, type: String, description: 'The nextCursor of the page before.' })
  @ApiQuery({ name: 'limit', required: false, type: String, description: '1 to 200, otherwise 50.' })
  list(
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly items: readonly IncidentView[]; readonly nextCursor: string | null }> {
    const { limit, ...filters } = query;
    return this.payments.incidentViews.list({ ...parseIncidentQuery(filters), limit: readLimit(limit) });
  }

  @Get(':incidentId')
  @ApiOperation({ operationId: 'readIncident', summary: 'An incident: what happened, and what may be decided' })
  @ApiResponse({ status: 200, description: 'The incident.' })
  read(@Param('incidentId') incidentId: string): Promise<IncidentView> {
    return this.payments.incidentViews.incident(incidentId);
  }

  @Post(':incidentId/resolve')
  @ForOperators()
  @HttpCode(200)
  @ApiOperation({ operationId: 'resolveIncident', summary: 'Decides about an incident, once', description: WHOSE_KEY })
  @ApiBody({ schema: resolutionSchema as object })
  @ApiResponse({ status: 200, description: 'The incident, resolved. The same resolution again gives the same answer.' })
  @ApiResponse({ status: 409, description: 'It was resolved in another way, or not so; names what is allowed.' })
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
  @ApiOperation({
    operationId: 'redriveIncident',
    summary: 'Tries once more what was given up; if it is given up again, that is a new incident',
    description: WHOSE_KEY,
  })
  @ApiResponse({ status: 202, description: 'The incident, resolved; what was given up is tried now.' })
  @ApiResponse({ status: 409, description: 'Nothing was given up that could be redriven; names what is allowed.' })
  async redrive(
    @Param('incidentId') incidentId: string,
    @KeyHolder() caller: Caller,
    @Commands() commands: PaymentCommands,
  ): Promise<IncidentView> {
    await commands.redriveIncident(incidentId, caller);
    return this.payments.incidentViews.incident(incidentId);
  }
}
