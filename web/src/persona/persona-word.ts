import { EvidenceType } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import { sentenceCase } from '../ui/words.ts'

type Focus = Persona['focus'][number]

export const focusWords: Readonly<Record<Focus, string>> = {
  CLUSTER: 'Clusters',
  CAPACITY: 'Capacity',
  GPU: 'GPUs',
  NETWORK: 'Network',
  CNF: 'Network functions',
  CHANGES: 'Changes',
  LOGS: 'Logs',
  TRACES: 'Traces',
}
export const focuses = Object.keys(focusWords) as Focus[]

export const depths: readonly { value: Persona['depth']; title: string; note: string }[] = [
  { value: 'BRIEF', title: 'Brief', note: 'Lists of 5 rows: the most important alone.' },
  { value: 'NORMAL', title: 'Normal', note: 'Lists of 10 rows.' },
  { value: 'DEEP', title: 'Deep', note: 'Lists of 25 rows, with more of the details.' },
]
export const voices: readonly { value: Persona['voice']; title: string; note: string }[] = [
  { value: 'PLAIN', title: 'Plain', note: 'As a colleague on call would say it.' },
  { value: 'TERSE', title: 'Terse', note: 'Only what is needed, for those who know.' },
  { value: 'TEACHING', title: 'Teaching', note: 'Says what terms mean and why it matters.' },
]

/** A weight in words; 1 is as usual. */
export function weightWord(weight: number): string {
  if (weight === 0) return 'last of all'
  if (weight < 1) return 'less than usual'
  if (weight === 1) return 'as usual'
  if (weight < 3) return 'more than usual'
  return weight < 6 ? 'much more' : 'before all else'
}

const evidenceNames: Partial<Record<EvidenceType, string>> = {
  GPU: 'GPUs',
  CNF: 'Network functions',
  CHECK: 'Checks',
  CATALOGUE: 'Names of metrics',
  TOPOLOGY: 'Topology',
  TIMELINE: 'Timelines',
  ANOMALY: 'Anomalies',
}
const plural = (type: EvidenceType): string => evidenceNames[type] ?? `${sentenceCase(type)}s`

/** Every kind of evidence with its name for people, by name. */
export const evidenceTypes = EvidenceType.options
  .map((value) => ({ value, title: plural(value) }))
  .sort((a, b) => a.title.localeCompare(b.title))
export const evidenceTitle = (type: string): string =>
  evidenceTypes.find(({ value }) => value === type)?.title ?? sentenceCase(type)
