import { describe, it } from '@jest/globals';
import { compareTimeOrder } from '@rapport/kernel';
import { lifecycleStories } from '@rapport/testing';
import { kinds } from './registry.js';

const { given } = lifecycleStories(kinds);
const families = [
  ...new Set(kinds.all.filter(({ lifecycle }) => lifecycle !== undefined).map(({ family }) => family)),
];

describe('the examples', () => {
  it.each(families)('of the %s family tell stories that can happen', (family) => {
    const story = kinds.all
      .filter((kind) => kind.family === family && kind.lifecycle !== undefined)
      .map(({ example }) => example);
    const inTime = story.toSorted(compareTimeOrder);
    inTime.forEach((event, index) =>
      given(...inTime.slice(0, index))
        .when(event)
        .thenAccepted(),
    );
  });
});
