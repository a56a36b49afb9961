import type { PipeTransform } from '@nestjs/common';
import { Refusal } from '#platform';

/** What no id of the house looks like is there for nobody. */
export class IdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (/^[a-z0-9@][a-zA-Z0-9.-]{0,99}$/.test(id)) return id;
    throw new Refusal('not_found', 'there is nothing of this id', 'id');
  }
}
