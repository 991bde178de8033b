import { All, Controller, NotFoundException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** Every other path of the API: no such path, and that is said only to who may ask. Stands last in the module. */
@ApiExcludeController()
@Controller('v1')
export class UnknownPathController {
  @All('*path')
  refuse(): never {
    throw new NotFoundException();
  }
}
