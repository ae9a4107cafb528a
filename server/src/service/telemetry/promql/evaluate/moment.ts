import type { At } from '../expression.ts'
import type { Steps } from '../value.ts'

/** Moments at which a selector looks for samples: evenly apart, or all the same where `@` fixes them. */
export type Moments = { firstMs: number; stepMs: number; count: number }

export function momentsOf(selector: { offsetMs: number; at?: At }, steps: Steps): Moments {
  const { at, offsetMs } = selector
  if (at !== undefined && typeof at !== 'string')
    return { firstMs: at.timeMs - offsetMs, stepMs: 0, count: steps.count }
  return { firstMs: steps.startMs - offsetMs, stepMs: steps.stepMs, count: steps.count }
}

export const lastMoment = ({ firstMs, stepMs, count }: Moments): number => firstMs + stepMs * (count - 1)

/** Of the rollups that may stand in for samples. */
const rollupStepMs = 300_000

/** Whether one sample of each 5 minutes finds its way to a step: steps are multiples of that apart, and reach back by such a multiple. */
export const mayBeThinned = ({ stepMs }: Moments, reachMs: number): boolean =>
  stepMs > 0 && stepMs % rollupStepMs === 0 && reachMs > 0 && reachMs % rollupStepMs === 0
