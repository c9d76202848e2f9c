// Loaded before a process: its clock is so many milliseconds off, as that of a machine may be that nobody set.
const Clock = globalThis.Date;
const shiftMs = Number(process.env.RAPPORT_SPEC_CLOCK_SHIFT_MS);
const now = () => Clock.now() + shiftMs;

globalThis.Date = new Proxy(Clock, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
