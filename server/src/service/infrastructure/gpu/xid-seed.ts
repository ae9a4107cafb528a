import type { Sample } from '../index.ts'
import { xidClasses } from './xid-code.ts'

/** Registers that took their code within the last day. */
export const xidSeedQuery = 'DCGM_FI_DEV_XID_ERRORS != min_over_time(DCGM_FI_DEV_XID_ERRORS[24h])'

const lasting = new Set(
  xidClasses.flatMap(({ action, codes }) =>
    action === 'DRAIN' || action === 'POWER_CYCLE' || action === 'RESET_LATER' ? codes : [],
  ),
)

/**
 * What a reading before the first would have said, so that a code that only a reset ends is not taken for one of long ago after a
 * start of the server. When it came is not known from this.
 */
export const xidSeedOf = (answer: readonly Sample[]): Sample[] =>
  answer.flatMap(({ labels, value }) => (lasting.has(value) ? [{ labels, value: 0 }] : []))
