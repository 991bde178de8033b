import { Controller, Get, HttpStatus, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../access/roles.js';
import { DOCS_PAGE } from '../docs/page.js';
import { PAGE_FILES } from '../docs/page-files.js';
import { PAGE_POLICY } from '../http/page-policy.js';

/** A page to read the API. It is as open as the description it shows. */
@Public()
@Controller('docs')
export class DocsController {
  /** Its links are relative, so that it may be served below any path; with a slash at the end they would lead astray. */
  @Get()
  page(@Req() request: Request, @Res() response: Response): void {
    if (request.path.endsWith('/')) response.status(HttpStatus.PERMANENT_REDIRECT).location('../docs').end();
    else response.setHeader('Content-Security-Policy', PAGE_POLICY).type('text/html').send(DOCS_PAGE);
  }

  @Get(':file')
  async file(@Param('file') name: string, @Res() response: Response): Promise<void> {
    const file = PAGE_FILES.get(name);
    if (!file) throw new NotFoundException();
    const content = await file.read();
    response.setHeader('Content-Type', file.contentType);
    if (file.maxAgeSeconds > 0) response.setHeader('Cache-Control', `public, max-age=${file.maxAgeSeconds}`);
    response.end(content);
  }
}
