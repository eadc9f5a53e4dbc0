import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seed, solving } from '../veche/crypto/work.js';
import { hex, utf8Bytes } from '../veche/wire.js';

test('doors §8: the known answer, which WorkTest has too, is found in steps', () => {
  const from = seed('1.12.ab', utf8Bytes('body'));
  assert.equal(hex(from), 'ba0ba73ed934b11ef7a01be6cef599c2d04860f6bebe7d72d09355e899ea76c6');
  const work = solving(from, 12);
  let steps = 0, step = work.next();
  for (; !step.done; step = work.next()) steps++;
  assert.equal(step.value, 3869);
  assert.equal(steps, 15);
});
