import type { Turn } from './turn.ts'

/** Work in pieces of about a tenth of a millisecond, between which others may have their turn. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Whether it is time for a `yield` after item `i`: `if (isStep(i)) yield`. */
export const isStep = (i: number): boolean => i % 256 === 255

/** Does the work without holding the event loop. */
export async function inTurns<T>(steps: Steps<T>, turn: Turn): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (turn.due()) await turn.give()
  }
}

/** Does the work in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
