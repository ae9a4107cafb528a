import type { SloInput } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../kernel/fault.ts'
import { hourMs, minuteMs, spanOf } from './burn-policy.ts'

const longMaxMs = 10 * 24 * hourMs

/** Throws VALIDATION_FAILED for burn rules that no minutes can answer. */
export function checkRules({ alerting, window }: Pick<SloInput, 'alerting' | 'window'>): void {
  const windowMs = spanOf(window, 0).lengthMs
  alerting.rules.forEach(({ long_window, short_window }, i) => {
    const longMs = durationMs(long_window)
    const shortMs = durationMs(short_window)
    const fail = (field: string, message: string): never => {
      const path = `alerting.rules.${i}.${field}`
      throw new Fault('VALIDATION_FAILED', `${path}: ${message}`, { details: [{ path, message }] })
    }
    if (longMs % minuteMs !== 0) fail('long_window', 'whole minutes are counted')
    if (shortMs % minuteMs !== 0 || shortMs === 0)
      fail('short_window', 'whole minutes are counted, at least one')
    if (longMs > Math.min(longMaxMs, windowMs))
      fail('long_window', 'at most 10d, and no longer than the window')
    if (shortMs >= longMs) fail('short_window', 'must be shorter than the long window')
  })
}

/** Whom an objective is about: the service of its indicator where nothing else is said. */
export const withService = <T extends Pick<SloInput, 'service' | 'indicator'>>(input: T): T => ({
  ...input,
  service: input.service || ('service' in input.indicator ? input.indicator.service : ''),
})
