import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Public } from '../access/roles.js';

/** What describes this installation, written down once: it does not change while the process lives. */
export const DESCRIPTIONS = Symbol('DESCRIPTIONS');
export interface Descriptions {
  /** OpenAPI, as JSON. */
  readonly openApi: string;
  /** AsyncAPI, as JSON. */
  readonly asyncApi: string;
}

/** What the API is: for who writes a client, or makes one. */
@Public()
@Controller()
export class DescriptionController {
  constructor(@Inject(DESCRIPTIONS) private readonly descriptions: Descriptions) {}

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  openApi(): string {
    return this.descriptions.openApi;
  }

  @Get('asyncapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  asyncApi(): string {
    return this.descriptions.asyncApi;
  }
}
