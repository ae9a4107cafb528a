import type { Anomaly } from '@aiops/contract/model/anomaly'

/** Why this tier has found it, in a sentence. */
export function tierReason({ tier, shape }: Pick<Anomaly, 'tier' | 'shape'>): string {
  if (shape === 'THRESHOLD_BREACH') return 'A limit that somebody set.'
  if (shape === 'MISSING') return 'Nothing came for several of its intervals.'
  switch (tier) {
    case 'BASIC':
      return "It left the series' own band by enough, for long enough."
    case 'AGILE':
      return 'The band alone was not sure; the series had never gone on like this before.'
    case 'ROBUST':
      return 'The lower tiers were not sure; several methods together were.'
  }
}
