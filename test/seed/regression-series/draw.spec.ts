import { expect, it } from '@jest/globals';
import { cumulative } from './bin-counts.ts';
import { makeDraw, span } from './draw.ts';

const draw = [...makeDraw(7, 60)];

it('is the same for the same seed, and another for another', () => {
  const text = (seed: number) => JSON.stringify([...makeDraw(seed, 3)]);
  expect(text(7)).toBe(JSON.stringify(draw.slice(0, 3)));
  expect(text(8)).not.toBe(text(7));
});

it('has changes and traps, and only changes that can be found', () => {
  const changed = draw.filter(({ truth }) => truth.change !== null);
  expect(changed.length).toBeGreaterThan(10);
  expect(changed.length).toBeLessThan(45);
  for (const { truth, line } of changed) {
    expect(truth.change!.at).toBeGreaterThanOrEqual(span.evalFrom + 4);
    expect(truth.change!.at).toBeLessThan(span.hours - 30);
    if (truth.change!.deploy !== null) expect(line.deploys.map(({ hour }) => hour)).toContain(truth.change!.deploy);
  }
});

it('plants what it says: the middle of a step moves by its size', () => {
  const meanLog = (strata: readonly object[], from: number, to: number) => {
    let [sum, count] = [0, 0];
    for (const { h } of strata as { h: (number[] | null)[] }[])
      for (const cells of h.slice(from, to))
        for (let i = 0; cells && i < cells.length; i += 2) [sum, count] = [sum + cells[i]! * cells[i + 1]!, count + cells[i + 1]!];
    return (sum / count) * Math.log(1.05);
  };
  const steps = draw.filter(({ truth }) => truth.family === 'step' && truth.change!.size >= 0.2 && truth.samplesPerHour > 100);
  expect(steps.length).toBeGreaterThan(0);
  for (const { line, truth } of steps) {
    const { at, size } = truth.change!;
    // The same hours of the week before, so that the season is the same.
    const length = Math.min(168, span.hours - at);
    const moved = meanLog(line.strata, at, at + length) - meanLog(line.strata, at - 168, at - 168 + length);
    expect(Math.abs(moved - Math.log(1 + size))).toBeLessThan(0.06);
  }
});

it('moves the tail alone where it says so', () => {
  const shape = { median: 7, spread: 0.5, slow: 0, slowBy: 1, outliers: 0 };
  const at = (value: number, tail: number) => cumulative(value, { ...shape, tail });
  expect(at(7, 0)).toBeCloseTo(0.5, 6);
  expect(at(7, 0.3)).toBeCloseTo(0.5, 6);
  expect(at(7 + 0.5 * 1.645, 0)).toBeCloseTo(0.95, 3);
  expect(at(7 + 0.5 * 1.645 + Math.log(1.3), 0.3)).toBeCloseTo(0.95, 3);
});
