import { guarded } from '../diagnostics.ts';
import type { SpanStart } from '../grounds/ground.ts';
import { theGround } from '../grounds/the-ground.ts';
import { failureOfThrown } from './failure-of.ts';
import { follow, type Measured } from './follow.ts';

/** Runs something inside a span; what it returns or throws is passed on unchanged. */
export function measureSpan(start: SpanStart, run: () => unknown): unknown {
  return follow(begin(start), run);
}

const begin = guarded((start: SpanStart): Measured | undefined => {
  const span = theGround()?.start(start);
  if (!span) return undefined;
  return {
    within: (inside) => span.within(inside),
    end: guarded((result, thrown) => {
      if (thrown) span.fail(failureOfThrown(result));
      span.end();
    }),
  };
});
