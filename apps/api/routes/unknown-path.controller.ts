import { All, Controller, NotFoundException } from '@nestjs/common';
import { Allow } from '../access/roles.js';

/** Every other path of the API: no such path, and that is said to whoever may ask anything. Stands last in the module. */
@Allow('service', 'viewer', 'operator')
@Controller('v1')
export class UnknownPathController {
  @All('*path')
  refuse(): never {
    throw new NotFoundException();
  }
}
