import type { Lifecycle } from '@rapport/kernel';

/** Hides the state of a life cycle: whoever runs it passes states on and never looks inside. */
export const defineLifecycle = <S>(lifecycle: Lifecycle<S>): Lifecycle => lifecycle as Lifecycle;
