import { All, Controller, NotFoundException } from '@nestjs/common';

/** Every other path of the API: no such path, and that is said only to who may ask. Stands last in the module. */
@Controller('v1')
export class UnknownPathController {
  @All('*path')
  refuse(): never {
    throw new NotFoundException();
  }
}
