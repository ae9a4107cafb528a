import { systemClock } from '../../../../kernel/clock.ts'
import { Turn } from '../../../../kernel/turn.ts'
import type { CallContext } from './function.ts'

/** To be awaited between two series. */
export type Breath = () => Promise<void>

/** The engine's own, which also minds the query's time; else one that only lets others run. */
export function breathOf(context: CallContext): Breath {
  if (context.breathe !== undefined) return () => context.breathe!()
  const turn = new Turn(systemClock)
  return async () => {
    if (turn.due()) await turn.give()
  }
}
