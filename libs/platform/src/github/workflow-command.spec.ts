import { expect, it } from '@jest/globals';
import { workflowCommand } from './workflow-command.ts';

it('has one line, whatever is in it', () => {
  expect(workflowCommand('error', 'LCP: 3 s, 100 %', 'a::warning::b\r\n::set-output name=x::1 %')).toBe(
    '::error title=LCP%3A 3 s%2C 100 %25::a::warning::b%0D%0A::set-output name=x::1 %25',
  );
});
