/** What is known of one alert event of a recording: its true incident, or that it is noise. */
export type TrueEvent = { incident: string; noise?: boolean; critical?: boolean; service?: string }
export type PartitionScore = {
  events: number
  pairF1: number
  ari: number
  /** 1 − incidents / events. */
  compression: number
  /** Critical alerts in no incident, of whose service nothing else of the same true incident is in one. */
  criticalMissed: number
}

/**
 * How well events were parted into incidents: F1 over pairs, and the adjusted Rand index (Hubert & Arabie 1985). An event in no incident
 * is alone, which is right for noise.
 */
export function partitionScore(
  truth: Readonly<Record<string, TrueEvent>>,
  found: Readonly<Record<string, string | null>>,
): PartitionScore {
  const events = Object.entries(truth)
  const labels = events.map(([id, event]) => {
    const incident = found[id] ?? null
    return {
      truth: event.incident,
      found: incident ?? (event.noise ? `noise ${event.incident}` : `alone ${id}`),
    }
  })
  const both = pairsOf(labels.map((label) => JSON.stringify([label.truth, label.found])))
  const inTruth = pairsOf(labels.map((label) => label.truth))
  const inFound = pairsOf(labels.map((label) => label.found))
  const all = (events.length * (events.length - 1)) / 2
  const chance = all === 0 ? 0 : (inTruth * inFound) / all
  const incidents = new Set(events.flatMap(([id]) => found[id] ?? []))
  return {
    events: events.length,
    pairF1: inTruth + inFound === 0 ? 1 : (2 * both) / (inTruth + inFound),
    ari: (both - chance) / ((inTruth + inFound) / 2 - chance || 1),
    compression: events.length === 0 ? 0 : 1 - incidents.size / events.length,
    criticalMissed: missedOf(events, found),
  }
}

function missedOf(
  events: readonly (readonly [string, TrueEvent])[],
  found: Readonly<Record<string, string | null>>,
): number {
  const keyOf = ({ incident, service }: TrueEvent): string => JSON.stringify([incident, service])
  const shown = new Set(events.flatMap(([id, event]) => (!event.noise && found[id] ? [keyOf(event)] : [])))
  return events.filter(([id, event]) => event.critical && !found[id] && !shown.has(keyOf(event))).length
}

function pairsOf(labels: readonly string[]): number {
  const sizes = new Map<string, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  let pairs = 0
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2
  return pairs
}
