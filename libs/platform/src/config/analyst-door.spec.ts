import { describe, expect, it } from '@jest/globals';
import { analystDoor } from './analyst-door.ts';

describe('where a person asks SQL', () => {
  it('has user and password apart from the address', () => {
    const door = { url: 'https://ch.example:8443/', username: 'ana', password: 'p@ss/word' };
    expect(analystDoor('https://ana:p%40ss%2Fword@ch.example:8443')).toEqual(door);
  });
  it('is nowhere when nothing is said', () => expect(analystDoor(undefined)).toBeUndefined());
});
